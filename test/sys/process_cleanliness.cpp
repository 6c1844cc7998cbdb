// What a child gets from us, and what it must not get.
#include <fcntl.h>
#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "base/error.hpp"
#include "started.hpp"
#include "support/command.hpp"
#include "sys/affinity.hpp"

namespace ghee::sys {
namespace {

using namespace test;
using testing::Contains;
using testing::Not;
using testing::StartsWith;

TEST(ProcessCleanliness, OnlyTheStandardThreeAndTheReportAreOpen)
{
    // Descriptors of ours that would be inherited, in the way of the child's numbers and far above them.
    UniqueFd const low(::open("/dev/null", O_RDONLY));
    UniqueFd const high(::fcntl(low.value(), F_DUPFD, 200));
    ASSERT_TRUE(low && high);
    EXPECT_EQ(Started(child_that({"descriptors"})).line(), "0 1 2 3");
}

TEST(ProcessCleanliness, TheReportMayAlreadyHaveAnyNumber)
{
    // Among them the very number the child will know it by.
    for (int const number : {3, 4, 100})
    {
        Pipe pipe = make_pipe();
        UniqueFd const before(::dup(number));
        Command command = child_that({"descriptors"});
        ASSERT_GE(::dup2(pipe.write.value(), number), 0);
        command.report_fd = number;
        Child child(command);
        if (before)
            ::dup2(before.value(), number);
        else
            ::close(number);
        pipe.write.reset();
        LineStream report(std::move(pipe.read));
        EXPECT_EQ(report.read(patience()).text, "0 1 2 3") << number;
        EXPECT_TRUE(child.wait().ok());
    }
}

TEST(ProcessCleanliness, WithoutAReportThereIsNoThirdDescriptor)
{
    ::setenv("GHEE_FD", "77", 1);
    Command command = child_that({"descriptors"});
    // Descriptor 77 is not open in the child and GHEE_FD not set: its write fails, whatever we have in our environment.
    EXPECT_EQ(Child(command).wait().code, 99);
    ::unsetenv("GHEE_FD");
}

TEST(ProcessCleanliness, NoSignalIsBlockedOrIgnored)
{
    auto const before = std::signal(SIGPIPE, SIG_IGN);
    sigset_t blocked, old;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGUSR1);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &old);
    auto const odd = Started(child_that({"signals"})).line();
    sigset_t after;
    ::pthread_sigmask(SIG_SETMASK, &old, &after);
    std::signal(SIGPIPE, before);
    EXPECT_EQ(odd, "odd:");
    EXPECT_TRUE(::sigismember(&after, SIGUSR1)) << "our own mask is as it was";
}

TEST(ProcessCleanliness, ItDiesWithItsParentAndLeadsItsGroup)
{
    EXPECT_EQ(Started(child_that({"ties"})).line(), std::to_string(SIGKILL) + " own");
    Command daemon = child_that({"ties"});
    daemon.die_with_parent = false;
    daemon.new_session = true;
    EXPECT_EQ(Started(daemon).line(), "0 own");
}

TEST(ProcessCleanliness, TheLaunchersVariablesStayWithUs)
{
    for (char const* name : {"PMIX_RANK", "OMPI_COMM_WORLD_RANK", "PMI_FD", "PRTE_MCA_x", "GHEE_TEST_KEPT", "GHEE_TEST_UNSET"})
        ::setenv(name, "1", 1);
    Command command = child_that({"environment"});
    command.environment.set = {{"GHEE_TEST_SET", "a b=c"}, {"GHEE_TEST_KEPT", "2"}};
    command.environment.unset = {"GHEE_TEST_UNSET"};
    Started child(command);
    std::vector<std::string> seen;
    for (auto line = child.line(); line; line = child.line())
        seen.push_back(*line);
    for (char const* name : {"PMIX_RANK", "OMPI_COMM_WORLD_RANK", "PMI_FD", "PRTE_MCA_x", "GHEE_TEST_KEPT", "GHEE_TEST_UNSET"})
        ::unsetenv(name);
    for (char const* key : {"PMIX_", "OMPI_", "PMI_", "PRTE_", "GHEE_TEST_UNSET", "GHEE_TEST_KEPT=1"})
        EXPECT_THAT(seen, Not(Contains(StartsWith(key))));
    EXPECT_THAT(seen, Contains("GHEE_TEST_SET=a b=c"));
    EXPECT_THAT(seen, Contains("GHEE_TEST_KEPT=2"));
    EXPECT_THAT(seen, Contains("GHEE_FD=3"));
    EXPECT_THAT(seen, Contains(StartsWith("PATH=")));
}

TEST(ProcessCleanliness, ItRunsOnTheCpusItWasGiven)
{
    auto const allowed = allowed_cpus();
    Command command = child_that({"cpus"});
    command.cpus = {allowed.back()};
    EXPECT_EQ(Started(command).line(), std::to_string(allowed.back()));
}

TEST(ProcessCleanliness, CpusThatAreNotOursAreRefused)
{
    Command command = child_that({"cpus"});
    command.cpus = {100000};
    EXPECT_THROW(Child{command}, Error);
}

TEST(ProcessCleanliness, OutputGoesToAFileAndIsAppended)
{
    ghee::test::TemporaryFolder const folder;
    auto const log = folder / "output.log";
    Command command = child_that({"talk"});
    command.output = log;
    EXPECT_TRUE(Child(command).wait().ok());
    EXPECT_EQ(read_text(log), "to stdout\nto stderr\n");
    EXPECT_TRUE(Child(command).wait().ok());
    EXPECT_EQ(read_text(log), "to stdout\nto stderr\nto stdout\nto stderr\n");
}

TEST(ProcessCleanliness, MemoryBeyondTheLimitIsNotGiven)
{
    Command command = child_that({"allocate", "200"});
    EXPECT_TRUE(Child(command).wait().ok());
    command.memory_limit_bytes = std::int64_t{100} << 20;
    EXPECT_EQ(Child(command).wait().code, 42);
    command.argv.back() = "50";
    EXPECT_TRUE(Child(command).wait().ok());
}

TEST(ProcessCleanliness, ItRunsWhereItIsTold)
{
    auto const folder = std::filesystem::canonical(std::filesystem::temp_directory_path());
    Command command;
    command.argv = {"sh", "-c", "pwd -P >&3"};
    command.directory = folder;
    EXPECT_EQ(Started(command).line(), folder.string());
    command.directory = "/no/such/folder";
    EXPECT_THROW(Child{command}, Error);
}

}  // namespace
}  // namespace ghee::sys
