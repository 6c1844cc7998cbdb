// What every trainer promises beside right numbers: the same bits again, a loss that is told as it is, a thread left as it was.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "contender.hpp"
#include "mlp/reference/reference.hpp"
#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

std::vector<test::Contender> everyone()
{
    auto all = test::contenders();
    for (test::Contender& contender : test::rough_contenders())
        all.push_back(std::move(contender));
    Backend const reference = reference_backend();
    all.push_back({"reference", reference.refuses, reference.make});
    return all;
}

class Promises : public testing::TestWithParam<test::Contender>
{
  protected:
    /// The trainer of a spec with data loaded; skips the test where the contender refuses.
    std::unique_ptr<Trainer> trainer(TrainerSpec const& spec)
    {
        auto made = GetParam().make(spec);
        made->load(rows_.samples(), rows_.samples());
        return made;
    }
    void SetUp() override
    {
        if (!GetParam().refuses(spec_).empty())
            spec_.network.activation = Activation::tanh;  // not everyone has gelu
        if (std::string const why = GetParam().refuses(spec_); !why.empty())
            GTEST_SKIP() << why;
    }

    TrainerSpec spec_{.network = test::network(5, {18, 18, 18, 3}, Loss::cross_entropy, Activation::gelu, true),
                      .optimizer = {.learning_rate = 0.01},
                      .seed = 5,
                      .batch = 40};
    test::Rows rows_{spec_.network, 150, 6};
    std::vector<std::uint32_t> order_ = test::in_order(150);
};

TEST_P(Promises, TrainingTwiceGivesTheSameBits)
{
    auto const one = trainer(spec_);
    auto const two = trainer(spec_);
    for (int epoch = 0; epoch < 3; ++epoch)
        EXPECT_EQ(one->train(order_).loss_sum, two->train(order_).loss_sum);
    EXPECT_EQ(one->weights(), two->weights());
    EXPECT_EQ(one->evaluate().loss_sum, two->evaluate().loss_sum);
}

TEST_P(Promises, ResetIsAsGoodAsNew)
{
    for (OptimizerKind const kind : {OptimizerKind::momentum, OptimizerKind::rmsprop, OptimizerKind::adam})
    {
        spec_.optimizer.kind = kind;
        spec_.optimizer.momentum = 0.5;
        auto const one = trainer(spec_);
        Weights const before = one->weights();
        EXPECT_EQ(before, initial_weights(spec_.network, spec_.initializer, spec_.seed));
        double const loss = one->train(order_).loss_sum;
        Weights const after = one->weights();
        EXPECT_NE(before, after);
        one->reset();
        EXPECT_EQ(one->weights(), before);
        EXPECT_EQ(one->train(order_).loss_sum, loss);
        EXPECT_EQ(one->weights(), after);
    }
}

TEST_P(Promises, CallsInPiecesOfWholeBatchesAreOneCall)
{
    auto const one = trainer(spec_);
    auto const two = trainer(spec_);
    one->train(order_);
    std::span<std::uint32_t const> const all = order_;
    two->train(all.first(80));
    two->train(all.subspan(80));
    EXPECT_EQ(one->weights(), two->weights());
}

TEST_P(Promises, EvaluationChangesNothing)
{
    auto const one = trainer(spec_);
    one->train(order_);
    Weights const before = one->weights();
    double const loss = one->evaluate().loss_sum;
    EXPECT_EQ(one->weights(), before);
    EXPECT_EQ(one->evaluate().loss_sum, loss);
}

TEST_P(Promises, NoRowsAreNoSteps)
{
    auto const one = trainer(spec_);
    Pass const pass = one->train({});
    EXPECT_EQ(pass.steps, 0);
    EXPECT_EQ(pass.samples, 0);
    EXPECT_EQ(pass.loss_sum, 0.0);
}

TEST_P(Promises, WeightsThatAreSetComeBack)
{
    auto const one = trainer(spec_);
    Weights weights = one->weights();
    weights[1].weights[7] = 0.25;
    weights[2].biases[3] = -2.0;
    one->set_weights(weights);
    EXPECT_EQ(one->weights(), weights);
}

TEST_P(Promises, DivergenceIsToldAndNotHidden)
{
    for (Loss const loss : {Loss::mse, Loss::cross_entropy})
        for (Activation const activation : {Activation::linear, Activation::relu, Activation::leaky_relu, Activation::gelu})
        {
            TrainerSpec spec = spec_;
            spec.network = test::network(5, {18, 18, 3}, loss, activation);
            if (!GetParam().refuses(spec).empty())
                continue;
            // Beyond what the numbers hold: with fp64's range 1e30 may only leave a network of dead neurons.
            spec.optimizer = {.kind = OptimizerKind::sgd, .learning_rate = GetParam().name == "reference" ? 1e200 : 1e30};
            auto const one = GetParam().make(spec);
            test::Rows const rows(spec.network, 150, 6);
            one->load(rows.samples(), rows.samples());
            for (int epoch = 0; epoch < 12; ++epoch)
                one->train(order_);
            EXPECT_FALSE(std::isfinite(one->train(order_).loss_sum)) << name_of(loss) << " " << name_of(activation);
            EXPECT_FALSE(std::isfinite(one->evaluate().loss_sum));
            EXPECT_EQ(one->evaluate().correct, 0);
        }
}

TEST_P(Promises, SubnormalNumbersAreTreatedAfterwardsAsBefore)
{
    auto const one = trainer(spec_);
    float volatile tiny = std::numeric_limits<float>::min();
    one->train(order_);
    one->evaluate();
    float const volatile half = tiny * 0.5F;
    EXPECT_GT(half, 0.0F);
}

TEST_P(Promises, ALabelOfNanIsToldToo)
{
    std::vector<float> inputs(5 * 150, 0.5F);
    std::vector<float> targets(3 * 150, 0.0F);
    targets[17] = std::numeric_limits<float>::quiet_NaN();
    auto const one = GetParam().make(spec_);
    Samples const samples{.inputs = inputs, .targets = targets, .count = 150, .features = 5, .outputs = 3};
    one->load(samples, samples);
    EXPECT_TRUE(std::isnan(one->evaluate().loss_sum));
}
TEST_P(Promises, AnInputOfNanGoesThroughEveryActivation)
{
    for (std::size_t a = 0; a < Names<Activation>::names.size(); ++a)
        for (bool const residual : {false, true})
        {
            TrainerSpec spec = spec_;
            spec.network = test::network(5, {18, 18, 18, 3}, Loss::mse, static_cast<Activation>(a), residual);
            if (!GetParam().refuses(spec).empty())
                continue;
            std::vector<float> inputs(5 * 150, 0.5F);
            std::vector<float> const targets(3 * 150, 0.0F);
            inputs[17] = std::numeric_limits<float>::quiet_NaN();
            auto const one = GetParam().make(spec);
            Samples const samples{.inputs = inputs, .targets = targets, .count = 150, .features = 5, .outputs = 3};
            one->load(samples, samples);
            EXPECT_TRUE(std::isnan(one->evaluate().loss_sum)) << Names<Activation>::names[a];
            EXPECT_TRUE(std::isnan(one->train(order_).loss_sum)) << Names<Activation>::names[a];
        }
}
INSTANTIATE_TEST_SUITE_P(Everyone, Promises, testing::ValuesIn(everyone()), [](auto const& chosen) { return chosen.param.name; });

}  // namespace
