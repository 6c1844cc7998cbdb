// The kernels that are the same in every precision.
#include "mlp/cuda/course.hpp"
#include "mlp/cuda/forward.hpp"
#include "mlp/cuda/kernels.hpp"
#include "mlp/cuda/shuffle.hpp"

namespace ghee::mlp::cuda {
int const judged_a_block = judged_at_once;
CourseKernels course_kernels() { return {kernel_of<Judge>(), kernel_of<Begin>(), kernel_of<Advance>(), kernel_of<Shuffle>()}; }
}  // namespace ghee::mlp::cuda
