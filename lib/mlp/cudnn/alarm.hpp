// Raising and hearing alarms (work.hpp).
#pragma once

#include <cmath>

#include "mlp/cuda/product.hpp"
#include "mlp/cudnn/work.hpp"

namespace ghee::mlp::cudnn {

GHEE_GPU bool all_finite(cuda::Quad const& numbers)
{
    bool yes = true;
    GHEE_UNROLL
    for (int k = 0; k < 4; ++k)
        yes = yes && ::fabsf(numbers.v[k]) <= 3.40282347e38F;
    return yes;
}

/// What is to be added to all that a sample has made.
GHEE_GPU float alarm_of(Alarms const& alarms, int sample) { return alarms.samples == nullptr ? 0.0F : alarms.samples[sample] + *alarms.network; }

/// Of `count` samples from `first` on, once the whole block has heard them.
GHEE_GPU void silence(Alarms const& alarms, int first, int count)
{
    cuda::machine::barrier();
    if (alarms.samples != nullptr && cuda::machine::thread() < count)
        alarms.samples[first + cuda::machine::thread()] = 0.0F;
}

}  // namespace ghee::mlp::cudnn
