// How far two nodes' monotonic clocks are apart, from exchanges of four stamps (as NTP: RFC 5905, section 8).
#pragma once

#include <limits>

#include "base/clock.hpp"
#include "base/quantity.hpp"

namespace ghee::campaign {

/// The best of several exchanges: the shorter the round trip, the less the two ways can differ.
class ClockComparison
{
  public:
    /// asked, returned: this clock; received, answered: the other's.
    void add(Instant asked, Instant received, Instant answered, Instant returned);
    [[nodiscard]] int rounds() const { return rounds_; }
    /// This clock minus the other, in s; NaN before the first round.
    [[nodiscard]] double offset_s() const { return offset_s_; }
    /// Half of the shortest round trip, in s: the offset cannot be further off than that.
    [[nodiscard]] double uncertainty_s() const { return best_round_trip_s_ / 2; }

  private:
    int rounds_ = 0;
    double offset_s_ = std::numeric_limits<double>::quiet_NaN();
    double best_round_trip_s_ = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace ghee::campaign
