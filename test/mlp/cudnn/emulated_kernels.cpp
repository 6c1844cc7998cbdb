// The kernels between the vendor's calls, compiled for the emulated machine.
#include "mlp/cudnn/gather.hpp"
#include "mlp/cudnn/judges.hpp"
#include "mlp/cudnn/kernels.hpp"
#include "mlp/cudnn/learn.hpp"

namespace ghee::mlp::cudnn {
Kernels kernels()
{
    return {cuda::course_kernels(), cuda::kernel_of<Gather>(), cuda::kernel_of<JudgeSums>(), cuda::kernel_of<JudgeShares>(),
            cuda::kernel_of<Learn>()};
}
}  // namespace ghee::mlp::cudnn
