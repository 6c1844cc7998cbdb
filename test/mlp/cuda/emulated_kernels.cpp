// The kernels of the cuda backend, compiled for the emulated machine.
#include "mlp/cuda/course.hpp"
#include "mlp/cuda/layer_kernels.hpp"
#include "mlp/cuda/products_fp32.hpp"
#include "mlp/cuda/products_tensor.hpp"
#include "mlp/cuda/shuffle.hpp"
#include "mlp/cuda/solo/solo_kernels.hpp"

namespace ghee::mlp::cuda {
int const judged_a_block = judged_at_once;
CourseKernels course_kernels() { return {kernel_of<Judge>(), kernel_of<Begin>(), kernel_of<Advance>(), kernel_of<Shuffle>()}; }
LayerKernels fp32_kernels() { return layer_kernels<Fp32>(Precision::fp32); }
LayerKernels tf32_kernels() { return layer_kernels<Tf32>(Precision::tf32); }
LayerKernels tf32x3_kernels() { return layer_kernels<Tf32x3>(Precision::tf32x3); }
LayerKernels bf16_kernels() { return layer_kernels<Bf16>(Precision::bf16); }
SoloKernels solo_kernels() { return make_solo_kernels(); }
}  // namespace ghee::mlp::cuda
