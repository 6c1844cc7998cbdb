// A worker by itself: what it makes of silence.
#include "campaign/worker.hpp"

#include <gtest/gtest.h>

#include "campaign/simulation.hpp"

namespace {
using namespace ghee;
using namespace ghee::test;

template<class Wanted>
bool holds(std::vector<WorkerAction> const& actions)
{
    return std::any_of(actions.begin(), actions.end(), [](WorkerAction const& action) { return std::holds_alternative<Wanted>(action); });
}

struct RunningWorker : testing::Test
{
    Instant now = from_ns(1'000'000'000'000);
    ManualClock clock{now};
    WorkerSettings settings;
    Orders orders;

    /// In the middle of a run, with a coordinator heard of just now.
    Worker make()
    {
        settings.clock_rounds = 1;
        orders.patience = Seconds(30);
        Worker worker(settings, node("a"), clock);
        auto const asked = std::get<ClockAsk>(std::get<Say>(worker.take_actions().front()).message);
        worker.on({0, ClockAnswer{asked.round, asked.asked, now, now}, now});
        worker.tick();
        worker.on({0, Welcome{orders}, now});
        worker.on({0, Assign{1, 1, Seconds(60), tasks(1).front()}, now});
        EXPECT_TRUE(holds<StartRun>(worker.take_actions()));
        return worker;
    }
};

TEST_F(RunningWorker, DoesNotTakeItsOwnQuietWindowForTheCoordinatorsDeath)
{
    Worker worker = make();
    worker.keep_quiet(Seconds(60));
    now = now + Seconds(61);  // nothing of what was sent meanwhile has come in yet
    worker.tick();
    EXPECT_FALSE(holds<Depart>(worker.take_actions()));
    now = now + Seconds(30);
    worker.tick();
    EXPECT_TRUE(holds<Depart>(worker.take_actions())) << "silence after the window counts";
}
}  // namespace
