// The cudnn backend itself; lib/mlp/module_backends.hpp stands in front of it, in the program.
#pragma once

#include "mlp/backend.hpp"

namespace ghee::mlp::cudnn {
Backend backend();
}  // namespace ghee::mlp::cudnn
