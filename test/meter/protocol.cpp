// Messages as text, and what a peer may send instead.
#include "meter/protocol.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace ghee::meter {

namespace {
Refusal refusal_of(std::string_view line)
{
    auto const read = read_request(line);
    auto const* refusal = std::get_if<Refusal>(&read);
    EXPECT_TRUE(refusal) << line;
    return refusal ? *refusal : Refusal{};
}

TEST(Protocol, requests_survive_the_wire)
{
    auto const lease = std::get<Request>(read_request(write(Request{7, LeaseRequest{"run \"1\"\n", Seconds(2.5)}})));
    EXPECT_EQ(lease.id, 7);
    EXPECT_EQ(std::get<LeaseRequest>(lease.body).run, "run \"1\"\n");
    EXPECT_EQ(std::get<LeaseRequest>(lease.body).patience, Seconds(2.5));

    auto const trace = std::get<Request>(read_request(write(Request{8, TraceRequest{from_ns(1), from_ns(9'007'199'254'740'993)}})));
    EXPECT_EQ(to_ns(std::get<TraceRequest>(trace.body).end), 9'007'199'254'740'993);

    auto const hello = std::get<Request>(read_request(write(Request{1, HelloRequest{{1, 2}, "ghee", true}})));
    EXPECT_EQ(std::get<HelloRequest>(hello.body).protocols, (std::vector<int>{1, 2}));
    EXPECT_TRUE(std::get<HelloRequest>(hello.body).probe);
}

TEST(Protocol, answers_survive_the_wire)
{
    Daemon daemon{"0.1.0", 42, true, {Channel{}}, {{"rapl", "no such folder"}}};
    daemon.channels[0].name = "node";
    daemon.channels[0].kind = ChannelKind::gauge;
    auto const hello = std::get<HelloAnswer>(read_answer(write(Answer{1, HelloAnswer{1, daemon}})).body).daemon;
    EXPECT_EQ(hello.pid, 42);
    EXPECT_TRUE(hello.is_private);
    EXPECT_EQ(hello.channels, daemon.channels);
    EXPECT_EQ(hello.absent, daemon.absent);

    auto const samples =
        std::get<SamplesAnswer>(read_answer(write(Answer{2, SamplesAnswer{3, {from_ns(1), from_ns(1'763'724'000'123'456'789)}, {0.1, 1e300}}})).body);
    EXPECT_EQ(samples.channel, 3u);
    EXPECT_EQ(to_ns(samples.at[1]), 1'763'724'000'123'456'789);
    EXPECT_EQ(samples.values, (std::vector<double>{0.1, 1e300}));

    Status status;
    status.pid = 5;
    status.samples = 6;
    status.misses = 7;
    status.holder = LeaseHolder{"r", 1, 2, Seconds(3)};
    auto const back = std::get<StatusAnswer>(read_answer(write(Answer{3, StatusAnswer{status}})).body).status;
    EXPECT_EQ(back.misses, 7);
    ASSERT_TRUE(back.holder);
    EXPECT_EQ(back.holder->uid, 2);
    EXPECT_EQ(back.holder->held, Seconds(3));
}

TEST(Protocol, a_piece_of_the_worst_numbers_fits_in_a_line)
{
    SamplesAnswer piece;
    for (std::size_t i = 0; i < samples_per_piece; ++i)
    {
        piece.at.push_back(from_ns(std::numeric_limits<std::int64_t>::min() + static_cast<std::int64_t>(i)));
        piece.values.push_back(-1.2345678901234567e-300);
    }
    EXPECT_LT(write(Answer{std::numeric_limits<std::int64_t>::min(), piece}).size(), longest_answer);
}

TEST(Protocol, what_is_no_json_object_ends_the_connection)
{
    for (std::string const line : {"", "x", "{", "[]", "1", "null", "{\"type\":\"status\"} trailing", "{\"type\":\"\xff\"}"})
    {
        auto const refusal = refusal_of(line);
        EXPECT_TRUE(refusal.fatal) << line;
        EXPECT_EQ(refusal.error.code, "malformed") << line;
    }
    EXPECT_TRUE(refusal_of(std::string(16000, '[')).fatal);
    EXPECT_TRUE(refusal_of(std::string(8000, '[') + std::string(8000, ']')).fatal);
}

TEST(Protocol, wrong_fields_are_refused_with_a_reason_and_the_request_s_id)
{
    for (std::string const body :
         {R"("type":"dance")", R"("type":7)", R"("kind":"status")", R"("type":"hello")", R"("type":"hello","protocols":[])",
          R"("type":"hello","protocols":1)", R"("type":"lease")", R"("type":"lease","run":"a")", R"("type":"lease","run":1,"patience_s":1)",
          R"("type":"lease","run":"a","patience_s":-1)", R"("type":"lease","run":"a","patience_s":1e300)",
          R"("type":"lease","run":"a","patience_s":"1")", R"("type":"lease","run":"a","patience_s":null)", R"("type":"trace")",
          R"("type":"trace","begin_ns":1.5,"end_ns":2)", R"("type":"trace","begin_ns":3,"end_ns":2)", R"("type":"trace","begin_ns":-3,"end_ns":2)",
          R"("type":"trace","begin_ns":0,"end_ns":18446744073709551615)", R"("type":"trace","begin_ns":0,"end_ns":1e40)"})
    {
        auto const refusal = refusal_of("{\"id\":5," + body + "}");
        EXPECT_FALSE(refusal.fatal) << body;
        EXPECT_EQ(refusal.id, 5) << body;
        EXPECT_EQ(refusal.error.code, "request") << body;
        EXPECT_FALSE(refusal.error.reason.empty()) << body;
    }
}

TEST(Protocol, no_bytes_make_the_reader_throw)
{
    // Valid messages with bytes changed at random: every line is a request or a refusal.
    std::string const whole[] = {write(Request{1, HelloRequest{{1}, "ghee"}}), write(Request{2, LeaseRequest{"run", Seconds(1)}}),
                                 write(Request{3, TraceRequest{from_ns(1), from_ns(2)}})};
    Random const random(2026, 1);
    std::uint64_t draw = 0;
    for (int round = 0; round < 3000; ++round)
    {
        std::string line = whole[random.below(draw++, 3)];
        for (int changes = 0; changes < 3; ++changes)
        {
            auto const where = random.below(draw++, line.size());
            line[where] = static_cast<char>(random.below(draw++, 256));
        }
        EXPECT_NO_THROW(read_request(line)) << line;
        try
        {
            read_answer(line);
        }
        catch (Lost const&)
        {
        }
    }
}
}  // namespace

}  // namespace ghee::meter
