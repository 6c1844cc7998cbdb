// The shortest round trip decides, and the truth lies within its half.
#include "campaign/clock_offset.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {
using namespace ghee;
using namespace ghee::campaign;

TEST(ClockComparison, FindsTheOffsetOfTheBestRound)
{
    ClockComparison comparison;
    EXPECT_TRUE(std::isnan(comparison.offset_s()));
    // The other clock shows 1000 ns less. Ways of 400 ns and 200 ns, then 20 ns and 40 ns.
    comparison.add(from_ns(5000), from_ns(4400), from_ns(4500), from_ns(5700));
    EXPECT_NEAR(comparison.offset_s(), 900e-9, 1e-15);
    EXPECT_NEAR(comparison.uncertainty_s(), 300e-9, 1e-15);
    comparison.add(from_ns(6000), from_ns(5020), from_ns(5100), from_ns(6140));
    EXPECT_NEAR(comparison.offset_s(), 1010e-9, 1e-15);
    EXPECT_NEAR(comparison.uncertainty_s(), 30e-9, 1e-15);
    comparison.add(from_ns(7000), from_ns(9000), from_ns(9000), from_ns(12000));
    EXPECT_NEAR(comparison.offset_s(), 1010e-9, 1e-15) << "a slower round must not spoil it";
    EXPECT_EQ(comparison.rounds(), 3);
}
}  // namespace
