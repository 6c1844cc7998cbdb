// Only products that exist compile.
#include "base/quantity.hpp"

#include <concepts>

#include <gtest/gtest.h>

namespace {
using namespace ghee;

template<class A, class B>
concept Multiplies = requires(A a, B b) { a* b; };
template<class A, class B>
concept Adds = requires(A a, B b) { a + b; };

static_assert(Multiplies<Watts, Seconds> && Multiplies<Seconds, Watts>);
static_assert(!Multiplies<Watts, Watts> && !Multiplies<Joules, Seconds> && !Multiplies<Watts, Joules>);
static_assert(Adds<Joules, Joules> && !Adds<Joules, Watts> && !Adds<Joules, double>);
static_assert(!std::convertible_to<double, Watts> && !std::convertible_to<Watts, double>);

TEST(Quantity, WattsTimesSecondsAreJoules)
{
    EXPECT_EQ((Watts(100) * Seconds(3)).value(), 300.0);
    EXPECT_EQ((Joules(300) / Seconds(3)).value(), 100.0);
    EXPECT_EQ((Joules(300) / Watts(100)).count(), 3.0);
}

TEST(Quantity, AnUnsetQuantityIsUndefinedNotZero)
{
    EXPECT_FALSE(Joules().defined());
    EXPECT_TRUE(Joules(0).defined());
    EXPECT_FALSE((Joules() + Joules(1)).defined());
}
}  // namespace
