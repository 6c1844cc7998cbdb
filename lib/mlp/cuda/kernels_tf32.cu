// The layers' kernels in tf32.
#include "mlp/cuda/layer_kernels.hpp"
#include "mlp/cuda/products_tensor.hpp"

namespace ghee::mlp::cuda {
LayerKernels tf32_kernels() { return layer_kernels<Tf32>(Precision::tf32); }
}  // namespace ghee::mlp::cuda
