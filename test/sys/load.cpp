// Busy time of the node: the documented columns, and the real file.
#include "sys/load.hpp"

#include <unistd.h>

#include <gtest/gtest.h>

#include "support/command.hpp"

namespace ghee::sys {
namespace {

TEST(Load, BusyTimeIsUserNiceSystemAndInterruptsButNeverIdleWaitOrSteal)
{
    test::TemporaryFolder const proc;
    test::write_file(proc / "stat", "cpu  100 20 3 50000 7000 400 5 60000 9 9\ncpu0 1 1 1 1 1 1 1 1 1 1\n");
    auto const busy = node_busy_time(proc.path());
    ASSERT_TRUE(busy);
    EXPECT_DOUBLE_EQ(busy->count(), 528.0 / static_cast<double>(::sysconf(_SC_CLK_TCK)));
}

TEST(Load, ATornOrMissingFileSaysNothing)
{
    test::TemporaryFolder const proc;
    EXPECT_FALSE(node_busy_time(proc.path()));
    test::write_file(proc / "stat", "cpu 1 2 3");
    EXPECT_FALSE(node_busy_time(proc.path()));
    test::write_file(proc / "stat", "intr 1 2 3 4 5 6 7 8");
    EXPECT_FALSE(node_busy_time(proc.path()));
}

TEST(Load, TheRealFileNeverRunsBackward)
{
    auto const first = node_busy_time(), second = node_busy_time();
    ASSERT_TRUE(first && second);
    EXPECT_GE(second->count(), first->count());
}

}  // namespace
}  // namespace ghee::sys
