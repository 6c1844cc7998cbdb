// Weights, biases and moments of a network in the device's memory.
#pragma once

#include <vector>

#include "mlp/cuda/gpu.hpp"
#include "mlp/cuda/work.hpp"
#include "mlp/rates.hpp"
#include "mlp/trainer.hpp"

namespace ghee::mlp::cuda {

/// Weights [output][stride_of(inputs)] and biases of a layer, or a moment of each.
struct LayerArrays
{
    DeviceArray<float> weights;
    DeviceArray<float> biases;
    [[nodiscard]] std::size_t bytes() const { return weights.bytes() + biases.bytes(); }
};

class Parameters
{
  public:
    /// `copies`: 2 where a step reads one copy of the weights and writes the other.
    Parameters(Gpu&, Network const&, OptimizerKind, int copies);

    [[nodiscard]] LayerArrays const& layer(int d, int copy) const { return copies_[static_cast<std::size_t>(copy)][static_cast<std::size_t>(d)]; }
    /// Empty where the optimiser has no such moment.
    [[nodiscard]] LayerArrays const& first(int d) const { return first_[static_cast<std::size_t>(d)]; }
    [[nodiscard]] LayerArrays const& second(int d) const { return second_[static_cast<std::size_t>(d)]; }
    [[nodiscard]] Matrix weights(int d, int copy) const;

    /// Sets all copies, so that rows stay filled up with zeros.
    void set(Weights const&);
    [[nodiscard]] Weights of_copy(int copy) const;
    void clear_moments();
    [[nodiscard]] std::size_t bytes() const;
    /// What those of a network will be.
    static std::size_t bytes_for(Network const&, OptimizerKind, int copies);

  private:
    Gpu& gpu_;
    Network network_;
    std::vector<std::vector<LayerArrays>> copies_;  ///< [copy][layer]
    std::vector<LayerArrays> first_;
    std::vector<LayerArrays> second_;
};

}  // namespace ghee::mlp::cuda
