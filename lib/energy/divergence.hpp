// Counter and power of one part that cannot both be right.
#pragma once

#include "energy/account.hpp"

namespace ghee::energy {

struct Divergence
{
    std::string counter;  ///< channel
    std::string gauge;    ///< channel of the same source and part
    Joules counted;       ///< over the window, by the counter
    Joules integrated;    ///< by the gauge
    Joules allowed;       ///< what classes, averaging windows and edges explain (eq. 25)
};

/// Those counters and gauges of one source and part, both with a stated class, whose energies over the window differ by more than is
/// allowed. Not judged where either covers the window badly or has few samples in it.
std::vector<Divergence> divergences(std::span<Trace const>, Window);

}  // namespace ghee::energy
