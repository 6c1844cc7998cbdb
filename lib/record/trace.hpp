// What a sensor gave: a channel and its samples, counter or gauge, never confused.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/quantity.hpp"
#include "record/names.hpp"

namespace ghee {

enum class ChannelKind { counter, gauge };
template<>
struct Names<ChannelKind>
{
    static constexpr std::string_view what = "a channel kind";
    static constexpr std::array<std::string_view, 2> names{"counter", "gauge"};
};

enum class Scope { node, cpu, memory, gpu, module, other };
template<>
struct Names<Scope>
{
    static constexpr std::string_view what = "a scope";
    static constexpr std::array<std::string_view, 6> names{"node", "cpu", "memory", "gpu", "module", "other"};
};

struct Channel
{
    std::string name;    ///< unique on its node: "node", "package-0", "gpu-0", "estimate"
    std::string source;  ///< "rapl", "hwmon", "pm_counters", "nvml", "replay", "estimate"
    std::string detail;  ///< where it is read: a sysfs path, a library, a file
    ChannelKind kind = ChannelKind::counter;
    Scope scope = Scope::node;
    Seconds period{};                ///< how often it is read
    Seconds averaging_window{};      ///< of a gauge whose reading is a mean over this long; 0: instantaneous
    Seconds refresh{};               ///< how often the sensor renews its value, where that is not when it is read; 0: not told
    bool refresh_measured = false;   ///< `refresh` was seen at the start; false: assumed
    double resolution = 0.0;         ///< smallest step: J for a counter, W for a gauge
    double accuracy = 0.0;           ///< relative, of the meter's class; 0: not stated
    bool estimated = false;          ///< computed from load, not measured
    bool primary = false;            ///< part of the figure a run is charged; primary channels do not contain each other
    std::vector<std::string> flags;  ///< what every account of it must say ("estimate_without_gpu")
    /// UUIDs of the devices whose energy is in it: a GPU and the MIG instances cut from it, all of a module's. Empty: none told.
    std::vector<std::string> devices;

    bool operator==(Channel const&) const = default;
};

/// What a channel is of. Channels of one source and part tell of the same thing in several ways and are never added: counter "gpu-0",
/// gauges "gpu-0-power" and "gpu-0-instant".
inline std::string part_of(std::string const& channel)
{
    for (std::string_view const way : {"-power", "-instant"})
        if (channel.size() > way.size() && channel.ends_with(way))
            return channel.substr(0, channel.size() - way.size());
    return channel;
}

/// Cumulative energy, never falling: wraps and resets are the source's business, it ends a series where it cannot mend one.
struct CounterSeries
{
    std::vector<Instant> at;
    std::vector<Joules> energy;
    bool operator==(CounterSeries const&) const = default;
};

/// Power at (or averaged up to) each instant.
struct GaugeSeries
{
    std::vector<Instant> at;
    std::vector<Watts> power;
    bool operator==(GaugeSeries const&) const = default;
};

/// Samples of one channel in time order, strictly increasing. `faults` says what went wrong meanwhile, a word each
/// ("reset", "gap", "read_error", "backward", "absurd").
struct Trace
{
    Channel channel;
    std::variant<CounterSeries, GaugeSeries> series;
    std::vector<std::string> faults;

    [[nodiscard]] std::vector<Instant> const& at() const
    {
        return std::visit([](auto const& s) -> std::vector<Instant> const& { return s.at; }, series);
    }
    bool operator==(Trace const&) const = default;
};

}  // namespace ghee
