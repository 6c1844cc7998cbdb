// Energy of one run on one channel in one phase, with everything one must know to trust it.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/quantity.hpp"

namespace ghee {

struct EnergyAccount
{
    std::string channel;     ///< a channel's name; "primary", "device": the sum of the primary channels, of those of the devices the run had
    std::string phase;       ///< "whole", "setup", "train" ...
    Seconds duration{};      ///< of the phase's windows together
    Joules gross;            ///< integral over the windows
    Watts idle;              ///< interpolated between the quiet windows, mean over the phase; NaN: no valid baseline
    Watts idle_sd;           ///< spread of that idle figure (standard error of the mean, autocorrelation counted)
    Joules net;              ///< gross - idle * duration
    Joules net_uncertainty;  ///< one standard deviation
    double coverage = std::numeric_limits<double>::quiet_NaN();  ///< share of the windows that lies between samples no gap parts, [0, 1]
    std::int64_t samples = 0;                                    ///< inside the windows
    bool estimated = false;
    std::vector<std::string> flags;  ///< words of record/flag.hpp

    bool operator==(EnergyAccount const&) const = default;
};

}  // namespace ghee
