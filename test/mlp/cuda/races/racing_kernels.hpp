// Kernels with races, and one without, for the watch to tell apart.
#pragma once

#include "mlp/cuda/kernel.hpp"

namespace ghee::mlp::cuda::emulated {

struct RacingKernels
{
    Kernel reads_a_neighbour, writes_twice, reads_a_copy_too_early, waits_for_its_neighbour;
};
/// Their work is an int.
RacingKernels racing_kernels();

}  // namespace ghee::mlp::cuda::emulated
