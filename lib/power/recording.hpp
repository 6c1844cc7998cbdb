// A recorded trace read from a file: CSV of ours, or a SPEC PTDaemon log.
#pragma once

#include <filesystem>
#include <vector>

#include "record/trace.hpp"

namespace ghee::power {

struct Recording
{
    ChannelKind kind = ChannelKind::gauge;
    std::vector<double> seconds;  ///< since the first sample, strictly increasing
    std::vector<double> values;   ///< W, or J cumulative and never falling
    Seconds period{};             ///< median distance of the samples
};

/// Header `t_s,power_w` (or `seconds,watts`) or `t_s,energy_j` (or `seconds,joules`), two numbers a line; or PTDaemon's
/// `Time,MM-DD-YYYY HH:MM:SS.mmm,Watts,W,...` lines. Throws Error with file:line for anything else.
Recording read_recording(std::filesystem::path const&);

}  // namespace ghee::power
