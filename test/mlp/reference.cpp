// The reference against numbers worked out on paper, and against its own promises.
#include "mlp/reference/reference.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

// A 2-2-1 network, ReLU, linear output, MSE. Two samples:
//   weights 1: n0 = (1, -1) bias 0.5; n1 = (0.5, 2) bias -1; weights 2: (2, -3) bias 0.25.
//   sample A: x = (1, 2), t = 1:  z = (1-2+0.5, 0.5+4-1) = (-0.5, 3.5), y = (0, 3.5); out = 0 - 10.5 + 0.25 = -10.25
//   sample B: x = (2, 0.5), t = 3: z = (2-0.5+0.5, 1+1-1) = (2, 1), y = (2, 1); out = 4 - 3 + 0.25 = 1.25
// Losses: (-11.25)^2 = 126.5625; (-1.75)^2 = 3.0625. Mean 64.8125.
// d out = 2 (out - t) / 2 samples: A -11.25, B -1.75.
//   d weights 2 = (A: -11.25 * (0, 3.5); B: -1.75 * (2, 1)) = (-3.5, -39.375 - 1.75) = (-3.5, -41.125); d bias = -13
//   d y: A -11.25 * (2, -3) = (-22.5, 33.75), n0 is off: (0, 33.75); B -1.75 * (2, -3) = (-3.5, 5.25), both on.
//   d n0 = B: -3.5 * (2, 0.5) = (-7, -1.75), bias -3.5
//   d n1 = A: 33.75 * (1, 2) + B: 5.25 * (2, 0.5) = (33.75 + 10.5, 67.5 + 2.625) = (44.25, 70.125), bias 39
struct Paper : testing::Test
{
    std::vector<float> inputs{1, 2, 2, 0.5F};
    std::vector<float> targets{1, 3};
    TrainerSpec spec{.network = test::network(2, {2, 1}, Loss::mse), .optimizer = {.kind = OptimizerKind::sgd, .learning_rate = 0.5}, .batch = 2};
    Weights start{{2, 2, {1, -1, 0.5, 2}, {0.5, -1}}, {2, 1, {2, -3}, {0.25}}};
    ReferenceTrainer trainer{spec};

    void SetUp() override
    {
        Samples const samples{.inputs = inputs, .targets = targets, .count = 2, .features = 2, .outputs = 1};
        trainer.load(samples, samples);
        trainer.set_weights(start);
    }
};

TEST_F(Paper, LossesAreThoseOnPaper)
{
    Pass const pass = trainer.evaluate();
    EXPECT_DOUBLE_EQ(pass.loss_sum, 126.5625 + 3.0625);
    EXPECT_EQ(pass.samples, 2);
    EXPECT_EQ(pass.correct, 0);
    EXPECT_EQ(pass.steps, 0);
}

TEST_F(Paper, GradientsAreThoseOnPaper)
{
    Weights const expected{{2, 2, {-7, -1.75, 44.25, 70.125}, {-3.5, 39}}, {2, 1, {-3.5, -41.125}, {-13}}};
    EXPECT_EQ(trainer.gradients(test::in_order(2)), expected);
}

TEST_F(Paper, AStepOfSgdGoesHalfTheGradientDown)
{
    Pass const pass = trainer.train(test::in_order(2));
    EXPECT_EQ(pass.steps, 1);
    EXPECT_DOUBLE_EQ(pass.loss_sum, 129.625);
    Weights const expected{{2, 2, {4.5, -0.125, -21.625, -33.0625}, {2.25, -20.5}}, {2, 1, {3.75, 17.5625}, {6.75}}};
    EXPECT_EQ(trainer.weights(), expected);
}

TEST_F(Paper, PenaltiesPullWeightsAndLeaveBiasesAlone)
{
    // l1 = 1, l2 = 0.25 add sign(w) + 0.5 w: on weights 2 (2, -3) that is (2, -2.5); rate 0.5.
    spec.optimizer.l1 = 1.0;
    spec.optimizer.l2 = 0.25;
    ReferenceTrainer pulled(spec);
    Samples const samples{.inputs = inputs, .targets = targets, .count = 2, .features = 2, .outputs = 1};
    pulled.load(samples, samples);
    pulled.set_weights(start);
    EXPECT_DOUBLE_EQ(pulled.train(test::in_order(2)).loss_sum, 129.625);
    EXPECT_DOUBLE_EQ(pulled.weights()[1].weights[0], 3.75 - 0.5 * 2.0);
    EXPECT_DOUBLE_EQ(pulled.weights()[1].weights[1], 17.5625 + 0.5 * 2.5);
    EXPECT_DOUBLE_EQ(pulled.weights()[1].biases[0], 6.75);
}

