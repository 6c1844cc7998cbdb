// Clients that are broken, slow or hostile: they get a reason, the others notice nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <future>

#include "base/random.hpp"
#include "running_server.hpp"

namespace ghee::meter {

namespace {
using namespace test;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// What the server says to bytes of somebody who has said hello.
std::string answer_to(RunningServer const& server, std::string const& bytes)
{
    RawPeer peer(server.socket());
    EXPECT_TRUE(peer.say_hello());
    EXPECT_TRUE(peer.send(bytes));
    return peer.read();
}

bool serves(RunningServer const& server)
{
    Client client = server.client();
    return client.acquire_lease("proof", Seconds(5)) && !client.trace(in(-2), in(-1)).front().at().empty();
}

TEST(ServerFaults, garbage_is_answered_with_a_reason_and_hung_up_on)
{
    RunningServer const server;
    for (auto const& garbage :
         {std::string("\n"), std::string("GET / HTTP/1.1\r\n\r\n"), std::string("\x00\x01\x02\xff\xfe\n", 6), std::string(12000, '[') + "\n"})
    {
        RawPeer peer(server.socket());
        ASSERT_TRUE(peer.say_hello());
        ASSERT_TRUE(peer.send(garbage));
        EXPECT_THAT(peer.read(), AllOf(HasSubstr("\"error\""), HasSubstr("malformed")));
        EXPECT_EQ(peer.read(), "closed");
    }
    EXPECT_TRUE(serves(server));
}

TEST(ServerFaults, a_wrong_request_is_answered_and_the_connection_lives_on)
{
    RunningServer const server;
    RawPeer peer(server.socket());
    ASSERT_TRUE(peer.say_hello());
    ASSERT_TRUE(peer.send("{\"type\":\"dance\",\"id\":9}\n{\"type\":\"status\",\"id\":10}\n"));
    EXPECT_THAT(peer.read(), AllOf(HasSubstr("\"error\""), HasSubstr("\"id\":9"), HasSubstr("dance")));
    EXPECT_THAT(peer.read(), AllOf(HasSubstr("\"status\""), HasSubstr("\"id\":10")));
}

TEST(ServerFaults, another_protocol_version_is_refused_with_the_versions_there_are)
{
    RunningServer const server;
    RawPeer peer(server.socket());
    ASSERT_TRUE(peer.send("{\"type\":\"hello\",\"protocols\":[2,99],\"id\":1}\n"));
    EXPECT_THAT(peer.read(), AllOf(HasSubstr("\"protocol\""), HasSubstr("speaks protocol 1 only")));
    EXPECT_EQ(peer.read(), "closed");
}

TEST(ServerFaults, who_does_not_say_hello_first_is_refused)
{
    RunningServer const server;
    RawPeer peer(server.socket());
    ASSERT_TRUE(peer.send("{\"type\":\"lease\",\"run\":\"x\",\"patience_s\":1,\"id\":3}\n"));
    EXPECT_THAT(peer.read(), AllOf(HasSubstr("\"order\""), HasSubstr("\"id\":3")));
    EXPECT_EQ(peer.read(), "closed");
    EXPECT_TRUE(serves(server));
}

TEST(ServerFaults, who_says_nothing_is_hung_up_on)
{
    auto options = RunningServer::system_mode();
    options.hello = Seconds(0.05);
    RunningServer const server(options);
    RawPeer peer(server.socket());
    EXPECT_EQ(peer.read(), "closed");
}

TEST(ServerFaults, an_endless_line_is_cut_off)
{
    RunningServer const server;
    EXPECT_THAT(answer_to(server, std::string(longest_request + 1, 'x')), AllOf(HasSubstr("malformed"), HasSubstr("16384 bytes")));
    EXPECT_TRUE(serves(server));
}

TEST(ServerFaults, a_half_line_waits_for_its_other_half)
{
    RunningServer const server;
    RawPeer peer(server.socket());
    ASSERT_TRUE(peer.say_hello());
    ASSERT_TRUE(peer.send("{\"type\":\"sta"));
    EXPECT_TRUE(serves(server));
    ASSERT_TRUE(peer.send("tus\",\"id\":4}\n"));
    EXPECT_THAT(peer.read(), HasSubstr("\"id\":4"));
}

TEST(ServerFaults, who_ends_its_side_is_answered_first)
{
    RunningServer const server;
    RawPeer peer(server.socket());
    ASSERT_TRUE(
        peer.send("{\"type\":\"hello\",\"protocols\":[1]}\n{\"type\":\"status\",\"id\":2}\n{\"type\":\"trace\",\"id\":3,\"begin_ns\":0,\"end_ns\":" +
                  std::to_string(to_ns(in(-1))) + "}\n{\"type\":\"st"));
    peer.end_sending();
    EXPECT_THAT(peer.read(), HasSubstr("\"hello\""));
    EXPECT_THAT(peer.read(), HasSubstr("\"status\""));
    std::string last;
    for (std::string line = peer.read(); line != "closed"; line = peer.read())
        last = line;
    EXPECT_THAT(last, AllOf(HasSubstr("\"type\":\"trace\""), HasSubstr("\"id\":3")));
}

TEST(ServerFaults, who_ends_its_side_does_not_wait_for_the_lease)
{
    RunningServer const server;
    Client holder = server.client();
    ASSERT_TRUE(holder.acquire_lease("a", Seconds(0)));
    RawPeer peer(server.socket());
    ASSERT_TRUE(peer.send("{\"type\":\"hello\",\"protocols\":[1]}\n{\"type\":\"lease\",\"run\":\"gone\",\"patience_s\":600}\n"));
    peer.end_sending();
    EXPECT_THAT(peer.read(), HasSubstr("\"hello\""));
    EXPECT_EQ(peer.read(), "closed");
    EXPECT_EQ(holder.status().waiting, 0);
}

TEST(ServerFaults, who_hangs_up_while_waiting_for_the_lease_is_not_granted_it)
{
    RunningServer const server;
    Client holder = server.client(), observer = server.client();
    ASSERT_TRUE(holder.acquire_lease("a", Seconds(0)));
    {
        RawPeer peer(server.socket());
        ASSERT_TRUE(peer.say_hello());
        ASSERT_TRUE(peer.send("{\"type\":\"lease\",\"run\":\"gone\",\"patience_s\":60}\n"));
        ASSERT_TRUE(eventually([&] { return observer.status().waiting == 1; }));
    }
    ASSERT_TRUE(eventually([&] { return observer.status().waiting == 0; }));
    holder.release_lease();
    EXPECT_FALSE(observer.status().holder);
}

TEST(ServerFaults, a_client_that_never_reads_costs_little_memory_and_is_dropped_while_others_are_served)
{
    auto options = RunningServer::system_mode();
    options.stall = Seconds(0.3);
    RunningServer const server(options, FakeFeed(Seconds(120), std::chrono::milliseconds(1)));
    RawPeer lazy(server.socket());
    ASSERT_TRUE(lazy.say_hello());
    ASSERT_TRUE(lazy.send("{\"type\":\"trace\",\"id\":2,\"begin_ns\":0,\"end_ns\":" + std::to_string(to_ns(in(-1))) + "}\n"));
    EXPECT_TRUE(serves(server));
    Client observer = server.client();
    EXPECT_TRUE(eventually([&] { return observer.status().clients == 1; }));
    // What it could still read is what was waiting for it: a high water, a slice and what the socket holds, of some MB.
    std::size_t left = 0;
    for (std::string line = lazy.read(); line != "closed"; line = lazy.read())
        left += line.size();
    EXPECT_LT(left, 1u << 20);
}

TEST(ServerFaults, a_client_that_asks_without_end_and_never_reads_is_dropped)
{
    auto options = RunningServer::system_mode();
    options.stall = Seconds(0.3);
    RunningServer const server(options);
    RawPeer flood(server.socket());
    ASSERT_TRUE(flood.say_hello());
    std::string many;
    for (int i = 0; i < 400; ++i)
        many += "{\"type\":\"status\"}\n";
    auto const deadline = in(10);
    while (flood.send(many) || errno == EAGAIN)
        ASSERT_LT(monotonic_clock().now(), deadline);
    EXPECT_TRUE(serves(server));
}

TEST(ServerFaults, fifty_clients_at_once_each_get_the_lease_and_their_trace)
{
    RunningServer const server;
    std::vector<std::future<bool>> clients;
    for (int i = 0; i < 50; ++i)
        clients.push_back(std::async(std::launch::async,
                                     [&]
                                     {
                                         Client client = server.client();
                                         bool const held = client.acquire_lease("run", Seconds(60));
                                         auto const traces = client.trace(in(-3), in(-1));
                                         client.release_lease();
                                         return held && traces.size() == 2 && traces[0].at().size() >= 20;
                                     }));
    for (auto& client : clients)
        EXPECT_TRUE(client.get());
}

TEST(ServerFaults, one_client_too_many_is_told_so)
{
    auto options = RunningServer::system_mode();
    options.most_clients = 2;
    RunningServer const server(options);
    std::optional<Client> first = server.client();
    Client second = server.client();
    try
    {
        server.client();
        FAIL() << "there are two already";
    }
    catch (Lost const& lost)
    {
        EXPECT_THAT(lost.what(), HasSubstr("has its 2 clients already"));
    }
    first.reset();
    EXPECT_TRUE(eventually([&] { return second.status().clients == 1; }));
    EXPECT_NO_THROW(server.client());
}

/// Runs in a thread whose user is `uid`: the kernel keeps users per thread.
template<class Function>
auto as_user(uid_t uid, Function const& function)
{
    return std::async(std::launch::async,
                      [&]
                      {
                          EXPECT_EQ(::syscall(SYS_setresuid, -1, uid, -1), 0);
                          return function();
                      })
        .get();
}

TEST(ServerFaults, strangers_are_refused_with_a_reason_and_allowed_users_are_let_in)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can call as another user";
    auto options = RunningServer::system_mode();
    options.allowed = {4711};
    RunningServer const server(options);
    std::filesystem::permissions(server.folder(), std::filesystem::perms(0755));
    auto const call = [&]() -> std::string
    {
        try
        {
            return server.client().daemon().channels.empty() ? "nothing" : "let in";
        }
        catch (Lost const& lost)
        {
            return lost.what();
        }
    };
    EXPECT_THAT(as_user(65534, call), AllOf(HasSubstr("user 65534"), HasSubstr("--allow-user")));
    EXPECT_EQ(as_user(4711, call), "let in");
}

TEST(ServerFaults, random_bytes_of_many_peers_do_not_end_it)
{
    RunningServer const server;
    Random const random(7, 7);
    std::uint64_t draw = 0;
    std::string const valid = "{\"type\":\"hello\",\"protocols\":[1],\"id\":1}\n{\"type\":\"lease\",\"run\":\"r\",\"patience_s\":0}\n"
                              "{\"type\":\"trace\",\"begin_ns\":1,\"end_ns\":2}\n{\"type\":\"release\"}\n{\"type\":\"status\"}\n";
    for (int round = 0; round < 300; ++round)
    {
        RawPeer peer(server.socket());
        std::string bytes = valid;
        for (int changes = 0; changes < 2; ++changes)
        {
            auto const where = random.below(draw++, bytes.size());
            bytes[where] = static_cast<char>(random.below(draw++, 256));
        }
        peer.send(bytes.substr(0, random.below(draw++, bytes.size())));
    }
    EXPECT_TRUE(serves(server));
}
}  // namespace

}  // namespace ghee::meter
