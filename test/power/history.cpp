// What a channel's ring keeps, and what it keeps out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/account.hpp"
#include "power/history.hpp"

namespace ghee::power {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Instant at(double seconds) { return from_ns(static_cast<std::int64_t>(seconds * 1e9)); }

Channel channel(ChannelKind kind, Scope scope = Scope::cpu)
{
    Channel out;
    out.name = "c";
    out.kind = kind;
    out.scope = scope;
    out.period = Seconds(0.1);
    return out;
}

std::vector<double> values(Trace const& trace)
{
    std::vector<double> out;
    if (auto const* counter = std::get_if<CounterSeries>(&trace.series))
    {
        for (Joules e : counter->energy)
        {
            out.push_back(e.value());
        }
    }
    else
    {
        for (Watts p : std::get<GaugeSeries>(trace.series).power)
        {
            out.push_back(p.value());
        }
    }
    return out;
}

TEST(History, AWindowHasOneSampleMoreOnEachSide)
{
    History history(channel(ChannelKind::gauge), 100);
    for (int i = 0; i < 10; ++i)
    {
        history.take({0, at(i), 10.0 * i, {}});
    }
    EXPECT_THAT(values(history.window(at(2.5), at(4.5))), ElementsAre(20, 30, 40, 50));
    EXPECT_THAT(values(history.window(at(3), at(4))), ElementsAre(30, 40));  // the edges are samples themselves
    EXPECT_THAT(values(history.window(at(-5), at(0.5))), ElementsAre(0, 10));
    EXPECT_THAT(values(history.window(at(8.5), at(50))), ElementsAre(80, 90));
    EXPECT_THAT(values(history.window(at(20), at(30))), ElementsAre(90));
    EXPECT_THAT(values(History(channel(ChannelKind::gauge), 10).window(at(0), at(1))), IsEmpty());
}

TEST(History, TheRingKeepsTheLatest)
{
    History history(channel(ChannelKind::gauge), 4);
    for (int i = 0; i < 11; ++i)
    {
        history.take({0, at(i), 1.0 * i, {}});
    }
    EXPECT_THAT(values(history.window(at(0), at(100))), ElementsAre(7, 8, 9, 10));
    EXPECT_THAT(values(history.window(at(8.5), at(8.7))), ElementsAre(8, 9));
}

TEST(History, AbsurdReadingsAreKeptOutAndNamed)
{
    History gauge(channel(ChannelKind::gauge), 100);
    gauge.take({0, at(1), 100.0, {}});
    gauge.take({0, at(2), 1e9, {}});
    gauge.take({0, at(3), std::nan(""), {}});
    gauge.take({0, at(4), -5.0, {}});
    gauge.take({0, at(5), 110.0, {}});
    EXPECT_THAT(values(gauge.window(at(0), at(6))), ElementsAre(100, 110));
    EXPECT_THAT(gauge.window(at(0), at(6)).faults, ElementsAre("absurd"));
    EXPECT_THAT(gauge.window(at(4.5), at(6)).faults, IsEmpty());
}

TEST(History, EnergyNeverFallsAndAJumpIsNotCounted)
{
    History counter(channel(ChannelKind::counter), 100);
    double const shown[] = {1000, 1010, 1020, 500, 510, 900000, 900010};
    for (int i = 0; i < 7; ++i)
    {
        counter.take({0, at(0.1 * i), shown[i], {}});
    }
    Trace const trace = counter.window(at(0), at(1));
    EXPECT_THAT(values(trace), ElementsAre(1000, 1010, 1020, 1020, 1030, 1030, 1040));
    EXPECT_THAT(trace.faults, ElementsAre("backward", "absurd"));
    // The two lost intervals are bridged at the power beside them, and the coverage says so.
    auto const integral = energy::integrate(trace, {at(0), at(0.6)});
    EXPECT_NEAR(integral.energy.value(), 60.0, 1e-6);
    EXPECT_NEAR(integral.coverage, 4.0 / 6.0, 1e-9);
}

TEST(History, WhatACounterLostInAResetOrALongGapIsBridgedAndNotCovered)
{
    // 100 W at 10 Hz. At 1.0 s the source says that its register was reset, at 31.0 s that it may have wrapped unseen.
    for (auto const& [fault, lost_s] : {std::pair<std::string, double>{"reset", 0.1}, {"gap", 30.0}})
    {
        History counter(channel(ChannelKind::counter), 1000);
        for (int i = 0; i < 10; ++i)
        {
            counter.take({0, at(0.1 * i), 10.0 * i, {}});
        }
        double const back = 0.9 + lost_s;
        counter.take({0, at(back), 90.0, fault});
        for (int i = 1; i <= 10; ++i)
        {
            counter.take({0, at(back + 0.1 * i), 90.0 + 10.0 * i, {}});
        }
        auto const integral = energy::integrate(counter.window(at(0), at(100)), {at(0), at(back + 1.0)});
        EXPECT_NEAR(integral.energy.value(), 100.0 * (back + 1.0), 1e-3) << fault;
        EXPECT_NEAR(integral.coverage, 1.9 / (back + 1.0), 1e-6) << fault;
    }
}

TEST(History, AFaultThatLastsTouchesEveryWindowItLastsThrough)
{
    History history(channel(ChannelKind::gauge), 100);
    history.take({0, at(1), 100.0, {}});
    for (int i = 2; i < 9; ++i)
    {
        history.take({0, at(i), 0.0, "end_of_trace"});
    }
    EXPECT_THAT(history.window(at(4.2), at(4.8)).faults, ElementsAre("end_of_trace"));
    EXPECT_THAT(history.window(at(0), at(1.5)).faults, IsEmpty());
}

TEST(History, AReadingThatIsNotNewerIsNoNews)
{
    History history(channel(ChannelKind::gauge), 100);
    history.take({0, at(1), 100.0, {}});
    history.take({0, at(1), 300.0, {}});
    history.take({0, at(0.5), 300.0, {}});
    EXPECT_THAT(values(history.window(at(0), at(2))), ElementsAre(100));
    EXPECT_THAT(history.window(at(0), at(2)).faults, IsEmpty());
}

}  // namespace
}  // namespace ghee::power
