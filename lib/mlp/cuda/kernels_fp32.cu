// The layers' kernels in fp32.
#include "mlp/cuda/layer_kernels.hpp"
#include "mlp/cuda/products_fp32.hpp"

namespace ghee::mlp::cuda {
LayerKernels fp32_kernels() { return layer_kernels<Fp32>(Precision::fp32); }
}  // namespace ghee::mlp::cuda
