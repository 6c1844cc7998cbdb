// A fully connected network: widths, activations, loss.
#pragma once

#include <cstdint>
#include <vector>

#include "record/names.hpp"

namespace ghee {

/// How hidden widths follow from the first one (docs/method/topology.md).
enum class Shape {
    rectangle,
    trapezoid,
    exponential,
    wide_first_2x,
    wide_first_4x,
    wide_first_5x,
    wide_first_8x,
    wide_first_10x,
    wide_first_16x,
    wide_first_20x,
    rectangle_residual,
};
template<>
struct Names<Shape>
{
    static constexpr std::string_view what = "a shape";
    static constexpr std::array<std::string_view, 11> names{"rectangle",      "trapezoid",      "exponential",       "wide_first_2x",
                                                            "wide_first_4x",  "wide_first_5x",  "wide_first_8x",     "wide_first_10x",
                                                            "wide_first_16x", "wide_first_20x", "rectangle_residual"};
};

/// Of every layer but the last. gelu is the exact form 0.5 z (1 + erf(z / sqrt 2)); leaky_relu has slope 0.01.
enum class Activation { linear, relu, leaky_relu, tanh, sigmoid, gelu };
template<>
struct Names<Activation>
{
    static constexpr std::string_view what = "an activation";
    static constexpr std::array<std::string_view, 6> names{"linear", "relu", "leaky_relu", "tanh", "sigmoid", "gelu"};
};

/// Of the last layer. softmax goes with cross_entropy only, and cross_entropy with softmax only.
enum class OutputActivation { linear, sigmoid, softmax };
template<>
struct Names<OutputActivation>
{
    static constexpr std::string_view what = "an output activation";
    static constexpr std::array<std::string_view, 3> names{"linear", "sigmoid", "softmax"};
};

/// Mean over samples of: mse: mean over outputs of (y - t)^2; binary_cross_entropy: mean over outputs, from logits
/// (sigmoid output only); cross_entropy: - sum over outputs of t ln softmax(z).
enum class Loss { mse, binary_cross_entropy, cross_entropy };
template<>
struct Names<Loss>
{
    static constexpr std::string_view what = "a loss";
    static constexpr std::array<std::string_view, 3> names{"mse", "binary_cross_entropy", "cross_entropy"};
};

struct Network
{
    int inputs = 0;
    /// One entry per dense layer; the last is the number of outputs.
    std::vector<int> widths;
    /// The output of layer d is added to the output of layer d-1 for 0 < d < depth-1 (after the activation).
    bool residual = false;
    Activation activation = Activation::relu;
    OutputActivation output_activation = OutputActivation::softmax;
    Loss loss = Loss::cross_entropy;

    [[nodiscard]] int depth() const { return static_cast<int>(widths.size()); }
    [[nodiscard]] int outputs() const { return widths.empty() ? 0 : widths.back(); }
    [[nodiscard]] int fan_in(int layer) const { return layer == 0 ? inputs : widths[static_cast<std::size_t>(layer) - 1]; }
    /// sum((fan_in + 1) * width): weights and biases.
    [[nodiscard]] std::int64_t parameters() const;

    bool operator==(Network const&) const = default;
};

}  // namespace ghee
