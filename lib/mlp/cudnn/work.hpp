// What the kernels between the vendor's calls are handed.
#pragma once

#include "mlp/cuda/work.hpp"

namespace ghee::mlp::cudnn {

/// ReLU in cuBLASLt's products makes 0 of a NaN. So that a loss is not finite where it should not be, what may become NaN there is looked at
/// beside the products: these are 0, or NaN where an input of the sample, or a parameter of the network, is not finite. Null: no ReLU.
struct Alarms
{
    float* samples = nullptr;  ///< [sample of the step]; silenced by whoever has judged the sample
    float* network = nullptr;
};

/// The rows of a step, one after another.
struct GatherWork
{
    cuda::Rows rows;
    cuda::Matrix inputs;     ///< of the data set
    float* batch = nullptr;  ///< [sample][input]
    Alarms alarms;
};

/// Loss and deltas of sums, or of logarithms of shares.
struct JudgeWork
{
    cuda::JudgeWork judged;
    Alarms alarms;
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
    Alarms alarms;
};

/// Blocks of a kernel whose threads take four floats each.
constexpr int blocks_of_quads(std::int64_t floats) { return static_cast<int>((floats / 4 + 255) / 256); }

}  // namespace ghee::mlp::cudnn
