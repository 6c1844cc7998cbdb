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

struct Training
{
    std::string name;
    TrainerSpec spec;
    int steps;
    double tolerance;  ///< of weights, relative, in fp32
};

/// Every optimiser, alone and with penalties; a hundred steps.
inline std::vector<Training> every_optimizer()
{
    std::vector<Training> all;
    Network const smooth = network(6, {21, 13, 4}, Loss::cross_entropy, Activation::tanh);
    auto const add = [&](std::string name, Optimizer optimizer, int steps, double tolerance)
    { all.push_back({std::move(name), {.network = smooth, .optimizer = optimizer, .seed = 3, .batch = 50}, steps, tolerance}); };
    using enum OptimizerKind;
    add("ten_steps_of_sgd", {.kind = sgd, .learning_rate = 0.1}, 10, 1e-6);
    add("ten_steps_of_momentum", {.kind = momentum, .learning_rate = 0.1, .momentum = 0.9}, 10, 1e-6);
    add("ten_steps_of_rmsprop", {.kind = rmsprop, .learning_rate = 1e-3}, 10, 2e-6);
    add("ten_steps_of_adam_keras", {.kind = adam, .learning_rate = 1e-3}, 10, 2e-6);
    add("ten_steps_of_adam_pytorch", {.kind = adam, .learning_rate = 1e-3, .epsilon = 1e-3, .epsilon_form = EpsilonForm::pytorch}, 10, 2e-6);
    add("ten_steps_of_adamw", {.kind = adamw, .learning_rate = 1e-2, .weight_decay = 0.1}, 10, 5e-6);
    add("ten_steps_with_l1", {.kind = sgd, .learning_rate = 0.1, .l1 = 0.01}, 10, 1e-6);
    add("ten_steps_with_l2", {.kind = sgd, .learning_rate = 0.1, .l2 = 0.01}, 10, 1e-6);
    add("ten_steps_of_adam_with_both", {.kind = adam, .learning_rate = 1e-3, .l1 = 0.01, .l2 = 0.02}, 10, 5e-6);
    add("hundred_steps_of_sgd", {.kind = sgd, .learning_rate = 0.1}, 100, 1e-5);
    all.push_back({"hundred_steps_of_relu",
                   {.network = network(6, {21, 13, 1}, Loss::mse), .optimizer = {.kind = sgd, .learning_rate = 0.01}, .seed = 4, .batch = 50},
                   100,
                   1e-5});
    return all;
}

}  // namespace ghee::mlp::test
