// When a gradient may be farther from the reference than its tolerance: near a kink, or where it is that sensitive itself.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "distance.hpp"
#include "mlp/reference/reference.hpp"
#include "networks.hpp"

namespace ghee::mlp::test {

/// Whether some neuron's sum is so near to 0 that rounding may put it on the other side of a ReLU's kink, where the derivative is another.
inline bool near_a_kink(TrainerSpec const& spec, Rows const& rows, std::span<std::uint32_t const> order, double margin = 1e-6)
{
    if (spec.network.activation != Activation::relu && spec.network.activation != Activation::leaky_relu)
        return false;
    ReferenceTrainer reference(spec);
    reference.load(rows.samples(), rows.samples());
    reference.set_weights(starting_weights(spec));
    for (std::uint32_t const row : order)
        for (auto const& layer : reference.sums(row))
            for (double const sum : layer)
                if (std::abs(sum) < margin)
                    return true;
    return false;
}

/// How far the gradient itself moves when each weight is changed by a rounding (of fp32 if nothing else is said), and each sum by one of a
/// number of 1 (the most of three tries): where sums nearly cancel no arithmetic that rounds so comes nearer than about that.
inline double moved_by_rounding(TrainerSpec const& spec, Rows const& rows, std::span<std::uint32_t const> order, double unit = 0x1p-23)
{
    Weights const start = starting_weights(spec);
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
        auto const rounding = [&] { return unit * (2.0 * random.uniform(draw++) - 1.0); };
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

}  // namespace ghee::mlp::test
