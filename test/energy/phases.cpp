// Marks become windows.
#include <gtest/gtest.h>

#include "traces.hpp"

namespace ghee::energy::test {
namespace {

TEST(Phases, ACommandThatSaysNothingIsOnePhase)
{
    auto const phases = phases_of({}, window(1, 9));
    ASSERT_EQ(phases.size(), 1u);
    EXPECT_EQ(phases[0].name, "whole");
    EXPECT_EQ(phases[0].windows.at(0).begin, at(1));
    EXPECT_EQ(phases[0].windows.at(0).end, at(9));
}

TEST(Phases, EveryPhaseCollectsItsWindowsAndTheLastEndsWithTheRun)
{
    std::vector<Mark> const marks{{"setup", at(1)}, {"train", at(2)}, {"evaluate", at(4)}, {"train", at(5)}, {"train", at(6)}, {"evaluate", at(8)}};
    auto const phases = phases_of(marks, window(0.5, 9));
    ASSERT_EQ(phases.size(), 4u);
    EXPECT_EQ(phases[2].name, "train");
    ASSERT_EQ(phases[2].windows.size(), 2u);
    EXPECT_EQ(phases[2].windows[1].begin, at(5));
    EXPECT_EQ(phases[2].windows[1].end, at(8));
    EXPECT_EQ(phases[3].windows.back().end, at(9));
}

TEST(Phases, MarksOutsideTheRunAreClippedAndPhasesWithoutLengthLeftOut)
{
    std::vector<Mark> const marks{{"setup", at(0)}, {"flash", at(3)}, {"train", at(3)}, {"late", at(20)}};
    auto const phases = phases_of(marks, window(1, 9));
    ASSERT_EQ(phases.size(), 3u);
    EXPECT_EQ(phases[1].windows[0].begin, at(1));
    EXPECT_EQ(phases[2].name, "train");
    EXPECT_EQ(phases[2].windows[0].end, at(9));
}

}  // namespace
}  // namespace ghee::energy::test
