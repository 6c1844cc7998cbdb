// The kernels that train a whole network in one block.
#include "mlp/cuda/solo/solo_kernels.hpp"

namespace ghee::mlp::cuda {
SoloKernels solo_kernels() { return make_solo_kernels(); }
}  // namespace ghee::mlp::cuda
