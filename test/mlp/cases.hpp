// Networks and optimisers that agreement tests of every precision go through.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "networks.hpp"

namespace ghee::mlp::test {

constexpr std::array losses{Loss::mse, Loss::binary_cross_entropy, Loss::cross_entropy};

/// So large a rate that the weights after one step are the gradient and nothing else.
inline Optimizer descent() { return {.kind = OptimizerKind::sgd, .learning_rate = 1048576.0}; }

constexpr std::uint32_t rows_to_train_on = 300;
/// Rows for `steps` steps (0: one whole batch), drawn from rows_to_train_on, so that batches are not the rows in order; the last batch
/// of several is a partial one.
inline std::vector<std::uint32_t> drawn_rows(int batch, int steps)
{
    auto const whole = static_cast<std::size_t>(batch);
    std::vector<std::uint32_t> order(steps == 0 ? whole : whole * static_cast<std::size_t>(steps) - whole / 3);
    Random const random(11, 2);
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = static_cast<std::uint32_t>(random.below(i, rows_to_train_on));
    return order;
}

struct NamedNetwork
{
    std::string name;
    Network network;
    int batch;
};

/// Every activation with every loss, plain and residual, in hidden layers of `width`.
inline std::vector<NamedNetwork> every_kind(int width)
{
    std::vector<NamedNetwork> all;
    for (std::size_t a = 0; a < Names<Activation>::names.size(); ++a)
        for (Loss const loss : losses)
            for (bool const residual : {false, true})
            {
                auto const activation = static_cast<Activation>(a);
                all.push_back({std::string(name_of(activation)) + "_" + std::string(name_of(loss)) + (residual ? "_residual" : ""),
                               network(5, {width, width, width, width, 3}, loss, activation, residual), 37});
            }
    auto mse_of_sigmoid = network(3, {14, 2}, Loss::mse, Activation::tanh);
    mse_of_sigmoid.output_activation = OutputActivation::sigmoid;
    all.push_back({"mse_of_sigmoid", mse_of_sigmoid, 33});
    return all;
}

/// One layer, these batches, deep networks, many inputs.
inline std::vector<NamedNetwork> usual_shapes(std::initializer_list<int> batches)
{
    std::vector<NamedNetwork> all;
    all.push_back({"one_layer", network(7, {4}, Loss::cross_entropy), 20});
    for (int const batch : batches)
        all.push_back({"batch_" + std::to_string(batch), network(8, {25, 3}, Loss::cross_entropy), batch});
    for (int const depth : {6, 9, 12, 16, 20})
    {
        std::vector<int> widths(static_cast<std::size_t>(depth), 11);
        widths.back() = 1;
        all.push_back({"depth_" + std::to_string(depth), network(4, widths, Loss::mse, Activation::tanh), 64});
    }
    all.push_back({"inputs_800", network(800, {30, 10}, Loss::cross_entropy), 64});
    return all;
}

}  // namespace ghee::mlp::test
