// One line: problem (why) suggestion.
#include "base/error.hpp"

#include <gtest/gtest.h>

namespace {
using namespace ghee;

TEST(Error, ReadsAsProblemWhySuggestion)
{
    EXPECT_STREQ(Error("a", "b", "c").what(), "a (b) c");
    EXPECT_STREQ(Error("a").what(), "a");
    EXPECT_STREQ(Error("a", {}, "c").what(), "a c");
    EXPECT_EQ(Error("a").code(), ExitCode::failed);
    EXPECT_EQ(UsageError("a").code(), ExitCode::usage);
}
}  // namespace
