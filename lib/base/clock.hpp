// Time: one monotonic axis per node (CLOCK_MONOTONIC), passed in so that tests own it.
#pragma once

#include <chrono>
#include <cstdint>

namespace ghee {

/// A point on this node's CLOCK_MONOTONIC, shared by all processes of the node.
using Instant = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

class Clock
{
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
    /// Blocks the calling thread; an absolute deadline, so periods do not drift.
    virtual void sleep_until(Instant deadline) = 0;
};

/// The node's real clock. Thread-safe.
Clock& monotonic_clock();

/// Nanoseconds since the Unix epoch (CLOCK_REALTIME): for stamps people read, never for durations.
std::int64_t wall_clock_ns();

constexpr std::int64_t to_ns(Instant t) { return t.time_since_epoch().count(); }
constexpr Instant from_ns(std::int64_t ns) { return Instant(std::chrono::nanoseconds(ns)); }

}  // namespace ghee
