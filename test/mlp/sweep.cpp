// Every width from 1 to 70 with every number of inputs, outputs and samples: gradients of each instruction set, alone and in a team of
// two, against the reference; then ten and a hundred steps. A trainer's memory is full of NaN when it is new: what is read before it is
// written shows.
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "cases.hpp"
#include "contenders.hpp"
#include "distance.hpp"
#include "instrumented.hpp"
#include "mlp/reference/reference.hpp"
#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

constexpr int widest = 70;
constexpr std::array inputs{1, 2, 3, 17, 800};
constexpr std::array batches{1, 15, 16, 17, 255, 256, 1024};
using test::losses;
constexpr int rows_a_width = 10;

/// What is swept, by number.
struct Levels
{
    int width, depth, inputs, outputs, batch, activation, loss, residual;
};

/// Ten rows for each width. The strides let any two levels meet but a width and a depth, of which it takes ten; a test below counts.
Levels levels(int width, int row)
{
    int const n = (width - 1) * rows_a_width + row;
    return {.width = width,
            .depth = 2 + (row * 2 + width * 7) % 19,
            .inputs = (row + width) % 5,
            .outputs = 1 + (row + width / 7) % 10,
            .batch = (n + width / 5) % 7,
            .activation = (row + width) % 6,
            .loss = (row + width / 2) % 3,
            .residual = n % 11 == 0 ? 1 : 0};
}

Network network_of(Levels const& at)
{
    std::vector<int> widths(static_cast<std::size_t>(at.depth), at.width);
    Loss const loss = losses[static_cast<std::size_t>(at.loss)];
    widths.back() = at.outputs;
    return test::network(inputs[static_cast<std::size_t>(at.inputs)], widths, loss, static_cast<Activation>(at.activation), at.residual == 1);
}

/// So large a rate that the weights after one step are the gradient and nothing else, even below twenty sigmoids.
TrainerSpec spec_of(Levels const& at)
{
    return {.network = network_of(at),
            .optimizer = {.kind = OptimizerKind::sgd, .learning_rate = 0x1p70},
            .seed = static_cast<std::uint64_t>(at.width),
            .batch = batches[static_cast<std::size_t>(at.batch)]};
}

std::string told(Levels const& at)
{
    Network const network = network_of(at);
    return "width " + std::to_string(at.width) + ", depth " + std::to_string(at.depth) + ", " + std::to_string(network.inputs) + " inputs, " +
           std::to_string(at.outputs) + " outputs, batch " + std::to_string(batches[static_cast<std::size_t>(at.batch)]) + ", " +
           std::string(name_of(network.activation)) + ", " + std::string(name_of(network.loss)) + (at.residual == 1 ? ", residual" : "");
}

Weights trained(Trainer& trainer, TrainerSpec const& spec, test::Rows const& rows, std::span<std::uint32_t const> order)
{
    trainer.load(rows.samples(), rows.samples());
    trainer.set_weights(test::starting_weights(spec));
    trainer.train(order);
    return trainer.weights();
}

/// The farthest layer.
double distance(Weights const& a, Weights const& b, Weights const* from)
{
    double worst = 0.0;
    for (std::size_t d = 0; d < a.size(); ++d)
    {
        double const here = test::distance(a[d], b[d], from != nullptr ? &(*from)[d] : nullptr);
        worst = std::isnan(here) ? HUGE_VAL : std::max(worst, here);
    }
    return worst;
}

/// Whether some neuron's sum is so near to 0 that rounding may put it on the other side of a ReLU's kink, where the derivative is another.
bool near_a_kink(TrainerSpec const& spec, test::Rows const& rows, std::span<std::uint32_t const> order)
{
    if (spec.network.activation != Activation::relu && spec.network.activation != Activation::leaky_relu)
        return false;
    ReferenceTrainer reference(spec);
    reference.load(rows.samples(), rows.samples());
    reference.set_weights(test::starting_weights(spec));
    for (std::uint32_t const row : order)
        for (auto const& layer : reference.sums(row))
            for (double const sum : layer)
                if (std::abs(sum) < 1e-6)
                    return true;
    return false;
}

/// How far the gradient itself moves when each weight is changed by a rounding of fp32, and each sum by one of a number of 1 (the most of
/// three tries): where sums nearly cancel no arithmetic in fp32 comes nearer than about that.
double moved_by_rounding(TrainerSpec const& spec, test::Rows const& rows, std::span<std::uint32_t const> order)
{
    Weights const start = test::starting_weights(spec);
    auto const gradients = [&](Weights const& weights)
    {
        ReferenceTrainer reference(spec);
        reference.load(rows.samples(), rows.samples());
        reference.set_weights(weights);
        return reference.gradients(order);
    };
    Weights const exact = gradients(start);
    double most = 0.0;
    for (std::uint64_t turn = 0; turn < 3; ++turn)
    {
        Random const random(turn, 4);
        std::uint64_t draw = 0;
        Weights rounded = start;
        auto const rounding = [&] { return 0x1p-23 * (2.0 * random.uniform(draw++) - 1.0); };
        for (Layer& layer : rounded)
        {
            for (double& weight : layer.weights)
                weight += weight * rounding();
            for (double& bias : layer.biases)
                bias += std::max(std::abs(bias), 1.0) * rounding();
        }
        most = std::max(most, distance(gradients(rounded), exact, nullptr));
    }
    return most;
}

