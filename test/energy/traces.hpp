// Traces with known integrals.
#pragma once

#include <cmath>
#include <functional>

#include "energy/account.hpp"

namespace ghee::energy::test {

inline Instant at(double seconds) { return from_ns(static_cast<std::int64_t>(std::llround(seconds * 1e9))); }
inline Window window(double begin, double end) { return {at(begin), at(end)}; }

/// A gauge reading `power(t)` at 0, step, 2 step ... up to `end`.
inline Trace gauge(double step, double end, std::function<double(double)> const& power)
{
    Trace trace;
    trace.channel.name = "gauge";
    trace.channel.kind = ChannelKind::gauge;
    trace.channel.period = Seconds(step);
    GaugeSeries series;
    for (int i = 0; i * step <= end + 1e-9; ++i)
    {
        series.at.push_back(at(i * step));
        series.power.emplace_back(power(i * step));
    }
    trace.series = series;
    return trace;
}

/// A counter showing `energy(t)`.
inline Trace counter(double step, double end, std::function<double(double)> const& energy)
{
    Trace const as_gauge = gauge(step, end, energy);
    Trace trace = as_gauge;
    trace.channel.name = "counter";
    trace.channel.kind = ChannelKind::counter;
    CounterSeries series;
    series.at = as_gauge.at();
    for (Watts value : std::get<GaugeSeries>(as_gauge.series).power)
    {
        series.energy.emplace_back(value.value());
    }
    trace.series = series;
    return trace;
}

/// The same trace without the samples strictly between two times.
inline Trace without(Trace trace, double begin, double end)
{
    std::visit(
        [&](auto& series)
        {
            auto cut = series;
            cut.at.clear();
            constexpr bool is_counter = std::is_same_v<std::decay_t<decltype(series)>, CounterSeries>;
            auto& from = [&]() -> auto&
            {
                if constexpr (is_counter)
                    return series.energy;
                else
                    return series.power;
            }();
            auto& to = [&]() -> auto&
            {
                if constexpr (is_counter)
                    return cut.energy;
                else
                    return cut.power;
            }();
            to.clear();
            for (std::size_t i = 0; i < series.at.size(); ++i)
            {
                if (series.at[i] <= at(begin) || series.at[i] >= at(end))
                {
                    cut.at.push_back(series.at[i]);
                    to.push_back(from[i]);
                }
            }
            series = cut;
        },
        trace.series);
    return trace;
}

}  // namespace ghee::energy::test
