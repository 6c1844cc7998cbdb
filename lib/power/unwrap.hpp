// From a register that wraps, restarts or steps back to energy that never falls.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/quantity.hpp"

namespace ghee::power {

class Unwrap
{
  public:
    struct Step
    {
        Joules total;       ///< cumulative since the first reading, which counts as its own value
        std::string fault;  ///< "gap", "reset", "backward", or empty
    };

    /// `range`: where the register wraps to 0; NaN: unknown, then a fall invalidates its interval. `limit`: no more than this is
    /// drawn.
    Unwrap(Joules range, Watts limit) : range_(range), limit_(limit) {}

    /// The register shows `raw` at `at`. A fall that a wrap explains at a plausible power is a wrap. One to a value that can have
    /// been counted up from 0 meanwhile is a "reset", any other "backward". An interval in which it may have wrapped unseen is a
    /// "gap".
    Step step(Joules raw, Instant at);

  private:
    Joules range_;
    Watts limit_;
    bool started_ = false;
    Joules last_;
    Instant last_at_{};
    Joules total_;
};

}  // namespace ghee::power
