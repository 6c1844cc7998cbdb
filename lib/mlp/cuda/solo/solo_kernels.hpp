// Makes the solo kernels, one for each way in which threads may share the work (plan.cpp chooses among them).
#pragma once

#include "mlp/cuda/kernels.hpp"
#include "mlp/cuda/solo/draw.hpp"
#include "mlp/cuda/solo/solo.hpp"

namespace ghee::mlp::cuda {

template<int Together, int Quads>
SoloKernel solo_kernel()
{
    return {kernel_of<Solo<Together, Quads>>(), Together, Quads};
}

inline SoloKernels make_solo_kernels()
{
    return {{solo_kernel<1, 1>(), solo_kernel<2, 1>(), solo_kernel<4, 1>(), solo_kernel<4, 2>()}, kernel_of<Draw>()};
}

}  // namespace ghee::mlp::cuda
