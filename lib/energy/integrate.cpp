// The energy of one trace over one exact window.
#include <cmath>

#include "energy/curve.hpp"

namespace ghee::energy {

Integral integrate(Trace const& trace, Window window)
{
    Parts const parts = Curve(trace).integrate(window);
    Integral out;
    out.coverage = parts.coverage;
    out.samples = parts.samples;
    if (!std::isnan(parts.energy))
    {
        out.energy = Joules(parts.energy);
        double const of_class = trace.channel.accuracy / std::sqrt(3.0) * parts.energy;                                   // eq. 13
        out.uncertainty = Joules(std::sqrt(parts.variance + parts.correlated * parts.correlated + of_class * of_class));  // eq. 14
    }
    return out;
}

}  // namespace ghee::energy
