// Accounts of runs whose energy is known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "traces.hpp"

namespace ghee::energy::test {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

/// 100 W idle, 400 W from 10 to 20 s, idle again; 30 s long.
double load(double t) { return t >= 10.0 && t < 20.0 ? 400.0 : 100.0; }
double counted(double t) { return 100.0 * t + 300.0 * std::clamp(t - 10.0, 0.0, 10.0); }

EnergyAccount const& find(std::vector<EnergyAccount> const& all, std::string const& channel, std::string const& phase)
{
    for (EnergyAccount const& one : all)
    {
        if (one.channel == channel && one.phase == phase)
        {
            return one;
        }
    }
    throw std::runtime_error("no account of " + channel + " in " + phase);
}

Trace primary(Trace trace, std::string const& name)
{
    trace.channel.name = name;
    trace.channel.primary = true;
    return trace;
}

TEST(Account, NetIsGrossWithoutTheIdleOfTheQuietWindows)
{
    std::vector<Trace> const traces{primary(counter(0.1, 30, counted), "node")};
    std::vector<Mark> const marks{{"setup", at(10)}, {"train", at(12)}};
    auto const accounts = account(traces, phases_of(marks, window(10, 20)), window(0, 10), window(20, 30));
    ASSERT_EQ(accounts.size(), 6u);
    EnergyAccount const& train = find(accounts, "node", "train");
    EXPECT_NEAR(train.gross.value(), 3200.0, 1e-6);
    EXPECT_NEAR(train.idle.value(), 100.0, 1e-6);
    EXPECT_NEAR(train.net.value(), 2400.0, 1e-6);
    EXPECT_NEAR(train.duration.count(), 8.0, 1e-12);
    EXPECT_LT(train.net_uncertainty.value(), 1.0);
    EXPECT_THAT(train.flags, IsEmpty());
    EXPECT_NEAR(find(accounts, "primary", "whole").net.value(), 3000.0, 1e-6);
}

TEST(Account, PhasesAddUpToTheWhole)
{
    std::vector<Trace> const traces{primary(gauge(0.1, 30, load), "node")};
    std::vector<Mark> const marks{{"setup", at(10)}, {"train", at(11.03)}, {"evaluate", at(13.5)}, {"train", at(14.7)}};
    auto const accounts = account(traces, phases_of(marks, window(10, 20)), window(0, 10), window(20.2, 30));
    double sum = 0.0;
    for (char const* name : {"setup", "train", "evaluate"})
    {
        sum += find(accounts, "node", name).net.value();
    }
    EXPECT_NEAR(sum, find(accounts, "node", "whole").net.value(), 1e-6);
}

TEST(Account, PrimaryAddsItsChannelsWithErrorsInQuadrature)
{
    Trace first = primary(counter(0.1, 30, counted), "package-0");
    Trace second = primary(counter(0.1, 30, [](double t) { return 2.0 * counted(t); }), "package-1");
    Trace beside = counter(0.1, 30, counted);
    first.channel.resolution = 3.0;
    second.channel.resolution = 4.0;
    second.channel.estimated = true;
    second = without(second, 15.0, 17.0);
    std::vector<Trace> const traces{first, beside, second};
    auto const accounts = account(traces, phases_of({}, window(10, 20)), window(0, 10), window(20, 30));
    EnergyAccount const& sum = find(accounts, "primary", "whole");
    EnergyAccount const& a = find(accounts, "package-0", "whole");
    EnergyAccount const& b = find(accounts, "package-1", "whole");
    EXPECT_NEAR(sum.gross.value(), 12000.0, 1e-6);
    EXPECT_NEAR(sum.idle.value(), 300.0, 1e-6);
    EXPECT_NEAR(sum.net.value(), 9000.0, 1e-6);
    EXPECT_NEAR(sum.net_uncertainty.value(), std::hypot(a.net_uncertainty.value(), b.net_uncertainty.value()), 1e-9);
    EXPECT_NEAR(sum.coverage, 0.8, 1e-9);
    EXPECT_TRUE(sum.estimated);
    EXPECT_THAT(sum.flags, Contains("partial"));
    EXPECT_THAT(sum.flags, Contains("estimated"));
}

TEST(Account, TheClassOfOneSourcesMetersAddsLinearlyInPrimary)
{
    auto const metered = [](std::string const& name, std::string const& source, double times, double accuracy)
    {
        Trace trace = primary(counter(0.1, 30, [times](double t) { return times * counted(t); }), name);
        trace.channel.source = source;
        trace.channel.accuracy = accuracy;
        return trace;
    };
    // Nets of 3000, 6000 and 3000 J; a class of a counts a / sqrt(3).
    std::vector<Trace> const traces{metered("package-0", "rapl", 1.0, 0.1), metered("package-1", "rapl", 2.0, 0.1),
                                    metered("gpu-0", "nvml", 1.0, 0.2)};
    auto const accounts = account(traces, phases_of({}, window(10, 20)), window(0, 10), window(20, 30));
    double const rapl = 0.1 / std::sqrt(3.0) * 9000.0;
    double const nvml = 0.2 / std::sqrt(3.0) * 3000.0;
    EXPECT_NEAR(find(accounts, "primary", "whole").net_uncertainty.value(), std::hypot(rapl, nvml), 0.1);
    EXPECT_NEAR(find(accounts, "package-1", "whole").net_uncertainty.value(), 0.1 / std::sqrt(3.0) * 6000.0, 0.1);
}

TEST(Account, WithoutAPrimaryChannelThereIsNoPrimaryAccount)
{
    std::vector<Trace> const traces{counter(0.1, 30, counted)};
    EXPECT_EQ(account(traces, phases_of({}, window(10, 20)), {}, {}).size(), 1u);
    EXPECT_TRUE(account({}, phases_of({}, window(10, 20)), {}, {}).empty());
}

TEST(Account, IdleIsReadOffTheLineBetweenTheQuietWindows)
{
    // Idle rises by 1 W/s: 5 W in the middle of the first window, 25 W in the middle of the second.
    std::vector<Trace> const traces{gauge(0.1, 30, [](double t) { return t; })};
    std::vector<Mark> const marks{{"setup", at(10)}, {"train", at(12)}};
    auto const accounts = account(traces, phases_of(marks, window(10, 20)), window(0, 10), window(20, 30));
    EXPECT_NEAR(find(accounts, "gauge", "train").idle.value(), 16.0, 0.1);
    EXPECT_NEAR(find(accounts, "gauge", "setup").idle.value(), 11.0, 0.1);
    EXPECT_THAT(find(accounts, "gauge", "train").flags, Contains("baseline_drift"));
    EXPECT_GT(find(accounts, "gauge", "train").idle_sd.value(), 20.0 / std::sqrt(12.0));
}

TEST(Account, AQuietWindowInWhichSomethingCameAndWentIsFlagged)
{
    // Idle 100 W; for 3 of the 10 s before the run something draws `extra`.
    auto const flags = [](double extra, double begin, double end)
    {
        Trace const trace = primary(gauge(0.1, 30, [=](double t) { return load(t) + (t >= begin && t < end ? extra : 0.0); }), "node");
        std::vector<Trace> const traces{trace};
        auto const accounts = account(traces, phases_of({}, window(10, 20)), window(0, 9.9), window(20.1, 30));
        return find(accounts, "primary", "whole").flags;
    };
    EXPECT_THAT(flags(100.0, 3, 6), Contains("busy_baseline"));
    EXPECT_THAT(flags(100.0, 23, 26), Contains("busy_baseline"));
    EXPECT_THAT(flags(20.0, 3, 6), Not(Contains("busy_baseline")));
    EXPECT_THAT(flags(100.0, 0, 10), Not(Contains("busy_baseline")));  // even: the samples cannot tell
}

TEST(Account, SaysWhichBaselineIsMissing)
{
    std::vector<Trace> const traces{primary(counter(0.1, 30, counted), "node")};
    auto const phases = phases_of({}, window(10, 20));
    auto const one = account(traces, phases, window(0, 10), {});
    EXPECT_NEAR(find(one, "primary", "whole").net.value(), 3000.0, 1e-6);
    EXPECT_THAT(find(one, "primary", "whole").flags, Contains("one_baseline"));
    auto const none = account(traces, phases, {}, window(29.9, 30));
    EnergyAccount const& lost = find(none, "primary", "whole");
    EXPECT_NEAR(lost.gross.value(), 4000.0, 1e-6);
    EXPECT_FALSE(lost.net.defined());
    EXPECT_FALSE(lost.idle.defined());
    EXPECT_FALSE(lost.net_uncertainty.defined());
    EXPECT_THAT(lost.flags, Contains("no_baseline"));
}

TEST(Account, PhasesShorterThanTheMeterSeesAreApportioned)
{
    std::vector<Trace> const traces{primary(counter(1.0, 30, counted), "node")};
    std::vector<Mark> const marks{{"train", at(10)}, {"evaluate", at(14.2)}, {"train", at(14.7)}, {"evaluate", at(16.2)}, {"train", at(17.7)}};
    auto const accounts = account(traces, phases_of(marks, window(10, 20)), window(0, 10), window(20, 30));
    EnergyAccount const& evaluate = find(accounts, "node", "evaluate");
    EXPECT_THAT(evaluate.flags, Contains("apportioned"));
    EXPECT_NEAR(evaluate.gross.value(), 4000.0 * 0.2, 1e-6);
    EXPECT_NEAR(evaluate.net_uncertainty.value(), 2.0 * 300.0 / std::sqrt(12.0), 0.1);
    EXPECT_THAT(find(accounts, "node", "train").flags, Not(Contains("apportioned")));
    EXPECT_THAT(find(accounts, "node", "whole").flags, Not(Contains("apportioned")));
}

TEST(Account, FaultsAndMissingSamplesAreNamed)
{
    Trace trace = primary(counter(1.0, 30, counted), "node");
    trace.faults = {"reset", "read_error", "reset"};
    std::vector<Trace> const traces{trace};
    auto const accounts = account(traces, phases_of({}, window(10.2, 11.8)), window(0, 10), {});
    EXPECT_THAT(accounts[0].flags, Contains("fault:reset"));
    EXPECT_THAT(accounts[0].flags, Contains("fault:read_error"));
    EXPECT_THAT(accounts[0].flags, Contains("few_samples"));
    auto const beyond = account(traces, phases_of({}, window(50, 60)), window(0, 10), {});
    EXPECT_FALSE(beyond[0].gross.defined());
    EXPECT_FALSE(beyond[0].net.defined());
    EXPECT_EQ(beyond[0].coverage, 0.0);
    EXPECT_THAT(beyond[0].flags, Contains("partial"));
}

TEST(Account, WhatAChannelMustSayIsSaidInItsAccountsAndInPrimary)
{
    Trace trace = primary(counter(0.1, 30, counted), "estimate");
    trace.channel.flags = {"estimate_without_gpu"};
    std::vector<Trace> const traces{trace, counter(0.1, 30, counted)};
    auto const accounts = account(traces, phases_of({}, window(10, 20)), window(0, 10), window(20, 30));
    EXPECT_THAT(find(accounts, "estimate", "whole").flags, Contains("estimate_without_gpu"));
    EXPECT_THAT(find(accounts, "primary", "whole").flags, Contains("estimate_without_gpu"));
    EXPECT_THAT(find(accounts, "counter", "whole").flags, IsEmpty());
}

TEST(Account, AnIdleRunNetsNothingWithinItsUncertainty)
{
    Trace trace = primary(gauge(0.5, 60, [](double t) { return 100.0 + std::sin(17.0 * t) + std::cos(5.1 * t); }), "node");
    std::vector<Trace> const traces{trace};
    EnergyAccount const idle = account(traces, phases_of({}, window(20, 40)), window(0, 20), window(40, 60))[0];
    EXPECT_LT(std::abs(idle.net.value()), 3.0 * idle.net_uncertainty.value());
    EXPECT_LT(idle.net_uncertainty.value(), 20.0);
}

}  // namespace
}  // namespace ghee::energy::test
