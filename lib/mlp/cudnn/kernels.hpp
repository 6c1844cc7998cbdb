// The kernels that stand between the vendor's calls; each is handed what work.hpp says under its name.
#pragma once

#include "mlp/cuda/kernels.hpp"

namespace ghee::mlp::cudnn {

struct Kernels
{
    cuda::CourseKernels course;  ///< its `judge` is not used
    cuda::Kernel gather;
    cuda::Kernel judge_sums;
    cuda::Kernel judge_shares;
    cuda::Kernel learn;
};

Kernels kernels();

}  // namespace ghee::mlp::cudnn
