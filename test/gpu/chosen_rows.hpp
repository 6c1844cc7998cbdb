// Rows that a replica learns from, copied out of what its group shares: what a trainer of its own is given.
#pragma once

#include <span>
#include <vector>

#include "mlp/trainer.hpp"

namespace ghee::gpu {

class ChosenRows
{
  public:
    /// With `targets` in place of the data set's, where there are any.
    ChosenRows(mlp::Samples from, std::span<std::uint32_t const> rows, std::span<float const> targets = {})
        : features_(from.features), outputs_(from.outputs), count_(static_cast<std::int64_t>(rows.size())), targets_(targets.begin(), targets.end())
    {
        auto const copy = [&](std::vector<float>& to, std::span<float const> all, int width)
        {
            for (std::uint32_t const row : rows)
            {
                auto const values = all.subspan(std::size_t{row} * static_cast<std::size_t>(width), static_cast<std::size_t>(width));
                to.insert(to.end(), values.begin(), values.end());
            }
        };
        copy(inputs_, from.inputs, features_);
        if (targets_.empty())
            copy(targets_, from.targets, outputs_);
    }

    [[nodiscard]] mlp::Samples samples() const
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

}  // namespace ghee::gpu
