// From samples to joules: gross by integration, idle from quiet windows, net with its uncertainty. Pure functions.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "record/account.hpp"
#include "record/trace.hpp"
#include "record/training.hpp"

namespace ghee::energy {

/// Half-open stretch of time [begin, end).
struct Window
{
    Instant begin{};
    Instant end{};
    [[nodiscard]] Seconds duration() const { return std::chrono::duration_cast<Seconds>(end - begin); }
};

/// Energy of a channel over one exact window (docs/method/energy.md).
struct Integral
{
    Joules energy;             ///< NaN where nothing of the window is covered
    Joules uncertainty;        ///< one sd: resolution, edges, gaps, accuracy class
    double coverage = 0;       ///< share of the window between samples no gap parts
    std::int64_t samples = 0;  ///< inside the window
};

/// Counter by difference, gauge by trapezoid, edges interpolated. A gap is a distance of more than max(5 periods, 1 s) between
/// samples; it is bridged, lowers the coverage and is charged to the uncertainty. What of the window lies outside the trace is
/// taken at the mean power of what lies inside. Energy is NaN where coverage is 0, and for an empty window.
Integral integrate(Trace const&, Window);

/// Mean power of a quiet window and how sure it is (autocorrelation counted).
struct Baseline
{
    Instant middle{};
    Watts mean;
    Watts standard_error;
    Seconds duration{};
    /// sd of the intervals' power about its straight line, without the rounding, over the mean; NaN: fewer than 5 intervals or a
    /// mean of 0.
    double unsteadiness = std::numeric_limits<double>::quiet_NaN();
};
/// Empty when the window holds fewer than 3 samples or less than half of it is covered.
std::optional<Baseline> baseline(Trace const&, Window);

/// A phase and the windows it held.
struct Phase
{
    std::string name;
    std::vector<Window> windows;
};

/// Windows of each phase from marks in time order, "whole" (= the window given, start to exit) first; the last phase ends with it.
/// Marks outside are clipped, phases without length left out.
std::vector<Phase> phases_of(std::span<Mark const> marks, Window whole);

/// Accounts of every trace, of "primary" (their primary channels added) and of "device" (the channels of `devices`, given by UUID, added;
/// part of the primary figure or beside it, never to be added to it), for every phase. Idle is linear between the baselines of
/// `before` and `after`; with one of them missing the other is used and flagged; with both missing net is NaN. Without a primary
/// channel there is no "primary" account, without a channel for each of the devices no "device".
std::vector<EnergyAccount> account(std::span<Trace const> traces, std::span<Phase const> phases, std::optional<Window> before,
                                   std::optional<Window> after, std::span<std::string const> devices = {});

}  // namespace ghee::energy
