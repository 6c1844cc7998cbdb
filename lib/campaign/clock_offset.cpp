// offset = ((asked - received) + (returned - answered)) / 2.
#include "campaign/clock_offset.hpp"

namespace ghee::campaign {

void ClockComparison::add(Instant asked, Instant received, Instant answered, Instant returned)
{
    // Differences in integers first: the two clocks may be months apart and a double would lose the nanoseconds.
    auto const ns = [](auto difference) { return static_cast<double>(std::chrono::nanoseconds(difference).count()); };
    double const round_trip = (ns(returned - asked) - ns(answered - received)) * 1e-9;
    ++rounds_;
    if (round_trip < 0 || round_trip >= best_round_trip_s_)
        return;
    best_round_trip_s_ = round_trip;
    offset_s_ = ns((asked - received) + (returned - answered)) * 0.5e-9;
}

}  // namespace ghee::campaign
