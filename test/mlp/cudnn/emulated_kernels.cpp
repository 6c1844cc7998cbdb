// The kernels between the vendor's calls, compiled for the emulated machine.
#include "mlp/cuda/course.hpp"
#include "mlp/cuda/forward.hpp"
#include "mlp/cuda/shuffle.hpp"
#include "mlp/cudnn/gather.hpp"
#include "mlp/cudnn/judge_shares.hpp"
#include "mlp/cudnn/kernels.hpp"
#include "mlp/cudnn/learn.hpp"

namespace ghee::mlp::cuda {
int const judged_a_block = judged_at_once;
}

namespace ghee::mlp::cudnn {
Kernels kernels()
{
    using cuda::kernel_of;
    return {{kernel_of<cuda::Judge>(), kernel_of<cuda::Begin>(), kernel_of<cuda::Advance>(), kernel_of<cuda::Shuffle>()},
            kernel_of<Gather>(),
            kernel_of<JudgeShares>(),
            kernel_of<Learn>()};
}
}  // namespace ghee::mlp::cudnn
