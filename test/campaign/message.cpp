// Every message survives the wire; what is not a message is refused.
#include "campaign/message.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {
using namespace ghee;
using namespace ghee::campaign;

TEST(Message, SurvivesTheWire)
{
    Task const task = make_task(Configuration{}, 3, 5);
    auto const assign = std::get<Assign>(decode(encode(Assign{7, 2, Seconds(60), task})));
    EXPECT_EQ(assign.lease, 7);
    EXPECT_EQ(assign.attempt, 2);
    EXPECT_EQ(assign.task, task);

    Result result{9, {}, true, Seconds(1.5)};
    result.report.outcome = Outcome::timeout;
    result.report.accounts.push_back({"node", "train", Seconds(2), Joules(5), {}, {}, {}, {}, 1.0, 20, true, {"no_baseline"}});
    auto const back = std::get<Result>(decode(encode(result)));
    EXPECT_EQ(back.report.outcome, Outcome::timeout);
    EXPECT_TRUE(back.may_retry);
    EXPECT_EQ(back.report.accounts.at(0).gross.value(), 5);
    EXPECT_FALSE(back.report.accounts.at(0).net.defined()) << "undefined stays undefined";

    EXPECT_EQ(std::get<Beacon>(decode(encode(Beacon{Course::drain}))).course, Course::drain);
    EXPECT_EQ(std::get<Beat>(decode(encode(Beat{1, Seconds(2.5), "x"}))).silent_for, Seconds(2.5));
    EXPECT_TRUE(std::holds_alternative<Ask>(decode(encode(Ask{}))));
    EXPECT_EQ(std::get<Leave>(decode(encode(Leave{3, true}))).code, 3);
    Orders orders;
    orders.measure.idle_before = Seconds(4);
    orders.power.meters = {"rapl", "nvml"};
    orders.run.attempts = 5;
    auto const welcome = std::get<Welcome>(decode(encode(Welcome{orders})));
    EXPECT_EQ(welcome.orders.measure.idle_before, Seconds(4));
    EXPECT_EQ(welcome.orders.power.meters.size(), 2U);
    EXPECT_EQ(welcome.orders.run.attempts, 5);
}

TEST(Message, RefusesWhatIsNone)
{
    EXPECT_THROW(decode({}), std::runtime_error);
    EXPECT_THROW(decode({0xff, 0x00, 0x13}), std::runtime_error);
    auto cut = encode(Ask{});
    cut.pop_back();
    EXPECT_THROW(decode(cut), std::runtime_error);
}
}  // namespace
