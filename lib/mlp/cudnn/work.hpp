// What the kernels between the vendor's calls are handed.
#pragma once

#include "mlp/cuda/work.hpp"

namespace ghee::mlp::cudnn {

/// The rows of a step, one after another.
struct GatherWork
{
    cuda::Rows rows;
    cuda::Matrix inputs;     ///< of the data set
    float* batch = nullptr;  ///< [sample][input]
};

/// All parameters at once: the weights of all layers, then the biases of all layers.
struct LearnWork
{
    float* parameters = nullptr;
    float const* gradients = nullptr;
    float* first = nullptr;  ///< moments; null where the optimiser has none
    float* second = nullptr;
    std::int64_t weights = 0;  ///< floats that have penalties
    std::int64_t floats = 0;   ///< of all; both are multiples of 4
    Rates rates;
    cuda::StepRates const* step_rates = nullptr;
};

/// Blocks of a kernel whose threads take four floats each.
constexpr int blocks_of_quads(std::int64_t floats) { return static_cast<int>((floats / 4 + 255) / 256); }

}  // namespace ghee::mlp::cudnn
