// Every optimiser by hand: two steps on one parameter, w = 1, g = 0.5 then -0.25, rate 0.1.
#include "mlp/reference/update.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace {
using namespace ghee;
using mlp::reference::Moments;
using mlp::reference::updated;

struct Two
{
    double first, second;
};

Two two_steps(Optimizer const& o)
{
    Moments moments;
    double const first = updated(o, 1, 1.0, 0.5, moments);
    return {first, updated(o, 2, first, -0.25, moments)};
}

TEST(Sgd, GoesRateTimesGradient)
{
    // 1 - 0.05 = 0.95; + 0.025 = 0.975
    Two const w = two_steps({.kind = OptimizerKind::sgd, .learning_rate = 0.1});
    EXPECT_DOUBLE_EQ(w.first, 0.95);
    EXPECT_DOUBLE_EQ(w.second, 0.975);
}

TEST(Momentum, KeepsAShareOfTheLastStep)
{
    // u = -0.05, w = 0.95; u = 0.9 * -0.05 + 0.025 = -0.02, w = 0.93
    Two const w = two_steps({.kind = OptimizerKind::momentum, .learning_rate = 0.1, .momentum = 0.9});
    EXPECT_DOUBLE_EQ(w.first, 0.95);
    EXPECT_DOUBLE_EQ(w.second, 0.93);
}

TEST(RmsProp, DividesByTheRootOfTheMeanSquare)
{
    // rho 0.75, eps 0.25: v = 0.25 * 0.25 = 0.0625, root 0.25, w = 1 - 0.05 / 0.5 = 0.9;
    // v = 0.75 * 0.0625 + 0.25 * 0.0625 = 0.0625, w = 0.9 + 0.025 / 0.5 = 0.95
    Two const w = two_steps({.kind = OptimizerKind::rmsprop, .learning_rate = 0.1, .rho = 0.75, .epsilon = 0.25});
    EXPECT_DOUBLE_EQ(w.first, 0.9);
    EXPECT_DOUBLE_EQ(w.second, 0.95);
}

// beta1 0.5, beta2 0.75, eps 0.25. m = 0.25, v = 0.0625; then m = 0.125 - 0.125 = 0, v = 0.046875 + 0.015625 = 0.0625.
Optimizer adam(EpsilonForm form)
{
    return {.kind = OptimizerKind::adam, .learning_rate = 0.1, .beta1 = 0.5, .beta2 = 0.75, .epsilon = 0.25, .epsilon_form = form};
}

TEST(Adam, InKerasFormAddsEpsilonToTheUncorrectedRoot)
{
    // step 1: rate 0.1 * sqrt(0.25) / 0.5 = 0.1; w = 1 - 0.1 * 0.25 / (0.25 + 0.25) = 0.95; step 2: m = 0
    Two const w = two_steps(adam(EpsilonForm::keras));
    EXPECT_DOUBLE_EQ(w.first, 0.95);
    EXPECT_DOUBLE_EQ(w.second, 0.95);
}

TEST(Adam, InPytorchFormAddsEpsilonToTheCorrectedRoot)
{
    // step 1: m_hat = 0.5, v_hat = 0.25; w = 1 - 0.1 * 0.5 / (0.5 + 0.25) = 1 - 1/15
    Two const w = two_steps(adam(EpsilonForm::pytorch));
    EXPECT_DOUBLE_EQ(w.first, 1.0 - 1.0 / 15.0);
    EXPECT_DOUBLE_EQ(w.second, 1.0 - 1.0 / 15.0);
}

TEST(AdamW, ShrinksTheWeightBeforeTheStep)
{
    // decay 0.2: 1 - 0.1 * 0.2 = 0.98, then 0.05 down as Adam; then 0.93 * 0.98
    Optimizer o = adam(EpsilonForm::keras);
    o.kind = OptimizerKind::adamw;
    o.weight_decay = 0.2;
    Two const w = two_steps(o);
    EXPECT_DOUBLE_EQ(w.first, 0.93);
    EXPECT_DOUBLE_EQ(w.second, 0.93 * 0.98);
}

TEST(Penalties, HaveNoSlopeFromL1AtZero)
{
    Optimizer const o{.l1 = 0.5, .l2 = 0.25};
    EXPECT_EQ(mlp::reference::penalty_slope(o, 0.0), 0.0);
    EXPECT_EQ(mlp::reference::penalty_slope(o, 2.0), 0.5 + 1.0);
    EXPECT_EQ(mlp::reference::penalty_slope(o, -2.0), -0.5 - 1.0);
}
}  // namespace
