// The layers' kernels in bf16.
#include "mlp/cuda/layer_kernels.hpp"
#include "mlp/cuda/products_tensor.hpp"

namespace ghee::mlp::cuda {
LayerKernels bf16_kernels() { return layer_kernels<Bf16>(Precision::bf16); }
}  // namespace ghee::mlp::cuda
