// Wraps, resets and steps back, on captured figures among others.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "power/unwrap.hpp"

namespace ghee::power {
namespace {

Instant at(double seconds) { return from_ns(static_cast<std::int64_t>(seconds * 1e9)); }

std::vector<std::vector<std::string>> rows(std::string const& name)
{
    std::ifstream file(std::string(GHEE_FIXTURES "/power/captures/") + name);
    std::vector<std::vector<std::string>> out;
    for (std::string line; std::getline(file, line);)
    {
        if (line.empty() || line[0] == '#')
        {
            continue;
        }
        out.emplace_back();
        std::istringstream fields(line);
        for (std::string field; std::getline(fields, field, ',');)
        {
            out.back().push_back(field);
        }
    }
    return out;
}

TEST(Unwrap, ACapturedWrapOf262144JoulesIsMended)
{
    auto const capture = rows("likwid646_wrap.csv");
    ASSERT_EQ(capture.size(), 2u);
    Unwrap unwrap(Joules(262144.0), Watts(1000.0));
    unwrap.step(Joules(std::stod(capture[0][1])), at(std::stod(capture[0][0])));
    auto const second = unwrap.step(Joules(std::stod(capture[1][1])), at(std::stod(capture[1][0])));
    EXPECT_EQ(second.fault, "");
    EXPECT_NEAR(second.total.value(), 292955.1, 1e-6);
    EXPECT_NEAR(second.total.value() / std::stod(capture[1][0]), 163.2, 0.01);
}

TEST(Unwrap, ACapturedStepBackIsNoWrap)
{
    std::vector<std::pair<double, double>> readings;  // joules, seconds
    for (auto const& row : rows("amdsmi115_energy_backwards.csv"))
    {
        if (row[2] == "0x56254b5cf110")
        {
            readings.emplace_back(std::stod(row[3]) * std::stod(row[4]) * 1e-6, std::stod(row[5]) * 1e-9);
        }
    }
    ASSERT_EQ(readings.size(), 2u);
    for (Joules const range : {Joules{}, Joules(4294967296.0 * 15.3e-6)})
    {
        Unwrap unwrap(range, Watts(3000.0));
        Joules const before = unwrap.step(Joules(readings[0].first), at(readings[0].second)).total;
        auto const back = unwrap.step(Joules(readings[1].first), at(readings[1].second));
        EXPECT_EQ(back.fault, "backward");
        EXPECT_EQ(back.total, before);
        auto const on = unwrap.step(Joules(readings[1].first + 250.0), at(readings[1].second + 1.0));
        EXPECT_EQ(on.fault, "");
        EXPECT_NEAR((on.total - before).value(), 250.0, 1e-9);
    }
}

TEST(Unwrap, ManyWrapsAddUpToTheTruth)
{
    Unwrap unwrap(Joules(1000.0), Watts(500.0));
    double worst = 0.0;
    Joules last(0.0);
    for (int i = 0; i <= 5000; ++i)
    {
        double const truth = 160.0 * 0.5 * i;
        auto const step = unwrap.step(Joules(std::fmod(truth, 1000.0)), at(0.5 * i));
        EXPECT_EQ(step.fault, "");
        EXPECT_GE(step.total, last);
        last = step.total;
        worst = std::max(worst, std::abs(step.total.value() - truth));
    }
    EXPECT_LT(worst, 1e-6);
    EXPECT_GT(last.value(), 399000.0);
}

TEST(Unwrap, ARestartFromZeroIsAResetAndNothingIsInvented)
{
    Unwrap unwrap(Joules(262144.0), Watts(1000.0));
    unwrap.step(Joules(5000.0), at(0.0));
    auto const reset = unwrap.step(Joules(12.0), at(0.1));
    EXPECT_EQ(reset.fault, "reset");
    EXPECT_NEAR(reset.total.value(), 5000.0, 1e-9);
    EXPECT_NEAR(unwrap.step(Joules(28.0), at(0.2)).total.value(), 5016.0, 1e-9);
}

TEST(Unwrap, AnIntervalLongEnoughForAnUnseenWrapIsAGap)
{
    Unwrap unwrap(Joules(262144.0), Watts(1000.0));
    unwrap.step(Joules(1000.0), at(0.0));
    EXPECT_EQ(unwrap.step(Joules(9000.0), at(300.0)).fault, "gap");
    EXPECT_EQ(unwrap.step(Joules(9100.0), at(301.0)).fault, "");
}

TEST(Unwrap, WithoutAKnownRangeAFallInvalidatesItsInterval)
{
    Unwrap unwrap(Joules{}, Watts(1000.0));
    unwrap.step(Joules(262000.0), at(0.0));
    EXPECT_NE(unwrap.step(Joules(16.0), at(1.0)).fault, "");
}

}  // namespace
}  // namespace ghee::power