TEST_F(Paper, TheLastPartialBatchIsAStepOfItsOwn)
{
    std::vector<std::uint32_t> const order{0, 1, 0};
    Pass const pass = trainer.train(order);
    EXPECT_EQ(pass.steps, 2);
    EXPECT_EQ(pass.samples, 3);
    ReferenceTrainer by_hand(spec);
    Samples const samples{.inputs = inputs, .targets = targets, .count = 2, .features = 2, .outputs = 1};
    by_hand.load(samples, samples);
    by_hand.set_weights(start);
    by_hand.train(std::span(order).first(2));
    by_hand.train(std::span(order).last(1));
    EXPECT_EQ(by_hand.weights(), trainer.weights());
}

// Width 1 throughout, linear, weights 2, 3, 5, no bias, x = 1, t = 0: h0 = 2, h1 = 3 * 2 + 2 (the residual) = 8, out = 40.
// d out = 80; d w2 = 80 * 8 = 640; d h1 = 400; d w1 = 400 * 2 = 800; d h0 = 400 * 3 + 400 = 1600 = d w0.
TEST(Residual, AddsTheLayersInputToItsOutput)
{
    std::vector<float> const x{1};
    std::vector<float> const t{0};
    Samples const samples{.inputs = x, .targets = t, .count = 1, .features = 1, .outputs = 1};
    ReferenceTrainer trainer({.network = test::network(1, {1, 1, 1}, Loss::mse, Activation::linear, true), .optimizer = {}});
    trainer.load(samples, samples);
    trainer.set_weights({{1, 1, {2}, {0}}, {1, 1, {3}, {0}}, {1, 1, {5}, {0}}});
    EXPECT_DOUBLE_EQ(trainer.evaluate().loss_sum, 1600.0);
    Weights const expected{{1, 1, {1600}, {1600}}, {1, 1, {800}, {400}}, {1, 1, {640}, {80}}};
    EXPECT_EQ(trainer.gradients(test::in_order(1)), expected);
}

// One linear layer of three outputs with no weights but biases 1, 2, 3: softmax = (e, e^2, e^3) / (e + e^2 + e^3).
TEST(CrossEntropy, IsTheLogarithmOfTheRightOutputsShare)
{
    std::vector<float> const x{0};
    std::vector<float> const t{0, 0, 1};
    Samples const samples{.inputs = x, .targets = t, .count = 1, .features = 1, .outputs = 3};
    ReferenceTrainer trainer({.network = test::network(1, {3}, Loss::cross_entropy), .optimizer = {}});
    trainer.load(samples, samples);
    trainer.set_weights({{1, 3, {0, 0, 0}, {1, 2, 3}}});
    double const sum = std::exp(1.0) + std::exp(2.0) + std::exp(3.0);
    Pass const pass = trainer.evaluate();
    EXPECT_NEAR(pass.loss_sum, std::log(sum) - 3.0, 1e-14);
    EXPECT_EQ(pass.correct, 1);
    Weights const g = trainer.gradients(test::in_order(1));
    EXPECT_NEAR(g[0].biases[0], std::exp(1.0) / sum, 1e-15);
    EXPECT_NEAR(g[0].biases[2], std::exp(3.0) / sum - 1.0, 1e-15);
}

// z = 2 and -1 with targets 1 and 1: losses ln(1 + e^-2) and ln(1 + e); their mean; the second is on the wrong side of 0.5.
TEST(BinaryCrossEntropy, IsTheMeanOverOutputsAndHitsOnlyWhenAllDo)
{
    std::vector<float> const x{0};
    std::vector<float> const t{1, 1};
    Samples const samples{.inputs = x, .targets = t, .count = 1, .features = 1, .outputs = 2};
    ReferenceTrainer trainer({.network = test::network(1, {2}, Loss::binary_cross_entropy), .optimizer = {}});
    trainer.load(samples, samples);
    trainer.set_weights({{1, 2, {0, 0}, {2, -1}}});
    EXPECT_NEAR(trainer.evaluate().loss_sum, 0.5 * (std::log(1 + std::exp(-2.0)) + std::log(1 + std::exp(1.0))), 1e-15);
    EXPECT_EQ(trainer.evaluate().correct, 0);
    EXPECT_NEAR(trainer.gradients(test::in_order(1))[0].biases[0], 0.5 * (1 / (1 + std::exp(-2.0)) - 1), 1e-15);
    trainer.set_weights({{1, 2, {0, 0}, {2, 1}}});
    EXPECT_EQ(trainer.evaluate().correct, 1);
}
}  // namespace
