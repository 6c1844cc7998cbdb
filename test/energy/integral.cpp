// Integrals that are known exactly, and what gaps, edges and faults do to them.
#include <gtest/gtest.h>

#include <numbers>

#include "traces.hpp"

namespace ghee::energy::test {
namespace {

TEST(Integral, ConstantPowerOverAWindowBetweenSamplesIsExact)
{
    Integral const of_gauge = integrate(gauge(0.1, 10, [](double) { return 250.0; }), window(1.234, 7.891));
    EXPECT_NEAR(of_gauge.energy.value(), 250.0 * 6.657, 1e-9);
    EXPECT_NEAR(of_gauge.uncertainty.value(), 0.0, 1e-9);
    EXPECT_NEAR(of_gauge.coverage, 1.0, 1e-12);
    EXPECT_EQ(of_gauge.samples, 66);  // 1.3 ... 7.8

    Integral const of_counter = integrate(counter(0.1, 10, [](double t) { return 1e6 + 250.0 * t; }), window(1.234, 7.891));
    EXPECT_NEAR(of_counter.energy.value(), 250.0 * 6.657, 1e-6);
    EXPECT_NEAR(of_counter.uncertainty.value(), 0.0, 1e-6);
    EXPECT_EQ(of_counter.samples, 66);
}

TEST(Integral, ARampIsExactForAGaugeAtAnyStep)
{
    for (double const step : {0.1, 0.7, 3.0})
    {
        Integral const ramp = integrate(gauge(step, 12, [](double t) { return 100.0 + 20.0 * t; }), window(2.5, 8.25));
        EXPECT_NEAR(ramp.energy.value(), 100.0 * 5.75 + 10.0 * (8.25 * 8.25 - 2.5 * 2.5), 1e-9) << step;
    }
}

TEST(Integral, ASineConvergesWithTheSquareOfTheStep)
{
    auto const power = [](double t) { return 300.0 + 100.0 * std::sin(t); };
    double const exact = 300.0 * 7.0 + 100.0 * (std::cos(1.3) - std::cos(8.3));
    double coarse = std::abs(integrate(gauge(0.4, 12, power), window(1.3, 8.3)).energy.value() - exact);
    for (double const step : {0.1, 0.025})
    {
        double const fine = std::abs(integrate(gauge(step, 12, power), window(1.3, 8.3)).energy.value() - exact);
        EXPECT_LT(fine, coarse / 8.0) << step;
        coarse = fine;
    }
    EXPECT_GT(coarse, 0.0);
}

TEST(Integral, PartsOfAWindowAddUpToTheWhole)
{
    Trace const wave = gauge(0.3, 20, [](double t) { return 300.0 + 100.0 * std::sin(t); });
    Trace const count = counter(0.3, 20, [](double t) { return 300.0 * t + 100.0 * (1.0 - std::cos(t)); });
    for (Trace const& trace : {wave, count})
    {
        double const whole = integrate(trace, window(1.1, 17.7)).energy.value();
        double const parts =
            (integrate(trace, window(1.1, 4.0)).energy + integrate(trace, window(4.0, 4.05)).energy + integrate(trace, window(4.05, 17.7)).energy)
                .value();
        EXPECT_NEAR(parts, whole, 1e-9);
    }
}

TEST(Integral, MovingTimeChangesNothingAndScalingPowerScalesEverything)
{
    auto const shape = [](double t) { return 300.0 + 100.0 * std::sin(t); };
    Integral const plain = integrate(gauge(0.3, 20, shape), window(2, 11));
    Trace moved = gauge(0.3, 20, shape);
    for (Instant& t : std::get<GaugeSeries>(moved.series).at)
    {
        t += std::chrono::hours(24 * 365);
    }
    Window late = window(2, 11);
    late.begin += std::chrono::hours(24 * 365);
    late.end += std::chrono::hours(24 * 365);
    EXPECT_DOUBLE_EQ(integrate(moved, late).energy.value(), plain.energy.value());
    EXPECT_DOUBLE_EQ(integrate(moved, late).uncertainty.value(), plain.uncertainty.value());

    Integral const tripled = integrate(gauge(0.3, 20, [&](double t) { return 3.0 * shape(t); }), window(2, 11));
    EXPECT_NEAR(tripled.energy.value(), 3.0 * plain.energy.value(), 1e-9);
    EXPECT_NEAR(tripled.uncertainty.value(), 3.0 * plain.uncertainty.value(), 1e-9);
}

TEST(Integral, AStepAtTheEdgeIsInsideTheStatedUncertainty)
{
    // Idle 100 W, load 400 W from 5.0 s on: the samples at 4.97 and 5.07 do not say when it stepped.
    auto const energy = [](double t) { return t < 5.0 ? 100.0 * t : 500.0 + 400.0 * (t - 5.0); };
    Trace trace = counter(0.1, 10, [&](double t) { return energy(t - 0.03); });
    for (Instant& t : std::get<CounterSeries>(trace.series).at)
    {
        t -= std::chrono::milliseconds(30);
    }
    Integral const load = integrate(trace, window(5.0, 8.0));
    double const error = std::abs(load.energy.value() - 1200.0);
    EXPECT_GT(error, 0.1);
    EXPECT_LT(error, load.uncertainty.value() * 1.0001);
    EXPECT_LT(load.uncertainty.value(), 10.0);
}

TEST(Integral, AGapLowersCoverageIsBridgedAndCharged)
{
    auto const power = [](double t) { return t < 10.0 ? 200.0 : 300.0; };
    Trace const holed = without(gauge(0.1, 20, power), 8.0, 12.0);
    Integral const with_gap = integrate(holed, window(5.0, 15.0));
    EXPECT_NEAR(with_gap.coverage, 0.6, 1e-9);
    EXPECT_NEAR(with_gap.energy.value(), 2500.0, 1e-6);                             // the bridge is the mean of its ends
    EXPECT_NEAR(with_gap.uncertainty.value(), 4.0 * 100.0 / std::sqrt(12.0), 1.0);  // 115 J
    EXPECT_LT(integrate(gauge(0.1, 20, power), window(5.0, 15.0)).uncertainty.value(), 5.0);

    // A counter goes on counting through a gap: covered less, but the joules are all there.
    Trace const counted = without(counter(0.1, 20, [](double t) { return 200.0 * t + (t > 10 ? 100.0 * (t - 10) : 0); }), 8.0, 12.0);
    Integral const of_counter = integrate(counted, window(5.0, 15.0));
    EXPECT_NEAR(of_counter.energy.value(), 2500.0, 1e-6);
    EXPECT_NEAR(of_counter.coverage, 0.6, 1e-9);
    EXPECT_LT(of_counter.uncertainty.value(), 1.0);
}

TEST(Integral, ACounterThatStoodStillThroughAFaultIsBridgedAtItsNeighboursPower)
{
    Trace trace = counter(0.1, 10, [](double t) { return t <= 5.0 ? 200.0 * t : 1000.0 + 200.0 * (t - 6.0); });
    trace = without(trace, 5.0, 6.0);
    trace.faults = {"reset"};
    Integral const over = integrate(trace, window(2.0, 8.0));
    EXPECT_NEAR(over.energy.value(), 1200.0, 1e-6);
    EXPECT_NEAR(over.coverage, 5.0 / 6.0, 1e-9);
}

TEST(Integral, ACoarseCounterBetweenItsStepsHasLostNothing)
{
    // 5 W in whole joules, read every 0.1 s: every second interval counts nothing.
    Trace trace = counter(0.1, 100, [](double t) { return std::floor(5.0 * t + 1e-6); });
    trace.channel.resolution = 1.0;
    for (std::string const fault : {"read_error", "reset"})
    {
        trace.faults = {fault};
        EXPECT_NEAR(integrate(trace, window(10, 90)).energy.value(), 400.0, 1.0) << fault;
        EXPECT_NEAR(integrate(trace, window(10, 90)).coverage, 1.0, 1e-9) << fault;
    }
}

TEST(Integral, EnergyOfAFallingCounterIsNeverNegative)
{
    Trace trace = counter(1.0, 10, [](double t) { return t < 5 ? 100.0 * t : 100.0 * (t - 5); });
    for (double begin = 0; begin < 9; begin += 0.5)
    {
        Integral const part = integrate(trace, window(begin, begin + 1));
        EXPECT_FALSE(part.energy.value() < 0.0) << begin;
    }
    EXPECT_NEAR(integrate(trace, window(0, 10)).energy.value(), 1000.0, 1e-6);
    EXPECT_NEAR(integrate(trace, window(0, 10)).coverage, 0.9, 1e-12);
}

TEST(Integral, AWindowOutsideTheTraceIsUndefinedAndHalfOutsideIsHalfCovered)
{
    Trace const trace = gauge(0.1, 10, [](double) { return 100.0; });
    EXPECT_FALSE(integrate(trace, window(20, 30)).energy.defined());
    EXPECT_FALSE(integrate(trace, window(20, 30)).uncertainty.defined());
    EXPECT_EQ(integrate(trace, window(20, 30)).coverage, 0.0);
    EXPECT_FALSE(integrate(trace, window(5, 5)).energy.defined());
    EXPECT_FALSE(integrate(Trace{}, window(0, 1)).energy.defined());
    Integral const half = integrate(trace, window(5, 15));
    EXPECT_NEAR(half.coverage, 0.5, 1e-9);
    EXPECT_NEAR(half.energy.value(), 1000.0, 1e-6);
    EXPECT_GT(half.uncertainty.value(), 100.0);  // half of it is a guess
}

TEST(Integral, ResolutionAndClassEnterTheUncertainty)
{
    Trace coarse = counter(1.0, 100, [](double t) { return std::floor(100.0 * t); });
    coarse.channel.resolution = 1.0;
    EXPECT_NEAR(integrate(coarse, window(10, 90)).uncertainty.value(), 1.0 / std::sqrt(6.0), 1e-6);
    Trace whole_watts = gauge(1.0, 100, [](double) { return 100.0; });
    whole_watts.channel.resolution = 1.0;
    EXPECT_NEAR(integrate(whole_watts, window(10, 90)).uncertainty.value(), 80.0 / std::sqrt(12.0), 1e-6);
    whole_watts.channel.resolution = 0.0;
    whole_watts.channel.accuracy = 0.01;
    EXPECT_NEAR(integrate(whole_watts, window(10, 90)).uncertainty.value(), 0.01 * 8000.0 / std::sqrt(3.0), 1e-6);
}

TEST(Integral, AReadingThatLooksBackChargesTheEdges)
{
    Trace averaged = gauge(0.1, 20, [](double t) { return t < 10 ? 100.0 : 300.0; });
    averaged.channel.averaging_window = Seconds(1.0);
    EXPECT_GT(integrate(averaged, window(5, 15)).uncertainty.value(), 99.0);  // 0.5 s * 200 W
    EXPECT_LT(integrate(averaged, window(11, 15)).uncertainty.value(), 1.0);
}

}  // namespace
}  // namespace ghee::energy::test
