// A feed whose every sample is known: a counter of 100 W and a gauge of 40 W + 1 W per second, on an exact grid, up to now.
#pragma once

#include <algorithm>

#include "meter/feed.hpp"

namespace ghee::meter::test {

class FakeFeed final : public Feed
{
  public:
    explicit FakeFeed(Seconds kept = Seconds(60), std::chrono::nanoseconds period = std::chrono::milliseconds(100))
        : period_(period), first_(std::max(Instant{}, monotonic_clock().now() - std::chrono::duration_cast<std::chrono::nanoseconds>(kept)))
    {
        Channel counter;
        counter.name = "package-0";
        counter.source = "fake";
        counter.kind = ChannelKind::counter;
        counter.period = period;
        counter.primary = true;
        Channel gauge = counter;
        gauge.name = "node";
        gauge.kind = ChannelKind::gauge;
        gauge.primary = false;
        channels_ = {counter, gauge};
    }

    static Joules energy_at(Instant t) { return Watts(100) * Seconds(t.time_since_epoch()); }
    Watts power_at(Instant t) const { return Watts(40 + Seconds(t - first_).count()); }
    Instant first() const { return grid(first_); }

    std::vector<Channel> const& channels() const override { return channels_; }
    std::vector<std::pair<std::string, std::string>> const& absent() const override { return absent_; }

    std::vector<Trace> between(Stretch s) const override
    {
        CounterSeries counter;
        GaugeSeries gauge;
        auto const now = monotonic_clock().now();
        for (Instant t = grid(std::max(s.begin, first_)); t < s.end && t <= now; t += period_)
        {
            counter.at.push_back(t);
            counter.energy.push_back(energy_at(t));
            gauge.at.push_back(t);
            gauge.power.push_back(power_at(t));
        }
        return {Trace{channels_[0], counter, {"reset"}}, Trace{channels_[1], gauge, {}}};
    }
    Stretch around(Instant begin, Instant end) const override
    {
        return {std::max(begin, first_) - period_, std::min(end, monotonic_clock().now()) + period_};
    }
    bool passed(Instant end) const override { return grid(end + std::chrono::nanoseconds(1)) <= monotonic_clock().now(); }
    Counts counts() const override { return {1234, 5}; }

  private:
    /// The first point of the grid that is not before `t`.
    Instant grid(Instant t) const { return Instant((t.time_since_epoch() + period_ - std::chrono::nanoseconds(1)) / period_ * period_); }

    std::chrono::nanoseconds period_;
    Instant first_;
    std::vector<Channel> channels_;
    std::vector<std::pair<std::string, std::string>> absent_{{"rapl", "no /sys/class/powercap here"}};
};

}  // namespace ghee::meter::test
