// Activations and losses in fp64, one number or one sample at a time: what every faster kernel must agree with.
#pragma once

#include <span>
#include <vector>

#include "record/network.hpp"

namespace ghee::mlp::reference {

/// The activation of z.
double activation(Activation, double z);
/// Its derivative at z; that of relu and leaky_relu at 0 is the one from below.
double slope(Activation, double z);

/// What the last layer says, from its sums `z` of one sample.
std::vector<double> output(OutputActivation, std::span<double const> z);

/// The loss of one sample from the last layer's sums (record/network.hpp).
double loss(Network const&, std::span<double const> z, std::span<float const> target);
/// Its derivative with respect to each z.
std::vector<double> loss_slope(Network const&, std::span<double const> z, std::span<float const> target);

/// cross_entropy: the largest output and the largest target have the same place (the first of equals);
/// binary_cross_entropy: every output is on its target's side of 0.5; mse: never. A NaN never hits.
bool hit(Network const&, std::span<double const> z, std::span<float const> target);

}  // namespace ghee::mlp::reference
