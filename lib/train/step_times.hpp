// The median time of a step over a training of any length, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/quantity.hpp"

namespace ghee::train {

/// One value per epoch. Beyond `most` values every second is dropped and only every second, fourth ... new one kept: an even
/// sample of the whole training.
class StepTimes
{
  public:
    explicit StepTimes(std::size_t most = 65536) : most_(most) {}

    void add(Seconds training, std::int64_t steps);
    /// Microseconds; NaN without values.
    [[nodiscard]] double median_us() const;
    [[nodiscard]] std::size_t kept() const { return us_.size(); }

  private:
    std::size_t most_;
    std::uint64_t seen_ = 0;
    std::uint64_t stride_ = 1;
    std::vector<double> us_;
};

}  // namespace ghee::train
