// The thread that does runs: what goes wrong in it becomes a run's outcome.
#include "campaign/runner.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {
using namespace ghee;
using namespace ghee::campaign;

TEST(Runner, MakesAnExceptionTheFailureOfThatRunAndDoesTheNext)
{
    int calls = 0;
    auto const waker = std::make_shared<Waker>();
    Runner runner(
        [&](StartRun const&, Abort const&, Watcher const&) -> Measured
        {
            if (++calls == 1)
                throw std::runtime_error("no such device");
            return {};
        },
        waker);
    std::vector<Measured> ended;
    for (std::size_t run = 1; run <= 2; ++run)
    {
        runner.start({});
        Instant const deadline = monotonic_clock().now() + std::chrono::seconds(60);
        while (ended.size() < run && monotonic_clock().now() < deadline)
        {
            waker->wait(Seconds(1));
            for (RunnerEvent& event : runner.take())
                if (auto* end = std::get_if<RunEnded>(&event))
                    ended.push_back(std::move(end->measured));
        }
        ASSERT_EQ(ended.size(), run);
    }
    EXPECT_EQ(ended[0].report.outcome, Outcome::failed);
    EXPECT_EQ(ended[0].report.reason, "the worker could not run it: no such device");
    EXPECT_TRUE(ended[0].may_retry);
    EXPECT_TRUE(ended[1].report.reason.empty());
}
}  // namespace
