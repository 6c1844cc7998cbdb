// One line: problem (why) suggestion.
#include "base/error.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace {
using namespace ghee;

TEST(Error, ReadsAsProblemWhySuggestion)
{
    EXPECT_STREQ(Error("a", "b", "c").what(), "a (b) c");
    EXPECT_STREQ(Error("a").what(), "a");
    EXPECT_STREQ(Error("a", {}, "c").what(), "a c");
    EXPECT_EQ(Error("a").code(), ExitCode::failed);
    EXPECT_EQ(UsageError("a").code(), ExitCode::usage);
    EXPECT_EQ(path_error("a", ENOENT).code(), ExitCode::usage);
    EXPECT_EQ(path_error("a", EACCES).code(), ExitCode::usage);
    EXPECT_EQ(path_error("a", ENOSPC).code(), ExitCode::failed);
    EXPECT_EQ(path_error("a", EIO).code(), ExitCode::failed);
    EXPECT_STREQ(path_error("a", ENOENT, "b").what(), "a (No such file or directory) b");
}
}  // namespace
