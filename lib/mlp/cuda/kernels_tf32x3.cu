// The layers' kernels in tf32x3.
#include "mlp/cuda/layer_kernels.hpp"
#include "mlp/cuda/products_tensor.hpp"

namespace ghee::mlp::cuda {
LayerKernels tf32x3_kernels() { return layer_kernels<Tf32x3>(Precision::tf32x3); }
}  // namespace ghee::mlp::cuda
