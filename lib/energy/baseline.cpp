// Mean power of a quiet window and its standard error, with autocorrelation counted.
#include <algorithm>
#include <cmath>

#include "energy/curve.hpp"

namespace ghee::energy
{

namespace
{

constexpr std::size_t fewest_samples = 3;
constexpr double least_coverage = 0.5;
constexpr double window_factor = 5.0; // Sokal's automatic window: sum up to the first lag of at least this many times tau

/// 1 + 2 * sum of autocorrelations: by what the variance of a mean of `x` is larger than with independent values (eq. 16).
double inflation(std::vector<double> const& x, double mean, double variance)
{
    std::size_t const n = x.size();
    double factor = 1.0;
    for (std::size_t lag = 1; lag < n; ++lag)
    {
        double sum = 0.0;
        for (std::size_t i = 0; i + lag < n; ++i)
        {
            sum += (x[i] - mean) * (x[i + lag] - mean);
        }
        factor += 2.0 * sum / (static_cast<double>(n) * variance);
        if (static_cast<double>(lag) >= window_factor * 0.5 * factor)
        {
            break;
        }
    }
    return std::clamp(factor, 1.0, 0.5 * static_cast<double>(n));
}

} // namespace

std::optional<Baseline> baseline(Trace const& trace, Window window)
{
    Curve const curve(trace);
    auto const& at = trace.at();
    auto const& channel = trace.channel;
    // A reading that looks back over a window, taken just after the begin, still tells of the load before it.
    window.begin += std::chrono::duration_cast<std::chrono::nanoseconds>(channel.averaging_window);
    auto const first = static_cast<std::size_t>(std::lower_bound(at.begin(), at.end(), window.begin) - at.begin());
    auto const last = static_cast<std::size_t>(std::lower_bound(at.begin(), at.end(), window.end) - at.begin());
    if (last < first + fewest_samples || !(curve.integrate(window).coverage >= least_coverage))
    {
        return std::nullopt;
    }
    std::vector<double> power;
    double energy = 0.0;
    double seconds = 0.0;
    for (std::size_t k = first; k + 1 < last; ++k)
    {
        if (!curve.gap(k) && !curve.hole(k))
        {
            power.push_back(curve.power(k));
            energy += curve.energy(k);
            seconds += curve.span(k);
        }
    }
    if (power.size() + 1 < fewest_samples)
    {
        return std::nullopt;
    }
    double const mean = energy / seconds; // eq. 15
    double const count = static_cast<double>(power.size());
    double variance = 0.0;
    for (double const watts : power)
    {
        variance += (watts - mean) * (watts - mean) / count;
    }
    double const factor = variance > 0.0 ? inflation(power, mean, variance) : 1.0;
    double const rounding = channel.kind == ChannelKind::counter ? channel.resolution / std::sqrt(6.0) / seconds
                                                                 : channel.resolution / std::sqrt(12.0);
    double const error = std::sqrt(variance * factor / (count - factor) + rounding * rounding); // eq. 17
    return Baseline{at[first] + (at[last - 1] - at[first]) / 2, Watts(mean), Watts(error), Seconds(seconds)};
}

} // namespace ghee::energy
