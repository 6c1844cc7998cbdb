// Processes killed in the middle, and broken clients, against the real daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "running_daemon.hpp"

namespace ghee::meter {

namespace {
using namespace test;
using ::testing::HasSubstr;

bool serves(RunningDaemon const& daemon)
{
    Client client = daemon.client();
    bool const held = client.acquire_lease("proof", Seconds(10));
    return held && client.trace(in(-0.1), in(0)).size() == 1;
}

TEST(PowerdFaults, a_client_killed_with_the_lease_makes_room_for_the_next)
{
    RunningDaemon const daemon;
    ReadyChild holder({GHEE_COMPANION, "hold", daemon.socket().string(), "doomed"});
    ASSERT_NE(holder.said(), "");
    Client next = daemon.client();
    ASSERT_FALSE(next.acquire_lease("next", Seconds(0)));
    EXPECT_EQ(next.lease_holder()->run, "doomed");
    EXPECT_EQ(next.lease_holder()->pid, holder.pid());
    auto waiting = std::async(std::launch::async, [&] { return next.acquire_lease("next", Seconds(30)); });
    Client observer = daemon.client();
    ASSERT_TRUE(eventually([&] { return observer.status().waiting == 1; }));
    holder.kill();
    auto const killed = monotonic_clock().now();
    EXPECT_TRUE(waiting.get());
    EXPECT_LT(Seconds(monotonic_clock().now() - killed), Seconds(5));
    EXPECT_EQ(observer.status().holder->run, "next");
}

/// Kills the daemon while `wait` waits for it; how long that goes on waiting.
template<class Wait>
Seconds time_until_lost(RunningDaemon& daemon, Wait const& wait)
{
    auto waiting = std::async(std::launch::async,
                              [&]
                              {
                                  try
                                  {
                                      wait();
                                  }
                                  catch (Lost const& lost)
                                  {
                                      EXPECT_THAT(lost.what(), HasSubstr("hung up"));
                                      return monotonic_clock().now();
                                  }
                                  ADD_FAILURE() << "an answer of a dead daemon";
                                  return Instant{};
                              });
    EXPECT_EQ(waiting.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout) << "it waits";
    auto const killed = monotonic_clock().now();
    daemon.process().kill();
    return waiting.get() - killed;
}

TEST(PowerdFaults, a_killed_daemon_is_noticed_at_once_by_who_waits_for_the_lease)
{
    RunningDaemon daemon;
    Client holder = daemon.client(), next = daemon.client();
    ASSERT_TRUE(holder.acquire_lease("a", Seconds(0)));
    EXPECT_LT(time_until_lost(daemon, [&] { next.acquire_lease("b", Seconds(60)); }), Seconds(2));
    EXPECT_THROW(holder.release_lease(), Lost);
    EXPECT_NO_THROW(holder.release_lease()) << "there is nothing left to release";
}

TEST(PowerdFaults, a_killed_daemon_is_noticed_at_once_by_who_waits_for_a_trace)
{
    RunningDaemon daemon;
    Client client = daemon.client();
    EXPECT_LT(time_until_lost(daemon, [&] { client.trace(in(0), in(30)); }), Seconds(2));
    EXPECT_THROW(client.trace(in(-1), in(0)), Lost);
    EXPECT_THROW(daemon.client(), Lost);
}

TEST(PowerdFaults, fifty_clients_at_once_are_served)
{
    RunningDaemon const daemon;
    std::vector<std::future<bool>> clients;
    for (int i = 0; i < 50; ++i)
        clients.push_back(std::async(std::launch::async, [&] { return serves(daemon); }));
    for (auto& client : clients)
        EXPECT_TRUE(client.get());
}

TEST(PowerdFaults, broken_clients_do_not_end_it)
{
    RunningDaemon daemon;
    {
        RawPeer half(daemon.socket()), endless(daemon.socket()), garbage(daemon.socket()), other(daemon.socket());
        half.send("{\"type\":\"hel");
        endless.send(std::string(longest_request * 2, 'x'));
        garbage.send("\x01\x02\xff\n\n\n");
        other.send("{\"type\":\"hello\",\"protocols\":[77]}\n");
        EXPECT_THAT(endless.read(), HasSubstr("malformed"));
        EXPECT_THAT(garbage.read(), HasSubstr("malformed"));
        EXPECT_THAT(other.read(), HasSubstr("protocol"));
        EXPECT_TRUE(serves(daemon));
    }
    EXPECT_TRUE(serves(daemon));
    EXPECT_FALSE(daemon.process().child().wait_until(in(0)));
    EXPECT_THAT(daemon.log(), HasSubstr("longer than 16384 bytes"));
}

/// kB of memory in use.
[[maybe_unused]] long resident_kb(pid_t pid)
{
    auto const status = sys::read_text("/proc/" + std::to_string(pid) + "/status");
    return std::stol(status.substr(status.find("VmRSS:") + 6));
}

TEST(PowerdFaults, clients_that_never_read_cost_neither_memory_nor_time)
{
    RunningDaemon daemon;
    ASSERT_TRUE(serves(daemon));
    [[maybe_unused]] long const before = resident_kb(daemon.process().pid());
    std::vector<std::unique_ptr<RawPeer>> lazy;
    for (int i = 0; i < 20; ++i)
    {
        lazy.push_back(std::make_unique<RawPeer>(daemon.socket()));
        ASSERT_TRUE(lazy.back()->say_hello());
        std::string many;
        for (int k = 0; k < 400; ++k)
            many += "{\"type\":\"status\"}\n";
        for (int k = 0; k < 60; ++k)
            lazy.back()->send(many);
    }
    for (int i = 0; i < 10; ++i)
    {
        auto const asked = monotonic_clock().now();
        EXPECT_TRUE(serves(daemon));
        EXPECT_LT(Seconds(monotonic_clock().now() - asked), Seconds(3));
    }
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they keep what was freed
    EXPECT_LT(resident_kb(daemon.process().pid()) - before, 20 * 1024);
#endif
}
}  // namespace

}  // namespace ghee::meter
