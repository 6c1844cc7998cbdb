// Mean power of a quiet window and its standard error, with autocorrelation counted.
#include <algorithm>
#include <cmath>

#include "energy/curve.hpp"

namespace ghee::energy {

namespace {

constexpr std::size_t fewest_samples = 3;
constexpr double least_coverage = 0.5;
constexpr std::size_t fewest_to_judge = 5;
constexpr double window_factor = 5.0;  // Sokal's automatic window: sum up to the first lag of at least this many times tau

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

/// One interval's power: when (s), how much (W), and the variance that rounding gives it (W^2).
struct Interval
{
    double at = 0.0;
    double watts = 0.0;
    double rounding = 0.0;
};

/// eq. 24: what remains of the spread about the least-squares line without the rounding, relative to the mean.
double unsteadiness(std::vector<Interval> const& intervals, double mean)
{
    if (intervals.size() < fewest_to_judge || !(mean > 0.0))
    {
        return std::numeric_limits<double>::quiet_NaN();
    }
    double const count = static_cast<double>(intervals.size());
    double middle = 0.0;
    double centre = 0.0;
    double rounding = 0.0;
    for (Interval const& one : intervals)
    {
        middle += one.at / count;
        centre += one.watts / count;
        rounding += one.rounding / count;
    }
    double tt = 0.0;
    double tp = 0.0;
    double pp = 0.0;
    for (Interval const& one : intervals)
    {
        tt += (one.at - middle) * (one.at - middle);
        tp += (one.at - middle) * (one.watts - centre);
        pp += (one.watts - centre) * (one.watts - centre);
    }
    double const about_line = (pp - tp * tp / tt) / (count - 2.0);
    return std::sqrt(std::max(0.0, about_line - rounding)) / mean;
}

}  // namespace

std::optional<Baseline> baseline(Trace const& trace, Window window)
{
    Curve const curve(trace);
    auto const& at = trace.at();
    auto const& channel = trace.channel;
    // A reading that looks back over a window, taken just after the begin, still tells of the load before it.
    window.begin += std::chrono::duration_cast<std::chrono::nanoseconds>(looks_back(channel));
    auto const first = static_cast<std::size_t>(std::lower_bound(at.begin(), at.end(), window.begin) - at.begin());
    auto const last = static_cast<std::size_t>(std::lower_bound(at.begin(), at.end(), window.end) - at.begin());
    if (last < first + fewest_samples || !(curve.integrate(window).coverage >= least_coverage))
    {
        return std::nullopt;
    }
    bool const counts = channel.kind == ChannelKind::counter;
    std::vector<double> power;
    std::vector<Interval> intervals;
    double energy = 0.0;
    double seconds = 0.0;
    for (std::size_t k = first; k + 1 < last; ++k)
    {
        if (!curve.gap(k) && !curve.hole(k))
        {
            power.push_back(curve.power(k));
            double const step = counts ? channel.resolution / std::sqrt(6.0) / curve.span(k) : channel.resolution / std::sqrt(24.0);
            intervals.push_back({std::chrono::duration_cast<Seconds>(at[k] - at[first]).count() + 0.5 * curve.span(k), power.back(), step * step});
            energy += curve.energy(k);
            seconds += curve.span(k);
        }
    }
    if (power.size() + 1 < fewest_samples)
    {
        return std::nullopt;
    }
    double const mean = energy / seconds;  // eq. 15
    double const count = static_cast<double>(power.size());
    double variance = 0.0;
    for (double const watts : power)
    {
        variance += (watts - mean) * (watts - mean) / count;
    }
    double const factor = variance > 0.0 ? inflation(power, mean, variance) : 1.0;
    double const rounding = counts ? channel.resolution / std::sqrt(6.0) / seconds : channel.resolution / std::sqrt(12.0);
    double const error = std::sqrt(variance * factor / (count - factor) + rounding * rounding);  // eq. 17
    return Baseline{at[first] + (at[last - 1] - at[first]) / 2, Watts(mean), Watts(error), Seconds(seconds), unsteadiness(intervals, mean)};
}

}  // namespace ghee::energy
