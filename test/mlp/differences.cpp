// The reference's gradients against central differences of its own loss, over every activation, loss and shape.
#include <cmath>

#include <gtest/gtest.h>

#include "mlp/reference/reference.hpp"
#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

constexpr double h = 1e-5;

/// Which side of its kink every hidden neuron is on for every row.
std::vector<bool> sides(ReferenceTrainer const& trainer, std::uint32_t rows)
{
    std::vector<bool> all;
    for (std::uint32_t r = 0; r < rows; ++r)
        for (auto const& layer : trainer.sums(r))
            for (double const z : layer)
                all.push_back(z > 0.0);
    return all;
}

struct Case
{
    char const* name;
    Network network;
};
class Differences : public testing::TestWithParam<Case>
{
};

TEST_P(Differences, AgreeWithTheGradients)
{
    Network const& network = GetParam().network;
    constexpr std::uint32_t count = 7;
    test::Rows const rows(network, count, 5);
    ReferenceTrainer trainer({.network = network, .optimizer = {}, .seed = 3, .batch = count});
    trainer.load(rows.samples(), rows.samples());
    auto const order = test::in_order(count);
    Weights weights = trainer.weights();
    for (Layer& layer : weights)  // biases start at zero, where symmetric faults would hide
        for (std::size_t i = 0; i < layer.biases.size(); ++i)
            layer.biases[i] = 0.1 * std::sin(static_cast<double>(i) + 1.0);
    trainer.set_weights(weights);
    Weights const gradients = trainer.gradients(order);

    bool const kinked = network.activation == Activation::relu || network.activation == Activation::leaky_relu;
    double scale = 0.0;
    for (Layer const& g : gradients)
        for (double const v : g.weights)
            scale = std::max(scale, std::abs(v));
    int compared = 0;
    int skipped = 0;
    for (std::size_t d = 0; d < weights.size(); ++d)
        for (int part = 0; part < 2; ++part)
        {
            std::vector<double>& values = part == 0 ? weights[d].weights : weights[d].biases;
            std::vector<double> const& expected = part == 0 ? gradients[d].weights : gradients[d].biases;
            for (std::size_t i = 0; i < values.size(); ++i)
            {
                double const kept = values[i];
                values[i] = kept + h;
                trainer.set_weights(weights);
                double const above = trainer.loss(order);
                auto const sides_above = kinked ? sides(trainer, count) : std::vector<bool>();
                values[i] = kept - h;
                trainer.set_weights(weights);
                double const below = trainer.loss(order);
                auto const sides_below = kinked ? sides(trainer, count) : std::vector<bool>();
                values[i] = kept;
                if (sides_above != sides_below)
                {
                    ++skipped;
                    continue;
                }
                ++compared;
                EXPECT_NEAR((above - below) / (2 * h), expected[i], 1e-6 * std::max(std::abs(expected[i]), scale * 1e-2))
                    << "layer " << d << (part == 0 ? " weight " : " bias ") << i;
            }
        }
    EXPECT_GT(compared, 10 * skipped);
}

std::vector<Case> cases()
{
    using enum Activation;
    auto mse_of_sigmoid = test::network(3, {4, 2}, Loss::mse, tanh);
    mse_of_sigmoid.output_activation = OutputActivation::sigmoid;
    return {
        {"linear_mse", test::network(3, {4, 2}, Loss::mse, linear)},
        {"relu_mse", test::network(3, {6, 5, 2}, Loss::mse, relu)},
        {"leaky_relu_cross_entropy", test::network(2, {5, 4, 3}, Loss::cross_entropy, leaky_relu)},
        {"tanh_binary", test::network(3, {5, 4, 1}, Loss::binary_cross_entropy, tanh)},
        {"sigmoid_cross_entropy", test::network(4, {5, 3}, Loss::cross_entropy, sigmoid)},
        {"gelu_mse", test::network(3, {5, 5, 2}, Loss::mse, gelu)},
        {"mse_of_sigmoid", mse_of_sigmoid},
        {"residual_relu", test::network(3, {4, 4, 4, 4, 2}, Loss::mse, relu, true)},
        {"residual_gelu", test::network(2, {3, 3, 3, 3}, Loss::cross_entropy, gelu, true)},
        {"residual_tanh_binary", test::network(2, {3, 3, 3, 2}, Loss::binary_cross_entropy, tanh, true)},
        {"one_layer", test::network(5, {3}, Loss::cross_entropy)},
        {"deep_tanh", test::network(2, std::vector<int>(10, 2), Loss::mse, tanh)},
    };
}
INSTANTIATE_TEST_SUITE_P(Sweep, Differences, testing::ValuesIn(cases()), [](auto const& chosen) { return chosen.param.name; });
}  // namespace
