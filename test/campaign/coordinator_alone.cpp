// The coordinator by itself, a message at a time: what a simulation of a whole campaign would not show.
#include "campaign/coordinator.hpp"

#include <gtest/gtest.h>

#include "campaign/simulation.hpp"

namespace {
using namespace ghee;
using namespace ghee::test;

std::vector<Pending> pending(int count, Device device)
{
    std::vector<Pending> todo;
    for (int i = 0; i < count; ++i)
        todo.push_back(Pending{make_task(configuration(32 + i, device), 0, 7)});
    return todo;
}

struct CoordinatorAlone : testing::Test
{
    Instant now = from_ns(1'000'000'000'000);
    ManualClock clock{now};

    void hear(Coordinator& coordinator, int from, Message message) const { coordinator.on({from, std::move(message), now}); }
    /// The last assignment to this worker among the actions.
    static std::optional<Assign> assigned(Coordinator& coordinator, int worker)
    {
        std::optional<Assign> last;
        for (Action& action : coordinator.take_actions())
            if (auto* send = std::get_if<Send>(&action); send != nullptr && send->to == worker && std::holds_alternative<Assign>(send->message))
                last = std::get<Assign>(send->message);
        return last;
    }
};

TEST_F(CoordinatorAlone, GivesARunThatFailedToAWorkerThatHadFoundNothing)
{
    Coordinator coordinator({}, {}, pending(1, Device::cpu), 2, clock);
    for (int worker : {0, 1})
        hear(coordinator, worker, Hello{node("n" + std::to_string(worker))});
    hear(coordinator, 0, Ask{});
    auto const first = assigned(coordinator, 0);
    ASSERT_TRUE(first);
    EXPECT_TRUE(coordinator.busy(0));
    hear(coordinator, 1, Ask{});
    EXPECT_FALSE(assigned(coordinator, 1));
    EXPECT_FALSE(coordinator.busy(1));

    Result died{first->lease, {}, true, Seconds(1)};
    died.report.outcome = Outcome::failed;
    hear(coordinator, 0, died);
    hear(coordinator, 1, Ask{});
    auto const second = assigned(coordinator, 1);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->attempt, 2);
}

TEST_F(CoordinatorAlone, DoesNotSearchALongQueueAgainForAWorkerThatFoundNothing)
{
    Coordinator coordinator({}, {}, pending(20'000, Device::gpu), 2, clock);
    hear(coordinator, 0, Hello{node("cpu")});
    hear(coordinator, 1, Hello{node("gpu", true)});
    hear(coordinator, 1, Ask{});
    auto const cost = [&](int times)
    {
        Instant const begin = monotonic_clock().now();
        for (int i = 0; i < times; ++i)
        {
            hear(coordinator, 0, Ask{});
            coordinator.tick();
        }
        return std::chrono::duration_cast<Seconds>(monotonic_clock().now() - begin);
    };
    Seconds const once = cost(1);
    EXPECT_LT(cost(200).count(), 20 * once.count()) << "an idle worker asks every second, for as long as others have runs";
}

TEST_F(CoordinatorAlone, GivesSignsOfLifeAlsoWhenItIsHeldUp)
{
    Coordinator coordinator({}, {}, pending(1, Device::cpu), 2, clock);
    hear(coordinator, 0, Hello{node("here")});
    coordinator.tick();
    coordinator.take_actions();
    now = now + Seconds(2.5);
    coordinator.reassure();
    auto const actions = coordinator.take_actions();
    ASSERT_EQ(actions.size(), 1U) << "only to who is there, and nothing else";
    auto const& send = std::get<Send>(actions.front());
    EXPECT_EQ(send.to, 0);
    EXPECT_TRUE(std::holds_alternative<Beacon>(send.message));
}
}  // namespace
