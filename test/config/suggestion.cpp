// The nearest name, only where it is near.
#include "config/suggestion.hpp"

#include <gtest/gtest.h>

namespace {
using namespace ghee::config;

TEST(Suggestion, CountsEdits)
{
    EXPECT_EQ(edit_distance("epochs", "epochs"), 0);
    EXPECT_EQ(edit_distance("epohcs", "epochs"), 1);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
    EXPECT_EQ(edit_distance("", "abc"), 3);
}

TEST(Suggestion, IsOnlyMadeForASlip)
{
    std::string_view const known[] = {"dataset", "depth", "device", "l1", "l2"};
    EXPECT_EQ(did_you_mean("datset", known), "did you mean 'dataset'?");
    EXPECT_EQ(did_you_mean("dept", known), "did you mean 'depth'?");
    EXPECT_EQ(did_you_mean("temperature", known), "");
    EXPECT_EQ(did_you_mean(std::string(10'000, 'x'), known), "");
}
}  // namespace
