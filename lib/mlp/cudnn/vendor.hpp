// cuBLASLt and cuDNN as the trainer's mathematics.
#pragma once

#include <cuda_runtime_api.h>

#include <memory>

#include "mlp/cuda/gpu.hpp"
#include "mlp/cudnn/vendor_math.hpp"

namespace ghee::mlp::cudnn {

/// Enqueues on `stream`, which is the Gpu's. Throws Error where a library does not start.
std::unique_ptr<VendorMath> vendor_math(cuda::Gpu&, cudaStream_t);

}  // namespace ghee::mlp::cudnn
