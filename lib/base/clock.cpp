// The node's real clocks.
#include "base/clock.hpp"

#include <thread>

namespace ghee {

namespace {
class MonotonicClock final : public Clock
{
  public:
    Instant now() const override { return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now()); }
    void sleep_until(Instant deadline) override { std::this_thread::sleep_until(deadline); }
};
}  // namespace

Clock& monotonic_clock()
{
    static MonotonicClock clock;
    return clock;
}

std::int64_t wall_clock_ns()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace ghee
