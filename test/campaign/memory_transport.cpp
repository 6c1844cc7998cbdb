// Two threads talking through memory; the junction that gives rank 0 its own worker.
#include "campaign/memory_transport.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace {
using namespace ghee;
using namespace ghee::campaign;

TEST(MemoryTransport, CarriesBothWaysInOrderAndWakesTheSleeper)
{
    auto up = std::make_shared<Waker>();
    auto line = make_memory_line(up, std::make_shared<Waker>(), monotonic_clock());
    auto hub = join_lines(std::move(line.coordinator_end), nullptr, up);
    ASSERT_EQ(hub->size(), 1);
    std::thread worker(
        [end = std::move(line.worker_end)]
        {
            for (int i = 0; i < 100; ++i)
                end->send(0, Beat{i, Seconds(0), {}});
            auto const deadline = monotonic_clock().now() + std::chrono::seconds(10);
            std::optional<Envelope> answer;
            while (!(answer = end->receive()) && monotonic_clock().now() < deadline)
                end->wait(Seconds(1));
            ASSERT_TRUE(answer);
            EXPECT_EQ(std::get<Ack>(answer->message).lease, 99);
        });
    std::int64_t expected = 0;
    auto const deadline = monotonic_clock().now() + std::chrono::seconds(10);
    while (expected < 100 && monotonic_clock().now() < deadline)
    {
        while (auto envelope = hub->receive())
        {
            EXPECT_EQ(envelope->from, 0);
            EXPECT_EQ(std::get<Beat>(envelope->message).lease, expected++);
        }
        hub->wait(Seconds(0.5));
    }
    EXPECT_EQ(expected, 100);
    hub->send(0, Ack{99});
    worker.join();
}

TEST(MemoryTransport, WaitsNoLongerThanAsked)
{
    auto up = std::make_shared<Waker>();
    auto line = make_memory_line(up, std::make_shared<Waker>(), monotonic_clock());
    auto const before = monotonic_clock().now();
    line.coordinator_end->wait(Seconds(0.02));
    auto const took = std::chrono::duration_cast<Seconds>(monotonic_clock().now() - before);
    EXPECT_GE(took, Seconds(0.02));
    EXPECT_LT(took, Seconds(5));
    EXPECT_FALSE(line.coordinator_end->receive());
}
}  // namespace
