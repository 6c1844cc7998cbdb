// A trace seen as power over time: its intervals, gaps and holes, ready for many windows.
#pragma once

#include <cstddef>

#include "energy/account.hpp"

namespace ghee::energy {

/// Of a window: what counts as covered whole, and the least samples a figure should rest on.
inline constexpr double full_coverage = 0.99;
inline constexpr std::int64_t few_samples = 3;

/// How far a reading of the channel looks back: a counter's renewal, a gauge's averaging and then its renewal.
[[nodiscard]] inline Seconds looks_back(Channel const& channel)
{
    return channel.kind == ChannelKind::counter ? channel.averaging_window : channel.averaging_window + channel.refresh;
}

/// An integral with its sources of error apart, because they add up in different ways over windows and in the net figure.
struct Parts
{
    double energy = std::numeric_limits<double>::quiet_NaN();  ///< J
    double variance = 0.0;                                     ///< J^2: edges, holes, sampling, timing; independent from window to window
    double correlated = 0.0;                                   ///< J, one sd: rounding of a gauge, the same sign in every window
    double coverage = 0.0;                                     ///< [0, 1]
    std::int64_t samples = 0;
};

/// Keeps a reference to the trace: it must outlive the curve. Intervals are numbered 0 .. samples - 2.
class Curve
{
  public:
    explicit Curve(Trace const& trace);

    [[nodiscard]] Trace const& trace() const { return trace_; }
    [[nodiscard]] std::size_t intervals() const { return at_.size() < 2 ? 0 : at_.size() - 1; }
    /// Seconds between samples k and k + 1.
    [[nodiscard]] double span(std::size_t k) const;
    /// J from sample k to k + 1, as the samples say (eq. 1 and 2).
    [[nodiscard]] double energy(std::size_t k) const;
    [[nodiscard]] double power(std::size_t k) const { return energy(k) / span(k); }
    /// Too long between samples to say where in it the energy went (eq. 3).
    [[nodiscard]] bool gap(std::size_t k) const { return span(k) > gap_limit_; }
    /// A counter that fell, or stood still where it should have moved in a trace that tells of lost energy (eq. 4).
    [[nodiscard]] bool hole(std::size_t k) const;

    /// The larger of the stated period and the median distance of the samples, s.
    [[nodiscard]] double period() const { return period_; }
    /// Lowest and highest power of all sound intervals, W.
    [[nodiscard]] double lowest() const { return lowest_; }
    [[nodiscard]] double highest() const { return highest_; }

    /// The integral over one window; energy is NaN where coverage is 0.
    [[nodiscard]] Parts integrate(Window window) const;

  private:
    [[nodiscard]] bool sound(std::size_t k) const { return !gap(k) && !hole(k); }
    [[nodiscard]] double bridge(std::size_t k) const;
    [[nodiscard]] double change_around(std::size_t k) const;

    Trace const& trace_;
    std::vector<Instant> const& at_;
    CounterSeries const* counter_;
    GaugeSeries const* gauge_;
    double period_ = 0.0;
    double gap_limit_ = 0.0;
    bool standstill_is_loss_ = false;  ///< the trace tells of a fault that loses energy
    double mean_ = 0.0;                ///< power over the whole trace as a counter tells it, W
    double lowest_ = 0.0;
    double highest_ = 0.0;
};

}  // namespace ghee::energy
