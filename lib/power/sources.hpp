// How each interface is looked for; used by discover() and by the tests of one interface.
#pragma once

#include <cstdint>
#include <functional>

#include "power/source.hpp"

namespace ghee::power {

/// Intel's and AMD's RAPL through powercap, below Options::sys.
Discovered find_rapl(Options const&);
/// Power and energy sensors below /sys/class/hwmon.
Discovered find_hwmon(Options const&);
/// HPE Cray's /sys/cray/pm_counters. `wall_ns`: nanoseconds since the Unix epoch, to place the counters' own stamps.
Discovered find_pm_counters(Options const&, std::function<std::int64_t()> wall_ns = wall_clock_ns);
/// NVIDIA GPUs through the library named in Options::nvml_library.
Discovered find_nvml(Options const&);
/// A recorded trace, in real time from now on. Throws Error with file:line.
Discovered find_replay(Options const&, std::filesystem::path const& file);
/// Idle power plus busy time times power per core, when no meter is there.
Discovered find_estimate(Options const&);

/// The clock of Options.
inline Clock& clock_of(Options const& options) { return options.clock != nullptr ? *options.clock : monotonic_clock(); }

}  // namespace ghee::power
