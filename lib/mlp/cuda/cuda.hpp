// The cuda backend itself; what lib/mlp/cuda.hpp gives stands in front of it, in the program.
#pragma once

#include "mlp/backend.hpp"

namespace ghee::mlp::cuda {
Backend backend();
}  // namespace ghee::mlp::cuda
