// The cases of the sweeps of widths 1 to 70: a covering design over widths, depths, inputs, outputs, batches, activations and losses.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "cases.hpp"

namespace ghee::mlp::test::sweep {

constexpr int widest = 70;
constexpr std::array inputs{1, 2, 3, 17, 800};
constexpr std::array batches{1, 15, 16, 17, 255, 256, 1024};
constexpr int rows_a_width = 10;

/// What is swept, by number.
struct Levels
{
    int width, depth, inputs, outputs, batch, activation, loss, residual;
};

/// Ten rows for each width. The strides let any two levels meet but a width and a depth, of which it takes ten; a test of sweep.cpp counts.
inline Levels levels(int width, int row)
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

inline Network network_of(Levels const& at)
{
    std::vector<int> widths(static_cast<std::size_t>(at.depth), at.width);
    Loss const loss = losses[static_cast<std::size_t>(at.loss)];
    widths.back() = at.outputs;
    return network(inputs[static_cast<std::size_t>(at.inputs)], widths, loss, static_cast<Activation>(at.activation), at.residual == 1);
}

/// So large a rate that the weights after one step are the gradient and nothing else, even below twenty sigmoids.
inline TrainerSpec spec_of(Levels const& at)
{
    return {.network = network_of(at),
            .optimizer = {.kind = OptimizerKind::sgd, .learning_rate = 0x1p70},
            .seed = static_cast<std::uint64_t>(at.width),
            .batch = batches[static_cast<std::size_t>(at.batch)]};
}

inline std::string told(Levels const& at)
{
    Network const network = network_of(at);
    return "width " + std::to_string(at.width) + ", depth " + std::to_string(at.depth) + ", " + std::to_string(network.inputs) + " inputs, " +
           std::to_string(at.outputs) + " outputs, batch " + std::to_string(batches[static_cast<std::size_t>(at.batch)]) + ", " +
           std::string(name_of(network.activation)) + ", " + std::string(name_of(network.loss)) + (at.residual == 1 ? ", residual" : "");
}

/// Beyond six layers each adds its rounding, and always the same where all samples look alike behind a sigmoid.
inline double slack_of_depth(int depth) { return std::max(1.0, depth / 6.0); }

/// The same for a training of ten steps, shallower and with smaller batches; plain descent.
inline Levels levels_of_ten_steps(int width)
{
    Levels at = levels(width, width % rows_a_width);
    at.batch %= 4;
    at.depth = 2 + at.depth % 5;
    return at;
}

inline Levels levels_of_a_hundred_steps(int width)
{
    Levels at = levels(width, (width + 5) % rows_a_width);
    at.batch = 1 + at.batch % 3;
    at.inputs %= 4;
    at.depth = 2 + at.depth % 3;
    at.activation = 3 + at.activation % 3;  // smooth ones: a neuron on the other side of a kink is another trajectory
    return at;
}

/// `steps` batches of rows 0 .. batch + 2, not in order.
inline std::vector<std::uint32_t> order_of(int batch, int steps)
{
    auto const size = static_cast<std::size_t>(batch);
    std::vector<std::uint32_t> order;
    for (std::size_t i = 0; i < static_cast<std::size_t>(steps) * size; ++i)
        order.push_back(static_cast<std::uint32_t>((i * 5 + 2) % (size + 3)));
    return order;
}

}  // namespace ghee::mlp::test::sweep
