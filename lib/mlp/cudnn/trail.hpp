// What the layers of a step hand to each other, in one array of the device's memory.
#pragma once

#include <cstdint>
#include <vector>

#include "mlp/cuda/gpu.hpp"
#include "mlp/cuda/work.hpp"
#include "record/network.hpp"

namespace ghee::mlp::cudnn {

/// Whether a product finishes with ReLU, which makes 0 of a NaN: then there are Alarms (work.hpp).
inline bool rectifies(Network const& network) { return network.activation == Activation::relu && network.depth() > 1; }

/// Of a hidden layer, [sample][neuron]. Equal where nothing lies between them.
struct HiddenPlaces
{
    std::int64_t sums = 0;
    std::int64_t activated = 0;
    std::int64_t outputs = 0;  ///< with the input added, in a residual layer
    std::int64_t mask = 0;     ///< which sums are above 0; only of a ReLU layer
};

/// Floats from the beginning, each on 256 bytes.
struct TrailPlaces
{
    TrailPlaces(Network const&, int capacity);
    std::vector<HiddenPlaces> hidden;
    std::int64_t batch = 0;       ///< [sample][input]
    std::int64_t ones = 0;        ///< a 1 a sample
    std::int64_t alarms = 0;      ///< one of the network, one a sample; where the network rectifies
    std::int64_t sums = 0;        ///< of the last layer
    std::int64_t shares = 0;      ///< their log softmax
    std::int64_t last_delta = 0;  ///< of the last layer
    std::int64_t deltas[2] = {};  ///< of hidden layers, which take turns
    std::int64_t pulls[2] = {};   ///< derivatives by the outputs of residual layers, which take turns
    std::int64_t floats = 0;

  private:
    std::int64_t place(std::int64_t wanted);
    std::int64_t place_if(bool wanted, std::int64_t many) { return wanted ? place(many) : 0; }
};

class Trail
{
  public:
    /// For steps of up to `capacity` samples.
    Trail(cuda::Gpu&, Network const&, int capacity);
    [[nodiscard]] TrailPlaces const& places() const { return places_; }
    [[nodiscard]] float* at(std::int64_t place) const { return memory_.data() + place; }
    [[nodiscard]] cuda::Matrix matrix(std::int64_t place, int rows, int columns) const { return {at(place), rows, columns}; }

  private:
    TrailPlaces places_;
    cuda::DeviceArray<float> memory_;
};

}  // namespace ghee::mlp::cudnn
