// A source of power readings: one sensor interface with its channels.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "record/trace.hpp"

namespace ghee::power {

/// One reading of one channel. `value` is J (cumulative, unwrapped, never falling) for a counter and W for a gauge.
/// `at` is when the sensor says the value held, else the middle of the read.
struct Reading
{
    std::size_t channel = 0;  ///< index into channels()
    Instant at{};
    double value = 0.0;
    /// Empty: good. Else the fault ("read_error", "reset", "backward", "absurd", "gap", "end_of_trace"): the value is not to be
    /// used. After it a counter goes on from its last good value: what it counted in between is lost where it could not be
    /// mended.
    std::string fault;
};

class Source
{
  public:
    virtual ~Source() = default;
    [[nodiscard]] virtual std::vector<Channel> const& channels() const = 0;
    /// Reads all channels once, appending to `out` what is new (a sensor that has not refreshed gives nothing). Does not throw:
    /// a failed read is a Reading with a fault.
    virtual void read(std::vector<Reading>& out) = 0;
};

/// What discovery found of one interface: a source, or why there is none.
struct Discovered
{
    std::string name;                ///< "rapl", "hwmon", "pm_counters", "nvml", "replay", "estimate"
    std::unique_ptr<Source> source;  ///< null: absent
    std::string reason;              ///< why absent and how to get it; empty when present
    std::vector<std::string> notes;  ///< of a present one: channels left out and why ("psys: contains the packages")
};

/// Where and how to look. Roots are passed in so that captured trees can be tested.
struct Options
{
    std::filesystem::path sys = "/sys";
    std::filesystem::path proc = "/proc";
    std::vector<std::string> meters{"auto"};  ///< "auto" or names of sources, in order of preference; "replay:PATH" replays a recorded trace
    std::string primary = "auto";             ///< "auto" or a channel name
    Seconds period{0.1};
    Clock* clock = nullptr;  ///< null: monotonic_clock()
    std::string nvml_library = "libnvidia-ml.so.1";
    double estimate_idle_w = 0.0;  ///< 0: from the number of cores (docs/reference/channels.md)
    double estimate_active_w_per_core = 0.0;
};

/// What may stand in Options::meters, for messages; and whether it may.
std::string meter_names();
bool is_meter(std::string const& name);

/// Bounds of Options::period wherever a user may set it.
inline constexpr int shortest_period_ms = 10;
inline constexpr int longest_period_ms = 60'000;

/// Every known interface, present or not, with exactly one set of channels marked primary over all present sources.
/// The estimate is used (present) only when nothing else is and `meters` has "auto", or when it was asked for by name.
/// In the order of preference. Throws UsageError for an unknown meter or primary channel, Error for a recording that cannot be
/// read.
std::vector<Discovered> discover(Options const&);

}  // namespace ghee::power
