// How children end, and how they are ended.
#include "sys/process.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <thread>

#include "base/error.hpp"
#include "started.hpp"

namespace ghee::sys {
namespace {

using namespace test;

/// Waits until no living process has this number (a zombie that init has not collected counts as gone).
bool gone_by(pid_t pid, Instant deadline)
{
    while (monotonic_clock().now() < deadline)
    {
        auto const stat = find_text("/proc/" + std::to_string(pid) + "/stat");
        if (!stat || stat->find(") Z") != std::string::npos)
            return true;
        std::this_thread::yield();
    }
    return false;
}

bool gone(pid_t pid) { return gone_by(pid, patience()); }

TEST(Process, AnExitCodeComesBackAsItWas)
{
    Exit const exit = Child(child_that({"exit", "7"})).wait();
    EXPECT_EQ(exit.code, 7);
    EXPECT_FALSE(exit.signal);
    EXPECT_FALSE(exit.ok());
    EXPECT_FALSE(exit.killed_by_us);
    EXPECT_EQ(exit.describe(), "exited with code 7");
    EXPECT_TRUE(Child(child_that({"exit", "0"})).wait().ok());
}

TEST(Process, ACrashIsASignalNotACode)
{
    Exit const exit = Child(child_that({"crash"})).wait();
    EXPECT_FALSE(exit.code);
    EXPECT_EQ(exit.signal, SIGSEGV);
    EXPECT_EQ(exit.describe(), "killed by signal 11 (SIGSEGV)");
}

TEST(Process, ADeadlineReturnsWhileTheChildStillRuns)
{
    Started hanging(child_that({"hang"}));
    ASSERT_EQ(hanging.line(), "ready");
    EXPECT_FALSE(hanging.child.wait_until(in(0.02)));
    Exit const exit = hanging.child.terminate(Seconds(30));
    EXPECT_EQ(exit.signal, SIGTERM);
    EXPECT_TRUE(exit.killed_by_us);
    EXPECT_EQ(exit.describe(), "stopped by us with signal 15 (SIGTERM)");
}

TEST(Process, AChildThatIgnoresSigtermIsKilledAfterTheGrace)
{
    Started stubborn(child_that({"stubborn"}));
    ASSERT_EQ(stubborn.line(), "ready");
    Exit const exit = stubborn.child.terminate(Seconds(0.05));
    EXPECT_EQ(exit.signal, SIGKILL);
    EXPECT_EQ(exit.describe(), "stopped by us with signal 9 (SIGKILL)");
}

TEST(Process, AStoppedChildIsTerminatedWithoutWaitingForTheGrace)
{
    Started stopped(child_that({"hang"}));
    ASSERT_EQ(stopped.line(), "ready");
    stopped.child.signal_group(SIGSTOP);
    EXPECT_EQ(stopped.child.terminate(Seconds(30)).signal, SIGTERM);
}

TEST(Process, AKillFromOutsideIsToldFromOurs)
{
    Started hanging(child_that({"hang"}));
    ASSERT_EQ(hanging.line(), "ready");
    ::kill(hanging.child.pid(), SIGKILL);
    auto const exit = hanging.child.wait_until(patience());
    ASSERT_TRUE(exit);
    EXPECT_FALSE(exit->killed_by_us);
    EXPECT_EQ(exit->describe(), "killed by signal 9 (SIGKILL), not by us: out of memory?");
}

TEST(Process, WhatAChildLeavesBehindDiesWithIt)
{
    Started parent(child_that({"grandchild"}));
    auto const grandchild = parent.line();
    ASSERT_TRUE(grandchild);
    EXPECT_TRUE(parent.child.wait().ok());
    EXPECT_TRUE(gone(static_cast<pid_t>(std::stol(*grandchild))));
}

TEST(Process, DroppingAChildKillsItAndItsChildren)
{
    pid_t child = 0, grandchild = 0;
    {
        Started parent(child_that({"grandchild_and_hang"}));
        grandchild = static_cast<pid_t>(std::stol(parent.line().value()));
        ASSERT_EQ(parent.line(), "ready");
        child = parent.child.pid();
    }
    EXPECT_TRUE(gone(child));
    EXPECT_TRUE(gone(grandchild));
}

TEST(Process, WhatAChildStartedDiesWhenItsParentIsKilled)
{
    Pipe told = make_pipe();
    pid_t const worker = ::fork();
    if (worker == 0)
    {
        // As a worker rank: it has a child that is a shell, which has a child of its own, and gets no chance to tidy up.
        Command command;
        command.argv = {"/bin/sh", "-c", "sleep 1000 & echo $! >&$GHEE_FD; wait"};
        command.report_fd = told.write.value();
        Child child(command);
        for (;;)
            ::pause();
    }
    ASSERT_GT(worker, 0);
    told.write.reset();
    LineStream lines(std::move(told.read));
    auto const sleeper = lines.read(patience());
    std::string const folder = "/proc/" + std::to_string(worker) + "/task/" + std::to_string(worker) + "/children";
    std::istringstream family(find_text(folder).value_or(""));
    ::kill(worker, SIGKILL);
    while (::waitpid(worker, nullptr, 0) < 0 && errno == EINTR)
    {
    }
    ASSERT_EQ(sleeper.state, LineState::line);
    EXPECT_TRUE(gone(static_cast<pid_t>(std::stol(sleeper.text))));
    for (pid_t member = 0; family >> member;)
        EXPECT_TRUE(gone(member)) << "the child or its watch";
}

TEST(Process, NothingOfItsWatchIsLeftWhenAChildHasEnded)
{
    EXPECT_TRUE(Child(child_that({"exit", "0"})).wait().ok());
    {
        Started const dropped(child_that({"hang"}));
    }
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
}

TEST(Process, AWatchSleepsAndIsNobodysGroupMember)
{
    Started hanging(child_that({"hang"}));
    ASSERT_EQ(hanging.line(), "ready");
    std::istringstream family(find_text("/proc/thread-self/children").value_or(""));
    int watches = 0;
    for (pid_t member = 0; family >> member;)
    {
        if (member == hanging.child.pid())
            continue;
        ++watches;
        // Asleep in the end, whatever it takes to get there.
        auto const asleep = [member]
        { return find_text("/proc/" + std::to_string(member) + "/stat").value_or("").find("(sh) S") != std::string::npos; };
        auto const deadline = patience();
        while (!asleep() && monotonic_clock().now() < deadline)
            std::this_thread::yield();
        EXPECT_TRUE(asleep());
        EXPECT_EQ(::getpgid(member), member);
        EXPECT_EQ(::getsid(member), member);
        EXPECT_FALSE(::kill(member, SIGTERM));
        EXPECT_FALSE(gone_by(member, in(0.05))) << "a signal to the whole job does not end it before us";
    }
    EXPECT_EQ(watches, 1);
}

TEST(Process, WaitingTwiceGivesTheSameAnswer)
{
    Child child(child_that({"exit", "3"}));
    EXPECT_EQ(child.wait().code, 3);
    EXPECT_EQ(child.wait().code, 3);
    EXPECT_EQ(child.wait_until(in(0))->code, 3);
    EXPECT_EQ(child.terminate(Seconds(0)).code, 3);
}

TEST(Process, UsageIsTheChildsOwn)
{
    Exit const exit = Child(child_that({"allocate", "64"})).wait();
    ASSERT_TRUE(exit.ok());
    EXPECT_GE(exit.max_rss_bytes, 64 << 20);
    EXPECT_GT(exit.user.count() + exit.system.count(), 0.0);
    EXPECT_LT(exit.user.count() + exit.system.count(), 30.0);
}

TEST(Process, AMissingProgramIsAnErrorThatNamesIt)
{
    for (std::string const program : {"/no/such/program", "no-such-program-in-path", "/etc/passwd"})
    {
        Command command;
        command.argv = {program};
        try
        {
            Child const child(command);
            ADD_FAILURE() << program << " was started";
        }
        catch (Error const& error)
        {
            EXPECT_NE(std::string(error.what()).find(program), std::string::npos) << error.what();
        }
    }
}

TEST(Process, ManyThreadsStartChildrenAtOnce)
{
    std::vector<std::thread> threads;
    std::vector<int> codes(8, -1);
    for (int i = 0; i < 8; ++i)
        threads.emplace_back(
            [i, &codes]
            {
                for (int again = 0; again < 5; ++again)
                {
                    auto const exit = Child(child_that({"exit", std::to_string(i)})).wait();
                    codes[static_cast<std::size_t>(i)] = exit.code.value_or(-2);
                }
            });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(codes, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
}

}  // namespace
}  // namespace ghee::sys
