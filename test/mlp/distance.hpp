// Where a training that is compared begins, and how far two layers are from each other.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "mlp/backend.hpp"

namespace ghee::mlp::test {

/// The initial weights, and biases that are not 0.
inline Weights starting_weights(TrainerSpec const& spec)
{
    Weights weights = initial_weights(spec.network, spec.initializer, spec.seed);
    for (Layer& layer : weights)
        for (std::size_t i = 0; i < layer.biases.size(); ++i)
            layer.biases[i] = static_cast<double>(static_cast<float>(0.1 * std::sin(static_cast<double>(i) + 1.0)));
    return weights;
}

/// || a - b || / || b - from ||, `from` being where training began if gradients are what is compared, else the origin.
inline double distance(Layer const& a, Layer const& b, Layer const* from)
{
    double difference = 0.0;
    double length = 0.0;
    auto const add = [&](std::vector<double> const& x, std::vector<double> const& y, std::vector<double> const* o)
    {
        for (std::size_t i = 0; i < x.size(); ++i)
        {
            double const origin = o != nullptr ? (*o)[i] : 0.0;
            difference += (x[i] - y[i]) * (x[i] - y[i]);
            length += (y[i] - origin) * (y[i] - origin);
        }
    };
    add(a.weights, b.weights, from != nullptr ? &from->weights : nullptr);
    add(a.biases, b.biases, from != nullptr ? &from->biases : nullptr);
    return difference == 0.0 ? 0.0 : std::sqrt(difference / length);
}

/// The farthest layer.
inline double distance(Weights const& a, Weights const& b, Weights const* from)
{
    double worst = 0.0;
    for (std::size_t d = 0; d < a.size(); ++d)
    {
        double const here = distance(a[d], b[d], from != nullptr ? &(*from)[d] : nullptr);
        worst = std::isnan(here) ? HUGE_VAL : std::max(worst, here);
    }
    return worst;
}

}  // namespace ghee::mlp::test
