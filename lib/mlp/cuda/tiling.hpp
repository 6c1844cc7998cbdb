// Which of the tiles that there are makes a product quickest.
#pragma once

#include "mlp/cuda/gpu.hpp"
#include "mlp/cuda/kernels.hpp"

namespace ghee::mlp::cuda {

constexpr int tiles_of(int lines, int tile) { return (lines + tile - 1) / tile; }

/// How the terms of a layer's sums are split.
struct Splits
{
    int count = 1;
    int terms = 0;  ///< of each but the last, whole slabs
};
/// Of a last layer: where few outputs have many inputs there are so few tiles that one after another takes most of a step.
Splits splits_of(int inputs, int outputs);

/// For `samples` rows. Precondition: some kernel's shared memory is there.
ForwardKernel const& choose_forward(LayerKernels const&, GpuFacts const&, int samples, int inputs, int outputs);
/// The same among those that can go on with the loss of `outputs` outputs; null: none can.
ForwardKernel const* choose_judging(LayerKernels const&, GpuFacts const&, int samples, int inputs, int outputs);
BackwardKernel const& choose_backward(LayerKernels const&, GpuFacts const&, int samples, int inputs, int outputs, bool spreads);

}  // namespace ghee::mlp::cuda
