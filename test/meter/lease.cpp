// The queue for the lease, without sockets.
#include "meter/lease.hpp"

#include <gtest/gtest.h>

namespace ghee::meter {

namespace {
Instant at(int second) { return from_ns(std::int64_t{second} * 1'000'000'000); }

TEST(LeaseQueue, grants_a_free_lease_at_once_even_to_the_impatient)
{
    LeaseQueue queue;
    queue.ask(1, 10, "a", at(0));
    auto const decisions = queue.settle(at(0));
    ASSERT_EQ(decisions.size(), 1u);
    EXPECT_EQ(decisions[0].who, 1u);
    EXPECT_EQ(decisions[0].request, 10);
    EXPECT_TRUE(decisions[0].granted);
    ASSERT_TRUE(queue.holder());
    EXPECT_EQ(queue.holder()->run, "a");
    EXPECT_EQ(queue.waiting(), 0u);
}

TEST(LeaseQueue, serves_in_order_of_arrival)
{
    LeaseQueue queue;
    for (LeaseQueue::Ticket who : {1, 2, 3})
        queue.ask(who, 1, "run", at(100));
    EXPECT_EQ(queue.settle(at(1)).size(), 1u);
    EXPECT_TRUE(queue.settle(at(2)).empty());
    for (LeaseQueue::Ticket next : {2, 3})
    {
        EXPECT_TRUE(queue.leave(queue.holder()->who));
        auto const decisions = queue.settle(at(3));
        ASSERT_EQ(decisions.size(), 1u);
        EXPECT_EQ(decisions[0].who, next);
        EXPECT_TRUE(decisions[0].granted);
        EXPECT_EQ(queue.holder()->since, at(3));
    }
}

TEST(LeaseQueue, refuses_whose_patience_has_run_out_and_keeps_the_others)
{
    LeaseQueue queue;
    queue.ask(1, 1, "holder", at(0));
    queue.settle(at(0));
    queue.ask(2, 2, "impatient", at(5));
    queue.ask(3, 3, "patient", at(9));
    EXPECT_EQ(queue.next_deadline(), at(5));
    EXPECT_TRUE(queue.settle(at(4)).empty());
    auto const decisions = queue.settle(at(5));
    ASSERT_EQ(decisions.size(), 1u);
    EXPECT_EQ(decisions[0].who, 2u);
    EXPECT_FALSE(decisions[0].granted);
    EXPECT_TRUE(queue.waits(3));
    EXPECT_EQ(queue.next_deadline(), at(9));
}

TEST(LeaseQueue, forgets_who_leaves_the_queue)
{
    LeaseQueue queue;
    queue.ask(1, 1, "a", at(0));
    queue.settle(at(0));
    queue.ask(2, 1, "b", at(9));
    EXPECT_TRUE(queue.leave(2));
    EXPECT_FALSE(queue.leave(2));
    EXPECT_TRUE(queue.leave(1));
    EXPECT_TRUE(queue.settle(at(1)).empty());
    EXPECT_FALSE(queue.holder());
}

TEST(LeaseQueue, lets_the_holder_go_on_under_a_new_name_before_those_who_wait)
{
    LeaseQueue queue;
    queue.ask(1, 1, "first", at(0));
    queue.settle(at(0));
    queue.ask(2, 2, "other", at(50));
    queue.ask(1, 3, "second", at(1));
    auto const decisions = queue.settle(at(1));
    ASSERT_EQ(decisions.size(), 1u);
    EXPECT_EQ(decisions[0].request, 3);
    EXPECT_TRUE(decisions[0].granted);
    EXPECT_EQ(queue.holder()->run, "second");
    EXPECT_EQ(queue.holder()->since, at(0));
}
}  // namespace

}  // namespace ghee::meter
