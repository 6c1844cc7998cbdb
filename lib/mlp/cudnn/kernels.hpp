// The kernels that stand between the vendor's calls; each is handed what work.hpp says under its name.
#pragma once

#include "mlp/cuda/kernels.hpp"

namespace ghee::mlp::cudnn {

struct Kernels
{
    cuda::CourseKernels course;  ///< its `judge` takes sums
    cuda::Kernel gather;
    cuda::Kernel judge_shares;
    cuda::Kernel learn;
};

Kernels kernels();

}  // namespace ghee::mlp::cudnn
