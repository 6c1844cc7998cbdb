// Where each layer's weights and biases lie in one array of the device's memory, and those arrays: one launch updates them all.
#pragma once

#include <cstdint>
#include <vector>

#include "mlp/cuda/gpu.hpp"
#include "mlp/cuda/work.hpp"
#include "mlp/rates.hpp"
#include "mlp/trainer.hpp"

namespace ghee::mlp::cudnn {

/// Floats from the beginning of an array: weights [output][stride_of(inputs)] of every layer, then biases of every layer, each on 256 bytes.
struct Places
{
    explicit Places(Network const&);
    std::vector<std::int64_t> weights;
    std::vector<std::int64_t> biases;
    std::int64_t all_weights = 0;  ///< where biases begin
    std::int64_t floats = 0;
};

class Parameters
{
  public:
    Parameters(cuda::Gpu&, Network const&, OptimizerKind);

    [[nodiscard]] Places const& places() const { return places_; }
    [[nodiscard]] cuda::Matrix weights(int d) const;
    [[nodiscard]] float const* biases(int d) const { return values_.data() + places_.biases[static_cast<std::size_t>(d)]; }
    [[nodiscard]] float* weight_gradients(int d) const { return gradients_.data() + places_.weights[static_cast<std::size_t>(d)]; }
    [[nodiscard]] float* bias_gradients(int d) const { return gradients_.data() + places_.biases[static_cast<std::size_t>(d)]; }
    [[nodiscard]] float* values() const { return values_.data(); }
    [[nodiscard]] float const* gradients() const { return gradients_.data(); }
    [[nodiscard]] float* first() const { return first_.data(); }  ///< null where the optimiser has no such moment
    [[nodiscard]] float* second() const { return second_.data(); }

    void set(Weights const&);
    [[nodiscard]] Weights copied() const;
    void clear_moments();
    static std::size_t bytes(Network const&, OptimizerKind);

  private:
    cuda::Gpu& gpu_;
    Network network_;
    Places places_;
    cuda::DeviceArray<float> values_, gradients_, first_, second_;
};

}  // namespace ghee::mlp::cudnn
