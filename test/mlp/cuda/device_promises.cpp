// What trainers on a device keep in every form: data that lie there, orders drawn there, calls of any length, nothing left behind.
#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "contender.hpp"
#include "mlp/cuda/order_key.hpp"
#include "mlp/cuda/shuffle.hpp"
#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

TrainerSpec spec_of(std::vector<int> widths, int batch = 32)
{
    return {.network = test::network(5, std::move(widths), Loss::cross_entropy, Activation::tanh),
            .optimizer = {.learning_rate = 0.01},
            .seed = 5,
            .batch = batch};
}

/// The weights after `rows` rows of training.
Weights trained(Trainer& trainer, TrainerSpec const& spec, std::size_t rows)
{
    test::Rows const data(spec.network, 200, 6);
    std::vector<std::uint32_t> order;
    for (std::size_t i = 0; i < rows; ++i)
        order.push_back(static_cast<std::uint32_t>(i * 7 % 200));
    trainer.load(data.samples(), data.samples());
    trainer.train(order);
    return trainer.weights();
}

using DevicePromises = testing::TestWithParam<test::Contender>;

TEST_P(DevicePromises, ACallGoesOnWhereTheLastOneEndedWhateverItsLength)
{
    constexpr int batch = 5;  // 40 steps: more than one graph takes
    TrainerSpec const spec = spec_of({12, 3}, batch);
    test::Rows const data(spec.network, 200, 6);
    std::vector<std::uint32_t> const order = test::in_order(200);
    auto const whole = GetParam().make(spec), pieces = GetParam().make(spec);
    for (auto const* trainer : {&whole, &pieces})
        (*trainer)->load(data.samples(), data.samples());
    double const loss = whole->train(order).loss_sum;
    std::span<std::uint32_t const> const all = order;
    double sum = 0.0;
    std::int64_t taken = 0;
    for (std::size_t begin = 0; begin < 200;)  // 1, 2, 3 ... steps, so that calls begin at odd and at even ones
        for (std::size_t steps = 1; steps < 7 && begin < 200; ++steps)
        {
            std::size_t const count = std::min(steps * batch, 200 - begin);
            Pass const pass = pieces->train(all.subspan(begin, count));
            sum += pass.loss_sum;
            taken += pass.steps;
            begin += count;
            pieces->evaluate();
        }
    EXPECT_EQ(whole->weights(), pieces->weights());
    EXPECT_NEAR(sum, loss, 1e-9 * loss);
    EXPECT_EQ(taken, 40);
}

TEST_P(DevicePromises, TheDataThatWereLoadedLastAreRead)
{
    TrainerSpec const spec = spec_of({12, 3});
    test::Rows const data(spec.network, 200, 6), others(spec.network, 150, 7);
    std::vector<std::uint32_t> const order = test::in_order(150);
    auto const one = GetParam().make(spec), other = GetParam().make(spec);
    one->load(data.samples(), data.samples());
    one->train(order);
    one->evaluate();
    one->reset();
    for (auto const* trainer : {&one, &other})
        (*trainer)->load(others.samples(), others.samples());
    EXPECT_EQ(one->train(order).loss_sum, other->train(order).loss_sum);
    EXPECT_EQ(one->evaluate().loss_sum, other->evaluate().loss_sum);
}

TEST_P(DevicePromises, ResetLeavesNoNumberBehind)
{
    TrainerSpec const spec = spec_of({12, 7, 3});  // widths that leave rows to be filled up, and deltas that lie where others lay
    auto const fresh = GetParam().make(spec), spoilt = GetParam().make(spec);
    Weights nans = spoilt->weights();
    for (Layer& layer : nans)
        std::fill(layer.weights.begin(), layer.weights.end(), std::nan(""));
    spoilt->set_weights(nans);
    trained(*spoilt, spec, 100);
    spoilt->reset();
    EXPECT_EQ(trained(*spoilt, spec, 100), trained(*fresh, spec, 100));
}

TEST_P(DevicePromises, AnEpochTakesTheOrderThatTheDeviceDraws)
{
    TrainerSpec const spec = spec_of({12, 3}, 8);
    test::Rows const data(spec.network, 77, 6);
    auto const drawn = GetParam().make(spec), told = GetParam().make(spec);
    for (auto const* trainer : {&drawn, &told})
        (*trainer)->load(data.samples(), data.samples());
    ASSERT_TRUE(drawn->draws_order());
    for (std::int64_t epoch = 1; epoch <= 3; ++epoch)
    {
        std::vector<std::uint32_t> order;
        for (std::uint32_t i = 0; i < 77; ++i)
            order.push_back(cuda::shuffled(i, 77, cuda::order_key(11, epoch)));
        Pass const one = drawn->train_epoch(11, epoch), other = told->train(order);
        EXPECT_EQ(one.loss_sum, other.loss_sum);
        EXPECT_EQ(one.steps, 10);
        EXPECT_EQ(one.samples, 77);
    }
    EXPECT_EQ(drawn->weights(), told->weights());
}

INSTANTIATE_TEST_SUITE_P(Everyone, DevicePromises, testing::ValuesIn(test::contenders()), [](auto const& chosen) { return chosen.param.name; });
}  // namespace
