// The difference of two energies against what their meters state of themselves.
#include "energy/divergence.hpp"

#include <cmath>

#include "energy/curve.hpp"

namespace ghee::energy {

namespace {

constexpr double sigmas = 2.0;

bool beside(Channel const& counter, Channel const& gauge)
{
    return counter.kind == ChannelKind::counter && gauge.kind == ChannelKind::gauge && counter.source == gauge.source &&
           part_of(counter.name) == part_of(gauge.name) && counter.accuracy > 0.0 && gauge.accuracy > 0.0;
}

bool can_be_judged(Parts const& parts) { return parts.coverage >= full_coverage && parts.samples >= few_samples; }

}  // namespace

std::vector<Divergence> divergences(std::span<Trace const> traces, Window window)
{
    std::vector<Divergence> found;
    for (Trace const& counter : traces)
        for (Trace const& gauge : traces)
        {
            if (!beside(counter.channel, gauge.channel))
                continue;
            Parts const counted = Curve(counter).integrate(window);
            Parts const integrated = Curve(gauge).integrate(window);
            if (!can_be_judged(counted) || !can_be_judged(integrated))
                continue;
            double const spread =
                counted.variance + integrated.variance + counted.correlated * counted.correlated + integrated.correlated * integrated.correlated;
            double const allowed = counter.channel.accuracy * std::abs(counted.energy) + gauge.channel.accuracy * std::abs(integrated.energy) +
                                   sigmas * std::sqrt(spread);  // eq. 25
            if (std::abs(counted.energy - integrated.energy) > allowed)
                found.push_back({counter.channel.name, gauge.channel.name, Joules(counted.energy), Joules(integrated.energy), Joules(allowed)});
        }
    return found;
}

}  // namespace ghee::energy
