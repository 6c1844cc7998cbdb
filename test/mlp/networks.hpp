// Networks and rows that the tests of this room train.
#pragma once

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "mlp/trainer.hpp"

namespace ghee::mlp::test {

/// A network whose output activation and targets go with its loss.
inline Network network(int inputs, std::vector<int> widths, Loss loss, Activation activation = Activation::relu, bool residual = false)
{
    OutputActivation const output = loss == Loss::cross_entropy          ? OutputActivation::softmax
                                    : loss == Loss::binary_cross_entropy ? OutputActivation::sigmoid
                                                                         : OutputActivation::linear;
    return {.inputs = inputs, .widths = std::move(widths), .residual = residual, .activation = activation, .output_activation = output, .loss = loss};
}

/// Rows in memory of their own: inputs in [-1, 1); targets one-hot, 0 or 1, or real, as the loss wants them.
class Rows
{
  public:
    Rows(Network const& network, std::int64_t count, std::uint64_t seed) : features_(network.inputs), outputs_(network.outputs()), count_(count)
    {
        Random const random(seed, 1);
        std::uint64_t draw = 0;
        for (std::int64_t i = 0; i < count * features_; ++i)
            inputs_.push_back(static_cast<float>(2.0 * random.uniform(draw++) - 1.0));
        targets_.assign(static_cast<std::size_t>(count * outputs_), 0.0F);
        for (std::int64_t i = 0; i < count; ++i)
        {
            float* const target = targets_.data() + i * outputs_;
            if (network.loss == Loss::cross_entropy)
                target[random.below(draw++, static_cast<std::uint64_t>(outputs_))] = 1.0F;
            else
                for (int o = 0; o < outputs_; ++o)
                    target[o] = network.loss == Loss::mse ? static_cast<float>(random.normal(draw++)) : static_cast<float>(random.below(draw++, 2));
        }
    }

    [[nodiscard]] Samples samples() const
    {
        return {.inputs = inputs_, .targets = targets_, .count = count_, .features = features_, .outputs = outputs_};
    }

  private:
    int features_;
    int outputs_;
    std::int64_t count_;
    std::vector<float> inputs_;
    std::vector<float> targets_;
};

/// 0 .. count-1.
inline std::vector<std::uint32_t> in_order(std::size_t count)
{
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    return order;
}

}  // namespace ghee::mlp::test
