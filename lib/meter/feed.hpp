// What the server hands out: channels and their samples, wherever they come from.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "record/trace.hpp"

namespace ghee::meter {

/// Half-open stretch of time [begin, end).
struct Stretch
{
    Instant begin{};
    Instant end{};
};

/// Called from the server's thread only; no call may wait for a sensor.
class Feed
{
  public:
    struct Counts
    {
        std::int64_t samples = 0;
        std::int64_t misses = 0;
    };

    virtual ~Feed() = default;
    [[nodiscard]] virtual std::vector<Channel> const& channels() const = 0;
    /// Source and why it is not there.
    [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> const& absent() const = 0;
    /// Samples in the stretch, one Trace per channel in the order of channels(), also where it is empty.
    [[nodiscard]] virtual std::vector<Trace> between(Stretch) const = 0;
    /// The stretch that holds the samples of [begin, end] and one of every channel on either side of it, as far as they are kept.
    [[nodiscard]] virtual Stretch around(Instant begin, Instant end) const = 0;
    /// Every primary channel has a sample at or after `end`.
    [[nodiscard]] virtual bool passed(Instant end) const = 0;
    [[nodiscard]] virtual Counts counts() const = 0;
};

}  // namespace ghee::meter
