// Server and client together over a real socket: lease, trace, coming and going.
#include "meter/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <future>

#include "base/version.hpp"
#include "running_server.hpp"

namespace ghee::meter {

namespace {
using namespace test;
using ::testing::HasSubstr;

TEST(Server, says_who_it_is_what_it_measures_and_what_is_absent_and_why)
{
    RunningServer const server;
    Client const client = server.client();
    Daemon const& daemon = client.daemon();
    EXPECT_EQ(daemon.version, version());
    EXPECT_EQ(daemon.pid, ::getpid());
    EXPECT_FALSE(daemon.is_private);
    EXPECT_EQ(daemon.channels, server.feed().channels());
    EXPECT_EQ(daemon.absent, server.feed().absent());
}

TEST(Server, grants_the_lease_to_one_client_at_a_time_and_names_the_holder)
{
    RunningServer const server;
    Client first = server.client(), second = server.client();
    EXPECT_TRUE(first.acquire_lease("run-1", Seconds(0)));
    EXPECT_FALSE(second.acquire_lease("run-2", Seconds(0)));
    ASSERT_TRUE(second.lease_holder());
    EXPECT_EQ(second.lease_holder()->run, "run-1");
    EXPECT_EQ(second.lease_holder()->pid, ::getpid());
    first.release_lease();
    first.release_lease();
    EXPECT_TRUE(second.acquire_lease("run-2", Seconds(0)));
}

TEST(Server, passes_the_lease_on_in_order_of_asking_when_its_holder_hangs_up)
{
    RunningServer const server;
    std::optional<Client> holder = server.client();
    ASSERT_TRUE(holder->acquire_lease("run-0", Seconds(0)));
    std::vector<std::future<void>> others;
    std::mutex guard;
    std::vector<int> order;
    for (int i = 1; i <= 3; ++i)
    {
        others.push_back(std::async(std::launch::async,
                                    [&, i]
                                    {
                                        Client client = server.client();
                                        EXPECT_TRUE(client.acquire_lease("run-" + std::to_string(i), Seconds(30)));
                                        std::lock_guard const lock(guard);
                                        order.push_back(i);
                                    }));
        Client observer = server.client();
        ASSERT_TRUE(eventually([&] { return observer.status().waiting == i; }));
    }
    holder.reset();
    for (auto& other : others)
        other.get();
    EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(Server, answers_no_when_the_patience_has_run_out_and_not_before)
{
    RunningServer const server;
    Client first = server.client(), second = server.client();
    ASSERT_TRUE(first.acquire_lease("a", Seconds(0)));
    auto const asked = monotonic_clock().now();
    EXPECT_FALSE(second.acquire_lease("b", Seconds(0.2)));
    EXPECT_GE(Seconds(monotonic_clock().now() - asked), Seconds(0.2));
    EXPECT_EQ(second.status().waiting, 0);
}

TEST(Server, tells_its_status)
{
    RunningServer const server;
    Client client = server.client(), other = server.client();
    ASSERT_TRUE(client.acquire_lease("night-shift", Seconds(0)));
    Status const status = other.status();
    EXPECT_EQ(status.pid, ::getpid());
    EXPECT_EQ(status.clients, 2);
    EXPECT_EQ(status.samples, 1234);
    EXPECT_EQ(status.misses, 5);
    ASSERT_TRUE(status.holder);
    EXPECT_EQ(status.holder->run, "night-shift");
    EXPECT_EQ(status.holder->uid, ::geteuid());
}

TEST(Server, gives_every_sample_of_a_window_and_one_on_either_side)
{
    RunningServer const server;
    Client client = server.client();
    Instant const begin = in(-20), end = in(-5);
    auto const traces = client.trace(begin, end);
    ASSERT_EQ(traces.size(), 2u);
    EXPECT_EQ(traces[0].channel.name, "package-0");
    EXPECT_EQ(traces[0].faults, std::vector<std::string>{"reset"});
    EXPECT_TRUE(traces[1].faults.empty());
    auto const& counter = std::get<CounterSeries>(traces[0].series);
    auto const& gauge = std::get<GaugeSeries>(traces[1].series);
    ASSERT_GE(counter.at.size(), 150u);
    EXPECT_LT(counter.at.front(), begin);
    EXPECT_GT(counter.at.back(), end);
    EXPECT_NEAR((counter.energy.back() - counter.energy.front()).value(), 100 * Seconds(counter.at.back() - counter.at.front()).count(), 1e-6);
    for (std::size_t i = 0; i < gauge.at.size(); ++i)
        ASSERT_EQ(gauge.power[i], server.feed().power_at(gauge.at[i]));
}

TEST(Server, sends_a_hundred_thousand_samples_in_bounded_lines_and_loses_none)
{
    std::chrono::milliseconds const period(1);
    RunningServer const server(RunningServer::system_mode(), FakeFeed(Seconds(120), period));
    Client client = server.client();
    Instant const end = in(-1);
    auto const expected = static_cast<double>((end - server.feed().first()) / period);
    auto const traces = client.trace(in(-7200), end);
    auto const& at = traces[1].at();
    EXPECT_NEAR(static_cast<double>(at.size()), expected, 3);
    EXPECT_EQ(at.front(), server.feed().first());
    for (std::size_t i = 1; i < at.size(); ++i)
        ASSERT_EQ(at[i] - at[i - 1], period);

    RawPeer peer(server.socket());
    ASSERT_TRUE(peer.say_hello());
    ASSERT_TRUE(peer.send("{\"type\":\"trace\",\"id\":2,\"begin_ns\":0,\"end_ns\":" + std::to_string(to_ns(end)) + "}\n"));
    std::size_t lines = 0, longest = 0;
    for (std::string line = peer.read(); line.find("\"type\":\"samples\"") != std::string::npos; line = peer.read())
    {
        ++lines;
        longest = std::max(longest, line.size());
    }
    EXPECT_GE(static_cast<double>(lines), 2 * expected / static_cast<double>(samples_per_piece));
    EXPECT_LE(longest, 64u * 1024);
}

TEST(Server, waits_for_the_sample_after_the_end_of_a_trace)
{
    RunningServer const server(RunningServer::system_mode(), FakeFeed(Seconds(1), std::chrono::milliseconds(50)));
    Client client = server.client();
    Instant const end = in(0.12);
    auto const traces = client.trace(in(-0.2), end);
    EXPECT_GT(traces[0].at().back(), end);
    EXPECT_LT(monotonic_clock().now(), end + std::chrono::seconds(5));
}

TEST(Server, refuses_a_trace_of_the_far_future_and_stays_connected)
{
    RunningServer const server;
    Client client = server.client();
    EXPECT_THROW(client.trace(in(0), in(3600)), Lost);
    EXPECT_EQ(client.status().clients, 1);
}

TEST(Server, private_goes_with_its_last_client_and_takes_its_socket_along)
{
    ServerOptions options;
    options.linger = Seconds(0.05);
    RunningServer server(options);
    struct stat found{};
    ASSERT_EQ(::stat(server.socket().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600u);
    {
        Client const one = server.client();
        Client two = server.client();
        EXPECT_TRUE(two.daemon().is_private);
    }
    EXPECT_EQ(server.wait(), "its last client has gone");
    EXPECT_FALSE(std::filesystem::exists(server.socket()));
    EXPECT_THROW(server.client(), Lost);
}

TEST(Server, private_goes_when_nobody_comes_and_a_probe_is_nobody)
{
    ServerOptions options;
    options.first_client = Seconds(0.2);
    options.linger = Seconds(0);
    RunningServer server(options);
    RawPeer probe(server.socket());
    ASSERT_TRUE(probe.send("{\"type\":\"hello\",\"protocols\":[1],\"probe\":true}\n"));
    EXPECT_THAT(probe.read(), HasSubstr("\"type\":\"hello\""));
    EXPECT_EQ(probe.read(), "closed");
    EXPECT_EQ(server.wait(), "no client came");
}

TEST(Server, that_stops_tells_its_clients_why)
{
    RunningServer server;
    Client client = server.client();
    EXPECT_EQ(server.stop(), "asked to stop");
    try
    {
        client.status();
        FAIL() << "the daemon has gone";
    }
    catch (Lost const& lost)
    {
        EXPECT_THAT(lost.what(), HasSubstr("asked to stop"));
    }
    EXPECT_THROW(client.status(), Lost);
}
}  // namespace

}  // namespace ghee::meter
