// Real sockets: who may listen, who called.
#include "sys/unix_socket.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "base/error.hpp"
#include "started.hpp"

namespace ghee::sys {
namespace {

using namespace test;
namespace fs = std::filesystem;

/// A short path: sockets have room for 107 bytes.
fs::path fresh_socket(std::string const& name)
{
    auto const path = fs::temp_directory_path() / ("ghee-test-" + std::to_string(::getpid()) + "-" + name);
    fs::remove(path);
    return path;
}

TEST(UnixSocket, CallerAndListenerTalkAndKnowEachOther)
{
    Listener listener(fresh_socket("talk"));
    auto caller = connect_to(listener.path(), Seconds(5));
    ASSERT_TRUE(caller) << caller.refusal;
    auto accepted = listener.accept(patience());
    ASSERT_TRUE(accepted);
    Peer const peer = peer_of(accepted->value());
    EXPECT_EQ(peer.pid, ::getpid());
    EXPECT_EQ(peer.uid, ::getuid());
    EXPECT_EQ(peer.gid, ::getgid());
    LineStream here(std::move(caller.fd)), there(*std::move(accepted));
    EXPECT_EQ(here.write("hello", patience()), LineState::line);
    EXPECT_EQ(there.read(patience()).text, "hello");
    EXPECT_EQ(there.write("yourself", patience()), LineState::line);
    EXPECT_EQ(here.read(patience()).text, "yourself");
}

TEST(UnixSocket, NobodyCallsUntilTheDeadline)
{
    Listener listener(fresh_socket("quiet"));
    EXPECT_FALSE(listener.accept(in(0.01)));
    EXPECT_FALSE(listener.accept(in(-1))) << "a deadline in the past asks once";
}

TEST(UnixSocket, ThePermissionsAreThoseAskedFor)
{
    Listener const listener(fresh_socket("mode"), 0640);
    struct stat facts{};
    ASSERT_EQ(::stat(listener.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0640u);
}

TEST(UnixSocket, ASecondListenerIsRefusedAndTheFirstLivesOn)
{
    Listener first(fresh_socket("twice"));
    EXPECT_THROW(Listener{first.path()}, Error);
    EXPECT_TRUE(connect_to(first.path(), Seconds(1)));
}

TEST(UnixSocket, ADeadListenersFileIsTakenOver)
{
    auto const path = fresh_socket("dead");
    {
        Listener gone(path);
        fs::rename(path, path.string() + ".kept");
    }
    fs::rename(path.string() + ".kept", path);
    ASSERT_TRUE(fs::exists(path));
    auto const refused = connect_to(path, Seconds(0));
    EXPECT_FALSE(refused);
    EXPECT_EQ(refused.refusal, "Connection refused");
    Listener const heir(path);
    EXPECT_TRUE(connect_to(path, Seconds(1)));
}

TEST(UnixSocket, WhatIsNoSocketIsLeftAlone)
{
    auto const path = fresh_socket("file");
    publish_text(path, "precious");
    EXPECT_THROW(Listener{path}, Error);
    EXPECT_EQ(read_text(path), "precious");
    fs::remove(path);
    fs::remove(path.string() + ".lock");
}

TEST(UnixSocket, TheFileGoesWithTheListener)
{
    auto const path = fresh_socket("goes");
    {
        Listener const listener(path);
        EXPECT_TRUE(fs::exists(path));
    }
    EXPECT_FALSE(fs::exists(path));
    EXPECT_FALSE(fs::exists(path.string() + ".lock"));
    auto const none = connect_to(path, Seconds(0));
    EXPECT_EQ(none.refusal, "No such file or directory");
}

TEST(UnixSocket, ATooLongPathIsAnErrorWithTheBound)
{
    EXPECT_THROW(Listener{"/tmp/" + std::string(200, 'x')}, Error);
    EXPECT_THROW(connect_to("/tmp/" + std::string(200, 'x'), Seconds(0)), Error);
}

TEST(UnixSocket, AFullQueueOfCallersIsWaitedForUntilTheTimeout)
{
    Listener listener(fresh_socket("queue"));
    ASSERT_EQ(::listen(listener.fd(), 0), 0);
    auto const first = connect_to(listener.path(), Seconds(0));
    ASSERT_TRUE(first);
    auto const second = connect_to(listener.path(), Seconds(0.02));
    EXPECT_EQ(second.refusal, "Resource temporarily unavailable");
    std::thread acceptor([&] { (void)listener.accept(patience()); });
    EXPECT_TRUE(connect_to(listener.path(), Seconds(30)));
    acceptor.join();
}

}  // namespace
}  // namespace ghee::sys
