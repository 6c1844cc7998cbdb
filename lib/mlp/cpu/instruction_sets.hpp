// Which instruction sets this build has kernels for, and which of them this machine can run.
#pragma once

#include <span>

#include "mlp/cpu/plan.hpp"

namespace ghee::mlp::cpu {

/// Those that this machine runs, the fastest first; never empty.
std::span<Kernels const> instruction_sets();

}  // namespace ghee::mlp::cpu
