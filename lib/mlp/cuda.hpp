// The project's own CUDA kernels as a backend; a stub where they are not built.
#pragma once

#include "mlp/backend.hpp"

namespace ghee::mlp {
Backend cuda_backend();
}
