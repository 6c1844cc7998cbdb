// Counter and power of one GPU whose truth is known: when they are said to disagree, and when not.
#include "energy/divergence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "traces.hpp"

namespace ghee::energy::test {
namespace {

using ::testing::Contains;
using ::testing::Not;

constexpr double accuracy = 0.05;

/// 70 W at rest, 500 W from 10 to 20 s.
double load(double t) { return t >= 10.0 && t < 20.0 ? 500.0 : 70.0; }
double counted(double t) { return 70.0 * t + 430.0 * std::clamp(t - 10.0, 0.0, 10.0); }
/// Mean of the load over the second before t.
double averaged(double t) { return counted(t) - counted(t - 1.0); }

Trace of_gpu(Trace trace, std::string const& name)
{
    trace.channel.name = name;
    trace.channel.source = "nvml";
    trace.channel.scope = Scope::gpu;
    trace.channel.accuracy = accuracy;
    trace.channel.resolution = 1e-3;
    trace.channel.devices = {"GPU-0"};
    if (trace.channel.kind == ChannelKind::counter)
        trace.channel.averaging_window = Seconds(0.1);
    return trace;
}
Trace energy_counter() { return of_gpu(counter(0.1, 30, counted), "gpu-0"); }
Trace instant(double factor)
{
    return of_gpu(gauge(0.1, 30, [=](double t) { return factor * load(t); }), "gpu-0-instant");
}
std::size_t diverging(std::vector<Trace> const& traces, double begin = 10, double end = 20) { return divergences(traces, window(begin, end)).size(); }

TEST(Divergence, WhatTheClassesAllowIsNoneAndMoreIsOne)
{
    // 5000 J counted; allowed are 5 % of either, the refresh and the sampling at the edges (some 40 J).
    EXPECT_EQ(diverging({energy_counter(), instant(1.0)}), 0U);
    EXPECT_EQ(diverging({energy_counter(), instant(1.10)}), 0U);
    EXPECT_EQ(diverging({energy_counter(), instant(0.91)}), 0U);
    EXPECT_EQ(diverging({energy_counter(), instant(1.15)}), 1U);
    EXPECT_EQ(diverging({energy_counter(), instant(0.86)}), 1U);
}

TEST(Divergence, TellsWhatItComparedAndWhatItAllowed)
{
    std::vector<Trace> const traces{energy_counter(), instant(0.5)};
    auto const found = divergences(traces, window(10, 20));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].counter, "gpu-0");
    EXPECT_EQ(found[0].gauge, "gpu-0-instant");
    EXPECT_NEAR(found[0].counted.value(), 5000, 1);
    EXPECT_NEAR(found[0].integrated.value(), 2500, 15);
    EXPECT_GT(found[0].allowed.value(), 0.05 * 7500);
    EXPECT_LT(found[0].allowed.value(), 0.05 * 7500 + 120);
}

TEST(Divergence, AnAverageThatLagsIsForgivenItsEdgesButNotItsGain)
{
    Trace average = of_gpu(gauge(0.1, 30, averaged), "gpu-0-power");
    // It misses half a second of the load at the begin: 215 J.
    average.channel.averaging_window = Seconds(1);
    EXPECT_EQ(diverging({energy_counter(), average}), 0U);
    // In a window of 2 s that half second is more than the classes allow: without the averaging window it would be held against it.
    EXPECT_EQ(diverging({energy_counter(), average}, 10, 12), 0U);
    Trace unaware = average;
    unaware.channel.averaging_window = Seconds(0);
    EXPECT_EQ(diverging({energy_counter(), unaware}, 10, 12), 1U);
    Trace wrong = of_gpu(gauge(0.1, 30, [](double t) { return 1.3 * averaged(t); }), "gpu-0-power");
    wrong.channel.averaging_window = Seconds(1);
    EXPECT_EQ(diverging({energy_counter(), wrong}), 1U);
}

TEST(Divergence, ASensorThatIsRenewedRarelyIsForgivenThat)
{
    // Renewed every second, read every 0.1 s: the load begins just after a renewal, at 9.85 s.
    Trace slow = of_gpu(gauge(0.1, 30, [](double t) { return load(std::floor(t - 0.85) + 0.85); }), "gpu-0-instant");
    EXPECT_EQ(diverging({energy_counter(), slow}, 10, 12), 1U);
    slow.channel.refresh = Seconds(1);
    EXPECT_EQ(diverging({energy_counter(), slow}, 10, 12), 0U);
}

TEST(Divergence, IsNotJudgedWithoutAClassAcrossPartsOrWithoutSamples)
{
    Trace classless = instant(0.5);
    classless.channel.accuracy = 0.0;
    EXPECT_EQ(diverging({energy_counter(), classless}), 0U);
    Trace other = instant(0.5);
    other.channel.name = "gpu-1-instant";
    EXPECT_EQ(diverging({energy_counter(), other}), 0U);
    Trace foreign = instant(0.5);
    foreign.channel.source = "hwmon";
    EXPECT_EQ(diverging({energy_counter(), foreign}), 0U);
    EXPECT_EQ(diverging({energy_counter(), without(instant(0.5), 11, 16)}), 0U) << "half of it is missing";
    EXPECT_EQ(diverging({energy_counter(), instant(0.5)}, 10, 10.2), 0U) << "two samples";
    EXPECT_EQ(diverging({energy_counter(), instant(0.5)}, 10, 10.4), 1U);
}

std::vector<std::string> flags_of(std::vector<EnergyAccount> const& accounts, std::string const& channel)
{
    for (EnergyAccount const& one : accounts)
        if (one.channel == channel && one.phase == phase::whole)
            return one.flags;
    return {"no account of " + channel};
}

TEST(Divergence, IsSaidOfBothChannelsAndOfTheRunThatIsChargedWithThem)
{
    std::vector<Trace> traces{energy_counter(), instant(0.5), of_gpu(counter(0.1, 30, counted), "gpu-1")};
    traces[0].channel.primary = true;
    traces[2].channel.devices = {"GPU-1"};
    auto const phases = phases_of({}, window(10, 20));
    auto accounts = account(traces, phases, window(0, 10), window(21, 30));
    EXPECT_THAT(flags_of(accounts, "gpu-0"), Contains("meters_diverge"));
    EXPECT_THAT(flags_of(accounts, "gpu-0-instant"), Contains("meters_diverge"));
    EXPECT_THAT(flags_of(accounts, "gpu-1"), Not(Contains("meters_diverge")));
    EXPECT_THAT(flags_of(accounts, "primary"), Contains("meters_diverge"));

    // Charged by the node's meter: what the GPU's meters say of each other matters to who had that GPU.
    traces[0].channel.primary = false;
    Trace node = counter(0.1, 30, counted);
    node.channel.name = "node";
    node.channel.primary = true;
    traces.push_back(node);
    std::vector<std::string> const first{"GPU-0"}, second{"GPU-1"};
    EXPECT_THAT(flags_of(account(traces, phases, window(0, 10), window(21, 30), first), "primary"), Contains("meters_diverge"));
    EXPECT_THAT(flags_of(account(traces, phases, window(0, 10), window(21, 30), second), "primary"), Not(Contains("meters_diverge")));
    traces[1] = instant(1.0);
    EXPECT_THAT(flags_of(account(traces, phases, window(0, 10), window(21, 30), first), "primary"), Not(Contains("meters_diverge")));
}

}  // namespace
}  // namespace ghee::energy::test