class Sweep : public testing::TestWithParam<int>
{
  protected:
    void SetUp() override
    {
        if (test::instrumented && GetParam() % 23 != 13)
            GTEST_SKIP() << "a sanitizer makes this slow: three widths will do";
    }
    /// Every contender that takes it, with one thread and with two, comes as near to the reference as `tolerance`.
    void compare(TrainerSpec spec, std::size_t steps, double tolerance, std::string const& what)
    {
        auto const batch = static_cast<std::size_t>(spec.batch);
        test::Rows const rows(spec.network, static_cast<std::int64_t>(batch + 3), 5);
        std::vector<std::uint32_t> order;
        for (std::size_t i = 0; i < steps * batch; ++i)
            order.push_back(static_cast<std::uint32_t>((i * 5 + 2) % (batch + 3)));
        ReferenceTrainer reference(spec);
        Weights const want = trained(reference, spec, rows, order);
        Weights const start = test::starting_weights(spec);
        for (test::Contender const& contender : contenders_)
        {
            spec.threads = 1;
            if (!contender.refuses(spec).empty())
                continue;
            Weights const alone = trained(*contender.make(spec), spec, rows, order);
            double const off = distance(alone, want, steps == 1 ? &start : nullptr);
            ++compared_;
            if (off > tolerance && near_a_kink(spec, rows, order))
                ++at_kinks_;
            else if (off > tolerance && steps == 1 && off <= 4.0 * moved_by_rounding(spec, rows, order))
                ++sensitive_;
            else
                EXPECT_LE(off, tolerance) << contender.name << ": " << what;
            spec.threads = 2;
            if (contender.refuses(spec).empty())
            {
                EXPECT_EQ(trained(*contender.make(spec), spec, rows, order), alone) << contender.name << ", two threads: " << what;
            }
        }
    }
    void TearDown() override
    {
        if (IsSkipped())
            return;
        EXPECT_GT(compared_, 0);
        EXPECT_LE(at_kinks_ + sensitive_, compared_ / 4) << "excused too often";
        RecordProperty("compared", compared_);
        RecordProperty("at_kinks", at_kinks_);
        RecordProperty("sensitive", sensitive_);
    }

  private:
    std::vector<test::Contender> contenders_ = test::contenders();
    int compared_ = 0;
    int at_kinks_ = 0;
    int sensitive_ = 0;
};

TEST_P(Sweep, OfGradients)
{
    for (int row = 0; row < rows_a_width; row += test::instrumented ? 5 : 1)
    {
        Levels const at = levels(GetParam(), row);
        // Beyond six layers each adds its rounding, and always the same where all samples look alike behind a sigmoid.
        compare(spec_of(at), 1, 2e-6 * std::max(1.0, at.depth / 6.0), told(at));
    }
}

TEST_P(Sweep, OfTenSteps)
{
    Levels at = levels(GetParam(), GetParam() % rows_a_width);
    at.batch %= 4;
    at.depth = 2 + at.depth % 5;
    TrainerSpec spec = spec_of(at);
    spec.optimizer.learning_rate = 0.01;
    compare(spec, 10, 1e-6, told(at));
}

TEST_P(Sweep, OfAHundredSteps)
{
    Levels at = levels(GetParam(), (GetParam() + 5) % rows_a_width);
    at.batch = 1 + at.batch % 3;
    at.inputs %= 4;
    at.depth = 2 + at.depth % 3;
    at.activation = 3 + at.activation % 3;  // smooth ones: a neuron on the other side of a kink is another trajectory
    TrainerSpec spec = spec_of(at);
    spec.optimizer.learning_rate = 0.01;
    compare(spec, 100, 1e-5, told(at));
}
INSTANTIATE_TEST_SUITE_P(All, Sweep, testing::Range(1, widest + 1), [](auto const& chosen) { return "width_" + std::to_string(chosen.param); });

TEST(SweepDesign, LetsEveryTwoLevelsMeet)
{
    struct Factor
    {
        char const* name;
        int Levels::* level;
        int count;
    };
    constexpr std::array factors{Factor{"width", &Levels::width, widest}, Factor{"depth", &Levels::depth, 19},
                                 Factor{"inputs", &Levels::inputs, 5},    Factor{"outputs", &Levels::outputs, 10},
                                 Factor{"batch", &Levels::batch, 7},      Factor{"activation", &Levels::activation, 6},
                                 Factor{"loss", &Levels::loss, 3}};
    for (std::size_t a = 0; a < factors.size(); ++a)
        for (std::size_t b = a + 1; b < factors.size(); ++b)
        {
            std::set<std::pair<int, int>> met;
            for (int width = 1; width <= widest; ++width)
                for (int row = 0; row < rows_a_width; ++row)
                {
                    Levels const at = levels(width, row);
                    met.emplace(at.*factors[a].level, at.*factors[b].level);
                }
            // A width has ten rows, so it meets ten depths of nineteen.
            int const all = std::min(factors[a].count * factors[b].count, rows_a_width * widest);
            EXPECT_EQ(static_cast<int>(met.size()), all) << factors[a].name << " and " << factors[b].name;
        }
}
}  // namespace
