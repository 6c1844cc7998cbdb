// Energy of an epoch: known integrals where the meter resolves it, nothing where it does not.
#include "store/epoch_energy.hpp"

#include <gtest/gtest.h>

namespace {
using namespace ghee;

Instant at(double seconds) { return from_ns(1'000'000'000) + std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9)); }

/// Two epochs of 1 s each, from 1.05 s on; power is 100 W + 10 W/s * t, sampled every 0.1 s for 4 s.
RunReport ramp(ChannelKind kind, double period = 0.1)
{
    RunReport report;
    report.start = at(0);
    report.marks = {{phase::setup, at(0)}, {phase::train, at(1.05)}};
    report.training.history = {{1, 0, 0, 0, Seconds(1)}, {2, 0, 0, 0, Seconds(2)}};
    Trace trace;
    trace.channel.primary = true;
    CounterSeries counter;
    GaugeSeries gauge;
    for (int i = 0; i * period <= 4; ++i)
    {
        double const t = i * period;
        counter.at.push_back(at(t));
        counter.energy.emplace_back(100 * t + 5 * t * t);
        gauge.at.push_back(at(t));
        gauge.power.emplace_back(100 + 10 * t);
    }
    if (kind == ChannelKind::counter)
        trace.series = counter;
    else
        trace.series = gauge;
    report.traces = {trace};
    return report;
}

double integral(double from, double to) { return 100 * (to - from) + 5 * (to * to - from * from); }

TEST(EpochEnergy, OfAGaugeIsItsIntegralWithInterpolatedEdges)
{
    auto const joules = store::epoch_energy(ramp(ChannelKind::gauge));
    ASSERT_EQ(joules.size(), 2U);
    EXPECT_NEAR(joules[0].value(), integral(1.05, 2.05), 1e-9);
    EXPECT_NEAR(joules[1].value(), integral(2.05, 3.05), 1e-9);
}

TEST(EpochEnergy, OfACounterIsADifferenceWithInterpolatedEdges)
{
    auto const joules = store::epoch_energy(ramp(ChannelKind::counter));
    // Between samples 0.1 s apart a straight line misses the parabola by at most 5 * 0.05^2 J.
    EXPECT_NEAR(joules[0].value(), integral(1.05, 2.05), 0.0126);
}

TEST(EpochEnergy, OfPrimaryChannelsIsAddedAndOthersDoNotCount)
{
    auto report = ramp(ChannelKind::gauge);
    report.traces.push_back(report.traces[0]);
    report.traces.push_back(report.traces[0]);
    report.traces[2].channel.primary = false;
    EXPECT_NEAR(store::epoch_energy(report)[0].value(), 2 * integral(1.05, 2.05), 1e-9);
}

TEST(EpochEnergy, IsUndefinedWhereTheMeterDoesNotResolveIt)
{
    auto const undefined = [](RunReport const& report) { return !store::epoch_energy(report)[1].defined(); };
    EXPECT_TRUE(undefined(ramp(ChannelKind::gauge, 0.25)));
    EXPECT_FALSE(undefined(ramp(ChannelKind::gauge, 0.15)));
    auto several = ramp(ChannelKind::gauge);
    several.training.passes = 2;
    EXPECT_TRUE(undefined(several));
    auto unmarked = ramp(ChannelKind::gauge);
    unmarked.marks.pop_back();
    EXPECT_TRUE(undefined(unmarked));
    auto without = ramp(ChannelKind::gauge);
    without.traces.clear();
    EXPECT_TRUE(undefined(without));
    // The trace ends inside the second epoch, or has a hole there.
    auto ended = ramp(ChannelKind::gauge);
    std::get<GaugeSeries>(ended.traces[0].series).at.resize(30);
    EXPECT_TRUE(undefined(ended));
    EXPECT_TRUE(store::epoch_energy(ended)[0].defined());
    auto holed = ramp(ChannelKind::gauge);
    auto& series = std::get<GaugeSeries>(holed.traces[0].series);
    series.at.erase(series.at.begin() + 22, series.at.begin() + 28);
    series.power.erase(series.power.begin() + 22, series.power.begin() + 28);
    EXPECT_TRUE(undefined(holed));
}
}  // namespace
