// The samples of a trainer in the device's memory.
#pragma once

#include "mlp/cuda/gpu.hpp"
#include "mlp/cuda/work.hpp"
#include "mlp/trainer.hpp"

namespace ghee::mlp::cuda {

class DataSet
{
  public:
    DataSet() = default;
    DataSet(Gpu&, Samples const&);

    [[nodiscard]] Matrix inputs() const { return {inputs_.data(), count_, features_}; }
    [[nodiscard]] Matrix targets() const { return {targets_.data(), count_, outputs_}; }
    [[nodiscard]] int count() const { return count_; }

  private:
    int count_ = 0;
    int features_ = 0;
    int outputs_ = 0;
    DeviceArray<float> inputs_;
    DeviceArray<float> targets_;
};

}  // namespace ghee::mlp::cuda
