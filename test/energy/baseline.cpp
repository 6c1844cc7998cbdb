// Idle power and its standard error.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "traces.hpp"

namespace ghee::energy::test {
namespace {

/// AR(1) noise with standard deviation `sd` around `mean`; one value per step of a gauge.
Trace noisy(std::uint64_t seed, int count, double mean, double sd, double phi)
{
    Random const random(seed, 7);
    double state = sd * random.normal(0);
    std::uint64_t i = 1;
    return gauge(1.0, count - 1,
                 [&](double)
                 {
                     double const now = state;
                     state = phi * state + sd * std::sqrt(1.0 - phi * phi) * random.normal(i++);
                     return mean + now;
                 });
}

TEST(Baseline, IsTheMeanOfTheQuietWindowOnly)
{
    auto const power = [](double t) { return t < 10.0 ? 100.0 : 400.0; };
    auto const quiet = baseline(gauge(0.1, 20, power), window(2, 9));
    ASSERT_TRUE(quiet);
    EXPECT_NEAR(quiet->mean.value(), 100.0, 1e-9);
    EXPECT_NEAR(quiet->standard_error.value(), 0.0, 1e-9);
    EXPECT_NEAR(quiet->duration.count(), 6.9, 0.11);
    auto const counted = baseline(counter(0.1, 20, [](double t) { return t < 10.0 ? 100.0 * t : 1000.0 + 400.0 * (t - 10.0); }), window(2, 10.05));
    ASSERT_TRUE(counted);
    EXPECT_NEAR(counted->mean.value(), 100.0, 1e-9);  // nothing of the interval that the window's end cuts
}

TEST(Baseline, UnsteadinessIsTheScatterAboutALineWithoutTheRounding)
{
    auto const of = [](Trace const& trace)
    { return baseline(trace, {trace.at().front(), trace.at().back() + Instant::duration(1)}).value().unsteadiness; };
    // An interval's power is the mean of two readings.
    EXPECT_NEAR(of(noisy(3, 100, 200.0, 20.0, 0.0)), 0.1 / std::sqrt(2.0), 0.02);
    EXPECT_NEAR(of(gauge(0.1, 100, [](double t) { return 100.0 + 3.0 * t; })), 0.0, 1e-6);
    // 20 W through a counter of 1 J steps, read every 0.125 s: 2.5 J each, told as 2 or 3.
    Trace coarse = counter(0.125, 100, [](double t) { return std::floor(20.0 * t); });
    EXPECT_GT(of(coarse), 0.19);
    coarse.channel.resolution = 1.0;
    EXPECT_LT(of(coarse), 0.12);  // this beat is the worst of all: its variance is 1/4, not 1/6
    EXPECT_TRUE(std::isnan(of(gauge(1, 4, [](double) { return 100.0; }))));
    EXPECT_EQ(of(gauge(1, 5, [](double) { return 100.0; })), 0.0);
    EXPECT_TRUE(std::isnan(of(gauge(1, 9, [](double) { return 0.0; }))));
}

TEST(Baseline, StandardErrorIsThatOfManyRepetitionsWithCorrelatedNoise)
{
    for (double const phi : {0.0, 0.6, 0.85})
    {
        constexpr int repetitions = 300;
        double sum = 0.0;
        double squares = 0.0;
        double stated = 0.0;
        for (int i = 0; i < repetitions; ++i)
        {
            auto const quiet = baseline(noisy(static_cast<std::uint64_t>(i), 400, 200.0, 5.0, phi), window(0, 400));
            ASSERT_TRUE(quiet);
            sum += quiet->mean.value();
            squares += std::pow(quiet->mean.value() - 200.0, 2);
            stated += std::pow(quiet->standard_error.value(), 2);
        }
        double const spread = std::sqrt(squares / repetitions);
        double const ratio = std::sqrt(stated / repetitions) / spread;
        EXPECT_NEAR(sum / repetitions, 200.0, 0.25) << phi;
        EXPECT_GT(ratio, 0.85) << phi;
        EXPECT_LT(ratio, 1.2) << phi;
        RecordProperty("ratio_" + std::to_string(static_cast<int>(100 * phi)), std::to_string(ratio));
        if (phi > 0.8)
        {
            EXPECT_GT(spread, 3.0 * 5.0 / std::sqrt(400.0)) << "the naive error would be far too small, or this test shows nothing";
        }
    }
}

TEST(Baseline, RefusesTooFewSamplesAndTooLittleCoverage)
{
    Trace const trace = gauge(1.0, 100, [](double) { return 100.0; });
    EXPECT_FALSE(baseline(trace, window(10.5, 12.5)));  // two samples
    EXPECT_TRUE(baseline(trace, window(10.5, 13.5)));
    EXPECT_FALSE(baseline(without(trace, 12, 38), window(10, 40)));
    EXPECT_TRUE(baseline(without(trace, 12, 22), window(10, 40)));
    EXPECT_FALSE(baseline(trace, window(95, 120)));
    EXPECT_FALSE(baseline(trace, window(200, 220)));
    EXPECT_FALSE(baseline(Trace{}, window(0, 10)));
}

TEST(Baseline, ASteadyReadingIsNoSurerThanItsResolution)
{
    Trace whole_watts = gauge(1.0, 100, [](double) { return 100.0; });
    whole_watts.channel.resolution = 1.0;
    EXPECT_NEAR(baseline(whole_watts, window(0, 100))->standard_error.value(), 1.0 / std::sqrt(12.0), 1e-9);
}

TEST(Baseline, LeavesOutReadingsThatStillLookBackAtTheLoad)
{
    Trace averaged = gauge(0.1, 20, [](double t) { return t < 10 ? 400.0 : t < 11 ? 400.0 - 300.0 * (t - 10.0) : 100.0; });
    averaged.channel.averaging_window = Seconds(1.0);
    EXPECT_NEAR(baseline(averaged, window(10, 20))->mean.value(), 100.0, 1e-9);
}

}  // namespace
}  // namespace ghee::energy::test
