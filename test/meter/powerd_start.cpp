// Starting a private daemon: one for all workers of a node, again after a kill, and a reason when it cannot be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <set>

#include "base/error.hpp"
#include "running_daemon.hpp"
#include "sys/host.hpp"

namespace ghee::meter {

namespace {
using namespace test;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::vector<std::string> const quick{"--meters", "estimate", "--linger", "0.2"};

/// A daemon that start_private_daemon left to itself is still this process's child.
bool ends(pid_t pid)
{
    return eventually([&] { return ::waitpid(pid, nullptr, WNOHANG) == pid; });
}

TEST(StartPrivateDaemon, many_workers_at_once_get_one_daemon)
{
    ghee::test::TemporaryFolder const folder;
    std::set<std::string> pids;
    {
        // All are started before the first is waited for.
        std::vector<sys::Pipe> pipes;
        std::vector<sys::Child> workers;
        for (int i = 0; i < 8; ++i)
        {
            pipes.push_back(sys::make_pipe());
            sys::Command command;
            command.argv = {GHEE_COMPANION, "start", GHEE_POWERD, folder.path().string()};
            command.report_fd = pipes.back().write.value();
            workers.emplace_back(command);
            pipes.back().write.reset();
        }
        for (auto& pipe : pipes)
            pids.insert(sys::LineStream(std::move(pipe.read)).read(in(30)).text);
    }
    ASSERT_EQ(pids.size(), 1u) << ::testing::PrintToString(pids);
    // All workers are dead now: it goes by itself.
    pid_t const pid = std::stoi(*pids.begin());
    ASSERT_GT(pid, 0);
    EXPECT_TRUE(eventually(
        [&] { return ::kill(pid, 0) != 0 || sys::read_text("/proc/" + std::to_string(pid) + "/stat").find(") Z ") != std::string::npos; }));
}

TEST(StartPrivateDaemon, finds_the_one_that_is_there)
{
    ghee::test::TemporaryFolder const folder;
    auto const socket = start_private_daemon(GHEE_POWERD, folder.path(), quick);
    std::optional<Client> client(socket);
    EXPECT_TRUE(client->daemon().is_private);
    auto const pid = static_cast<pid_t>(client->daemon().pid);
    EXPECT_NE(::getsid(pid), ::getsid(0)) << "it has a session of its own";
    EXPECT_EQ(start_private_daemon(GHEE_POWERD, folder.path(), quick), socket);
    EXPECT_EQ(Client(socket).daemon().pid, pid);
    client.reset();
    EXPECT_TRUE(ends(pid));
}

TEST(StartPrivateDaemon, makes_its_folder_and_leaves_nothing_behind)
{
    ghee::test::TemporaryFolder const folder;
    auto const own = folder / "own";
    for (int round = 0; round < 2; ++round)
    {
        pid_t pid = 0;
        {
            Client const client(start_private_daemon(GHEE_POWERD, own, quick));
            pid = static_cast<pid_t>(client.daemon().pid);
            EXPECT_EQ(std::filesystem::status(own).permissions(), std::filesystem::perms::owner_all);
            EXPECT_TRUE(std::filesystem::exists(own / ("powerd-" + sys::node_name() + ".log")));
        }
        EXPECT_TRUE(ends(pid));
        EXPECT_FALSE(std::filesystem::exists(own));
    }
}

TEST(StartPrivateDaemon, spares_what_is_not_its_own)
{
    ghee::test::TemporaryFolder const folder;
    auto const own = folder / "own";
    pid_t pid = 0;
    {
        Client const client(start_private_daemon(GHEE_POWERD, own, quick));
        pid = static_cast<pid_t>(client.daemon().pid);
        ghee::test::write_file(own / "letter", "mine");
    }
    EXPECT_TRUE(ends(pid));
    EXPECT_TRUE(std::filesystem::exists(own / "letter"));
}

TEST(StartPrivateDaemon, refuses_a_folder_that_is_open_to_others)
{
    ghee::test::TemporaryFolder const folder;
    std::filesystem::create_directory(folder / "open");
    std::filesystem::permissions(folder / "open", std::filesystem::perms(0755));
    try
    {
        start_private_daemon(GHEE_POWERD, folder / "open", quick);
        FAIL() << "a daemon started where others may write";
    }
    catch (Error const& error)
    {
        EXPECT_THAT(error.what(), HasSubstr("not a folder of this user alone"));
    }
}

TEST(StartPrivateDaemon, replaces_the_socket_of_a_killed_one)
{
    ghee::test::TemporaryFolder const folder;
    auto const socket = start_private_daemon(GHEE_POWERD, folder.path(), quick);
    Client lost(socket);
    auto const first = static_cast<pid_t>(lost.daemon().pid);
    ::kill(first, SIGKILL);
    ASSERT_TRUE(ends(first));
    EXPECT_TRUE(std::filesystem::exists(socket)) << "the stale file is the point of this test";
    EXPECT_THROW(lost.status(), Lost);
    EXPECT_EQ(start_private_daemon(GHEE_POWERD, folder.path(), quick), socket);
    pid_t second = 0;
    {
        Client client(socket);
        second = static_cast<pid_t>(client.daemon().pid);
        EXPECT_NE(second, first);
        EXPECT_TRUE(client.acquire_lease("again", Seconds(0)));
    }
    EXPECT_TRUE(ends(second));
}

std::string failure_to_start(std::filesystem::path const& program, std::filesystem::path const& folder, std::vector<std::string> const& arguments)
{
    try
    {
        start_private_daemon(program, folder, arguments);
        return "started";
    }
    catch (Error const& error)
    {
        return error.what();
    }
}

TEST(StartPrivateDaemon, says_why_it_cannot_with_the_log_and_its_last_line)
{
    ghee::test::TemporaryFolder const folder;
    EXPECT_THAT(
        failure_to_start(GHEE_POWERD, folder.path(), {"--meters", "tea-leaves"}),
        AllOf(HasSubstr("exited with code 2"), HasSubstr("no meter 'tea-leaves'"), HasSubstr((folder / "powerd-").string()), HasSubstr(".log")));
    EXPECT_THAT(failure_to_start(folder / "nothing", folder.path(), {}), HasSubstr("cannot start"));
    EXPECT_THAT(failure_to_start("/bin/true", folder.path(), {}), AllOf(HasSubstr("exited with code 0"), HasSubstr("it said nothing")));
}

TEST(StartPrivateDaemon, goes_elsewhere_when_the_folder_s_name_is_too_long_for_a_socket)
{
    ghee::test::TemporaryFolder const folder;
    auto const deep = folder / std::string(120, 'd');
    auto const socket = start_private_daemon(GHEE_POWERD, deep, quick);
    EXPECT_LT(socket.native().size(), 108u);
    EXPECT_EQ(start_private_daemon(GHEE_POWERD, deep, quick), socket);
    pid_t pid = 0;
    {
        Client const client(socket);
        pid = static_cast<pid_t>(client.daemon().pid);
    }
    EXPECT_TRUE(ends(pid));
    EXPECT_FALSE(std::filesystem::exists(socket.parent_path()));
}

TEST(FindDaemon, takes_the_one_that_was_named)
{
    ASSERT_EQ(::setenv("GHEE_POWERD_SOCKET", "/somewhere/else.sock", 1), 0);
    EXPECT_EQ(find_daemon(), "/somewhere/else.sock");
    ASSERT_EQ(::unsetenv("GHEE_POWERD_SOCKET"), 0);
    if (std::filesystem::exists(system_socket))
        GTEST_SKIP() << "this node has a daemon";
    EXPECT_EQ(find_daemon(), std::nullopt);
}
}  // namespace

}  // namespace ghee::meter
