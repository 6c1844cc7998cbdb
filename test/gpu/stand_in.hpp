// Backends that are none: the processor's trainers in a group, so that what the suite asks of groups can be tried without a GPU.
#pragma once

#include <span>

#include "mlp/backend.hpp"

namespace ghee::gpu {

/// "stand-in", which is right, and "stand-in-wrong", whose second replica of a group has one wrong bit.
std::span<mlp::Backend const> stand_ins();

}  // namespace ghee::gpu
