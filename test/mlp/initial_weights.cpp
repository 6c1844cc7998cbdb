// Initial weights: their distribution, and that nothing but the seed decides them.
#include <cmath>

#include <gtest/gtest.h>

#include "mlp/backend.hpp"
#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

TEST(InitialWeights, FillTheGlorotIntervalUniformly)
{
    Weights const weights = initial_weights(test::network(100, {50, 10}, Loss::mse), Initializer::glorot_uniform, 1);
    double const a = std::sqrt(6.0 / 150.0);
    double sum = 0.0;
    double squares = 0.0;
    double largest = 0.0;
    for (double const w : weights[0].weights)
    {
        sum += w;
        squares += w * w;
        largest = std::max(largest, std::abs(w));
    }
    EXPECT_LE(largest, a * (1 + 1e-7));
    EXPECT_GT(largest, 0.99 * a);
    EXPECT_NEAR(sum / 5000, 0.0, 4 * a / std::sqrt(3.0 * 5000));
    EXPECT_NEAR(squares / 5000, a * a / 3, 0.05 * a * a / 3);
    for (Layer const& layer : weights)
        EXPECT_EQ(layer.biases, std::vector<double>(static_cast<std::size_t>(layer.outputs), 0.0));
}

TEST(InitialWeights, HeDependsOnTheInputsOnly)
{
    Weights const weights = initial_weights(test::network(6, {1000}, Loss::mse), Initializer::he_uniform, 1);
    double largest = 0.0;
    for (double const w : weights[0].weights)
        largest = std::max(largest, std::abs(w));
    EXPECT_LE(largest, 1.0 + 1e-7);
    EXPECT_GT(largest, 0.99);
}

TEST(InitialWeights, AreTheSameForTheSameSeedAndExactInFp32)
{
    Network const network = test::network(3, {4, 2}, Loss::mse);
    Weights const weights = initial_weights(network, Initializer::glorot_uniform, 7);
    EXPECT_EQ(weights, initial_weights(network, Initializer::glorot_uniform, 7));
    EXPECT_NE(weights, initial_weights(network, Initializer::glorot_uniform, 8));
    EXPECT_NE(weights[0].weights[0], weights[1].weights[0]);
    for (double const w : weights[0].weights)
        EXPECT_EQ(w, static_cast<double>(static_cast<float>(w)));
}
}  // namespace
