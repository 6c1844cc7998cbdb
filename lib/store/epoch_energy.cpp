// Interpolating counters, adding up gauges, epoch by epoch.
#include "store/epoch_energy.hpp"

#include <algorithm>
#include <chrono>

namespace ghee::store {

namespace {
struct Span
{
    Instant begin, end;
};

/// Value at `at` between two neighbours of a series.
double between(Instant at, Instant left, Instant right, double left_value, double right_value)
{
    double const share = std::chrono::duration<double>(at - left) / std::chrono::duration<double>(right - left);
    return left_value + share * (right_value - left_value);
}

double energy_of(CounterSeries const& series, std::size_t first, std::size_t last, Span span)
{
    auto const reading = [&](Instant at, std::size_t left)
    { return between(at, series.at[left], series.at[left + 1], series.energy[left].value(), series.energy[left + 1].value()); };
    return reading(span.end, last) - reading(span.begin, first - 1);
}

double energy_of(GaugeSeries const& series, std::size_t first, std::size_t last, Span span)
{
    auto const power = [&](Instant at, std::size_t left)
    { return between(at, series.at[left], series.at[left + 1], series.power[left].value(), series.power[left + 1].value()); };
    Instant at = span.begin;
    double height = power(span.begin, first - 1), sum = 0;
    auto const step = [&](Instant to, double next)
    {
        sum += 0.5 * (height + next) * std::chrono::duration<double>(to - at).count();
        at = to;
        height = next;
    };
    for (std::size_t i = first; i <= last; ++i)
        step(series.at[i], series.power[i].value());
    step(span.end, power(span.end, last));
    return sum;
}

/// Energy of one channel over a span that its samples resolve; undefined otherwise.
Joules resolved(Trace const& trace, Span span)
{
    auto const& at = trace.at();
    auto const first = static_cast<std::size_t>(std::lower_bound(at.begin(), at.end(), span.begin) - at.begin());
    auto const behind = static_cast<std::size_t>(std::lower_bound(at.begin(), at.end(), span.end) - at.begin());
    if (first == 0 || behind >= at.size() || behind < first + resolving_samples)
        return Joules();
    Seconds longest{0};
    for (std::size_t i = first; i <= behind; ++i)
        longest = std::max(longest, std::chrono::duration_cast<Seconds>(at[i] - at[i - 1]));
    if (longest > std::chrono::duration_cast<Seconds>(span.end - span.begin) / 2.0)
        return Joules();
    return Joules(std::visit([&](auto const& series) { return energy_of(series, first, behind - 1, span); }, trace.series));
}
}  // namespace

std::vector<Joules> epoch_energy(RunReport const& report)
{
    auto const& history = report.training.history;
    std::vector<Joules> result(history.size());
    auto const start = std::find_if(report.marks.begin(), report.marks.end(), [](Mark const& mark) { return mark.phase == phase::train; });
    bool const any = std::any_of(report.traces.begin(), report.traces.end(), [](Trace const& trace) { return trace.channel.primary; });
    if (report.training.passes != 1 || start == report.marks.end() || !any)
        return result;
    Instant begin = start->at;
    for (std::size_t i = 0; i < history.size(); ++i)
    {
        Instant const end = start->at + std::chrono::duration_cast<std::chrono::nanoseconds>(history[i].since_start);
        Joules sum(0);
        for (Trace const& trace : report.traces)
            if (trace.channel.primary)
                sum += resolved(trace, {begin, end});
        result[i] = sum;
        begin = end;
    }
    return result;
}

}  // namespace ghee::store
