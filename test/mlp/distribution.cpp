// After long training single trajectories say nothing: rounding alone leads them apart. Losses over seeds must look as the reference's.
#include <algorithm>
#include <cmath>
#include <iterator>

#include <gtest/gtest.h>

#include "contender.hpp"
#include "instrumented.hpp"
#include "mlp/reference/reference.hpp"
#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

constexpr std::uint64_t seeds = 16;
constexpr int epochs = 300;
constexpr std::int64_t train_rows = 160;

TrainerSpec spec_of(std::uint64_t seed)
{
    return {.network = test::network(4, {12, 12, 1}, Loss::mse), .optimizer = {.learning_rate = 0.01}, .seed = seed, .batch = 16};
}

/// Of one seed: the mean loss of the last epoch.
double final_loss(Trainer& trainer, std::uint64_t seed, double* first = nullptr)
{
    test::Rows const rows(spec_of(seed).network, train_rows, 3);
    trainer.load(rows.samples(), rows.samples());
    Random const random(seed, 9);
    std::vector<std::uint32_t> order = test::in_order(static_cast<std::size_t>(train_rows));
    Pass last;
    for (int epoch = 0; epoch < epochs; ++epoch)
    {
        for (std::size_t i = order.size(); i-- > 1;)
            std::swap(order[i], order[random.below(static_cast<std::uint64_t>(epoch) * order.size() + i, i + 1)]);
        last = trainer.train(order);
        if (epoch == 0 && first != nullptr)
            *first = last.loss_sum / static_cast<double>(last.samples);
    }
    return last.loss_sum / static_cast<double>(last.samples);
}

struct Spread
{
    double mean, error;  ///< of the mean
    std::vector<double> sorted;
    explicit Spread(std::vector<double> values) : mean(0), error(0), sorted(std::move(values))
    {
        auto const n = static_cast<double>(sorted.size());
        for (double const value : sorted)
            mean += value / n;
        for (double const value : sorted)
            error += (value - mean) * (value - mean) / (n * (n - 1));
        error = std::sqrt(error);
        std::sort(sorted.begin(), sorted.end());
    }
};

/// Kolmogorov and Smirnov's: the largest difference of the shares of both that lie below a number.
double apart(Spread const& a, Spread const& b)
{
    double most = 0.0;
    auto const share = [](std::vector<double> const& sorted, double x)
    {
        auto const below = std::upper_bound(sorted.begin(), sorted.end(), x);
        return static_cast<double>(std::distance(sorted.begin(), below)) / static_cast<double>(sorted.size());
    };
    for (auto const* const from : {&a.sorted, &b.sorted})
        for (double const x : *from)
            most = std::max(most, std::abs(share(a.sorted, x) - share(b.sorted, x)));
    return most;
}

TEST(Distribution, OfFinalLossesIsTheReferences)
{
    if (test::instrumented)
        GTEST_SKIP() << "thousands of steps of a slow reference";
    std::vector<double> losses;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
    {
        ReferenceTrainer reference(spec_of(seed));
        double first = 0.0;
        losses.push_back(final_loss(reference, seed, &first));
        EXPECT_LT(losses.back(), 0.7 * first) << "it has to learn, or nothing is compared";
    }
    Spread const wanted(losses);
    for (test::Contender const& contender : test::contenders())
    {
        if (!contender.refuses(spec_of(1)).empty())
            continue;
        std::vector<double> got;
        for (std::uint64_t seed = 1; seed <= seeds; ++seed)
            got.push_back(final_loss(*contender.make(spec_of(seed)), seed));
        EXPECT_NE(got, losses) << "the very same trajectories: this compares nothing";
        Spread const found(got);
        EXPECT_LE(std::abs(found.mean - wanted.mean), 3.0 * std::hypot(found.error, wanted.error))
            << contender.name << ": " << found.mean << " instead of " << wanted.mean;
        // Two samples of one distribution are farther apart in one case of a hundred.
        EXPECT_LE(apart(found, wanted), 1.63 * std::sqrt(2.0 / seeds)) << contender.name;
    }
}
}  // namespace
