// Passes, epochs, stopping and marks, on a trainer that follows a script.
#include "train/course.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "data/dataset.hpp"
#include "scripted.hpp"

namespace ghee::train {
namespace {

using namespace test;
using testing::ElementsAre;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Run : testing::Test
{
    ScriptedClock clock;
    ScriptedTrainer trainer{clock};
    Request request;
    CourseFacts facts{true};
    Instant const start = clock.now();
    std::vector<std::string> marks;                           ///< "phase@seconds since the start"
    std::vector<std::pair<std::int64_t, std::int64_t>> seen;  ///< pass, epoch
    int stop_after = -1;                                      ///< epochs told, then a stop is requested

    Run() { request.seed = 7; }

    Report follow()
    {
        Observer observer;
        observer.mark = [this](Mark const& mark)
        {
            char text[64];
            std::snprintf(text, sizeof text, "%s@%g", mark.phase.c_str(), Seconds(mark.at - start).count());
            marks.emplace_back(text);
        };
        observer.epoch = [this](std::int64_t pass, EpochRecord const& record) { seen.emplace_back(pass, record.epoch); };
        observer.stop_requested = [this] { return stop_after >= 0 && static_cast<int>(seen.size()) >= stop_after; };
        return follow_course(trainer, request, facts, observer, clock);
    }
};
using Course = Run;

std::vector<double> test_losses(Report const& report)
{
    std::vector<double> losses;
    for (auto const& record : report.result.history)
        losses.push_back(record.test_loss);
    return losses;
}

TEST_F(Course, RunsItsEpochsAndCountsThem)
{
    request.configuration.epochs = 3;
    trainer.train_losses = {0.9, 0.8, 0.7};
    trainer.test_losses = {1.9, 1.8, 1.7};
    trainer.accuracies = {0.1, 0.2, 0.25};
    auto const report = follow();
    auto const& result = report.result;
    EXPECT_EQ(report.outcome, Outcome::ok);
    EXPECT_EQ(report.reason, "");
    EXPECT_EQ(result.stop_reason, "epochs");
    EXPECT_EQ(result.epochs, 3);
    EXPECT_EQ(result.steps, 9) << "10 rows in steps of 4, 4 and 2";
    EXPECT_EQ(result.samples, 30);
    EXPECT_EQ(result.passes, 1);
    EXPECT_DOUBLE_EQ(result.seconds.count(), 4.5);
    EXPECT_DOUBLE_EQ(result.train_seconds.count(), 3.0);
    EXPECT_DOUBLE_EQ(result.step_us, 1e6 / 3);
    ASSERT_EQ(result.history.size(), 3u);
    EXPECT_DOUBLE_EQ(result.history[1].train_loss, 0.8);
    EXPECT_DOUBLE_EQ(result.history[1].test_loss, 1.8);
    EXPECT_DOUBLE_EQ(result.history[1].test_accuracy, 0.2);
    EXPECT_EQ(result.history[1].epoch, 2);
    EXPECT_DOUBLE_EQ(result.history[1].since_start.count(), 3.0);
}

TEST_F(Course, EveryEpochHasTheOrderOfItsSeedAndNumber)
{
    request.configuration.epochs = 3;
    follow();
    EXPECT_THAT(trainer.orders, ElementsAre(data::epoch_order(10, 7, 1), data::epoch_order(10, 7, 2), data::epoch_order(10, 7, 3)));
}

TEST_F(Course, EvaluatesAtItsStrideAndAlwaysInTheEnd)
{
    request.configuration.epochs = 5;
    request.configuration.evaluate_every = 2;
    trainer.test_losses = {3, 2, 1};
    auto const losses = test_losses(follow());
    ASSERT_EQ(losses.size(), 5u);
    EXPECT_EQ(trainer.evaluations, 3);
    EXPECT_TRUE(std::isnan(losses[0]) && std::isnan(losses[2]));
    EXPECT_EQ(losses[1], 3);
    EXPECT_EQ(losses[3], 2);
    EXPECT_EQ(losses[4], 1);
}

TEST_F(Course, StopsAtATargetLossAtTheFirstEvaluationThatReachesIt)
{
    request.configuration.epochs = 9;
    request.configuration.stop.target_loss = 0.5;
    trainer.test_losses = {0.7, 0.5, 0.3};
    auto const report = follow();
    EXPECT_EQ(report.result.epochs, 2);
    EXPECT_EQ(report.result.stop_reason, "target_loss");
    EXPECT_EQ(report.outcome, Outcome::ok);
}

TEST_F(Course, StopsAtATargetAccuracy)
{
    request.configuration.epochs = 9;
    request.configuration.stop.target_accuracy = 0.75;
    trainer.accuracies = {0.5, 0.7, 0.75, 0.9};
    auto const report = follow();
    EXPECT_EQ(report.result.epochs, 3);
    EXPECT_EQ(report.result.stop_reason, "target_accuracy");
}

TEST_F(Course, RegressionHasNoAccuracyAndReachesNoTargetByIt)
{
    facts.has_accuracy = false;
    request.configuration.epochs = 2;
    request.configuration.stop.target_accuracy = 0.1;
    auto const report = follow();
    EXPECT_EQ(report.result.epochs, 2);
    EXPECT_TRUE(std::isnan(report.result.history.back().test_accuracy));
}

TEST_F(Course, LosesPatienceAfterThatManyEvaluationsWithoutABetterLoss)
{
    request.configuration.epochs = 20;
    request.configuration.stop.patience = 2;
    trainer.test_losses = {1.0, 0.8, 0.9, 0.7, 0.7, 0.75, 0.1};
    auto const report = follow();
    EXPECT_EQ(report.result.epochs, 6) << "0.7 again is not better than 0.7";
    EXPECT_EQ(report.result.stop_reason, "patience");
}

TEST_F(Course, ATrainingLossThatIsNotFiniteEndsItThereUnevaluated)
{
    request.configuration.epochs = 9;
    request.min_window = Seconds(100);
    trainer.train_losses = {1.0, nan};
    auto const report = follow();
    EXPECT_EQ(report.outcome, Outcome::diverged);
    EXPECT_EQ(report.reason, "training loss is not finite in epoch 2");
    EXPECT_EQ(report.result.stop_reason, "diverged");
    EXPECT_EQ(report.result.epochs, 2);
    EXPECT_EQ(report.result.passes, 1) << "it is not repeated to fill the window";
    EXPECT_EQ(trainer.evaluations, 1);
    EXPECT_TRUE(std::isnan(report.result.history.back().train_loss));
    EXPECT_TRUE(std::isnan(report.result.history.back().test_loss));
}

TEST_F(Course, AnInfiniteTestLossIsADivergenceToo)
{
    request.configuration.epochs = 9;
    trainer.test_losses = {1.0, 1.0, std::numeric_limits<double>::infinity()};
    auto const report = follow();
    EXPECT_EQ(report.outcome, Outcome::diverged);
    EXPECT_EQ(report.reason, "test loss is not finite in epoch 3");
    EXPECT_EQ(report.result.epochs, 3);
}

TEST_F(Course, IsRepeatedWholeUntilTheWindowIsFull)
{
    request.configuration.epochs = 2;
    request.min_window = Seconds(7);
    trainer.train_losses = {0.9, 0.8};
    trainer.test_losses = {1.9, 1.8};
    auto const report = follow();
    EXPECT_EQ(report.result.passes, 3) << "3 s each: 3, 6, 9";
    EXPECT_EQ(trainer.resets, 2);
    EXPECT_EQ(report.result.steps, 6) << "of one pass";
    EXPECT_EQ(report.result.samples, 20);
    EXPECT_DOUBLE_EQ(report.result.seconds.count(), 3.0);
    EXPECT_DOUBLE_EQ(report.result.train_seconds.count(), 2.0);
    EXPECT_EQ(report.result.history.size(), 2u);
    EXPECT_THAT(seen, ElementsAre(std::pair{1, 1}, std::pair{1, 2}, std::pair{2, 1}, std::pair{2, 2}, std::pair{3, 1}, std::pair{3, 2}));
    EXPECT_EQ(trainer.orders[0], trainer.orders[2]);
    EXPECT_EQ(trainer.orders[1], trainer.orders[5]);
    EXPECT_NE(trainer.orders[0], trainer.orders[1]);
}

TEST_F(Course, AWindowThatIsJustFullIsNotRepeated)
{
    request.min_window = Seconds(1.5);
    EXPECT_EQ(follow().result.passes, 1);
}

TEST_F(Course, SecondsOfAPassAreTheMeanOverPasses)
{
    struct Slowing : ScriptedTrainer
    {
        using ScriptedTrainer::ScriptedTrainer;
        void reset() override
        {
            ScriptedTrainer::reset();
            train_seconds += 1.0;
        }
    } slowing(clock);
    request.min_window = Seconds(3);
    auto const report = follow_course(slowing, request, facts, {}, clock);
    EXPECT_EQ(report.result.passes, 2);
    EXPECT_DOUBLE_EQ(report.result.train_seconds.count(), 1.5);
    EXPECT_DOUBLE_EQ(report.result.seconds.count(), 2.0);
    EXPECT_DOUBLE_EQ(report.result.step_us, 1.5e6 / 3) << "median over the epochs of all passes";
}

#ifdef GHEE_CONTRACTS
TEST_F(Course, APassThatDiffersFromTheOneBeforeBreaksTheContract)
{
    struct Forgetful : ScriptedTrainer
    {
        using ScriptedTrainer::ScriptedTrainer;
        void reset() override {}
    };
    auto const forget = [this]
    {
        Forgetful forgetful(clock);
        forgetful.train_losses = {1.0, 0.9};
        request.min_window = Seconds(3);
        follow_course(forgetful, request, facts, {}, clock);
    };
    EXPECT_DEATH(forget(), "same_figures");
}
#endif

TEST_F(Course, LongEvaluationsAreMarkedOneByOne)
{
    request.configuration.epochs = 2;
    follow();
    EXPECT_THAT(marks, ElementsAre("train@0", "evaluate@1", "train@1.5", "evaluate@2.5", "train@3"));
}

TEST_F(Course, ShortEpochsStayInsideTrain)
{
    request.configuration.epochs = 2;
    trainer.train_seconds = 0.19;
    trainer.evaluate_seconds = 0.01;
    follow();
    EXPECT_THAT(marks, ElementsAre("train@0"));
}

TEST_F(Course, AShortEvaluationOfALongEpochIsMarked)
{
    request.configuration.epochs = 1;
    trainer.train_seconds = 0.25;
    trainer.evaluate_seconds = 0.25 / 4;
    follow();
    EXPECT_THAT(marks, ElementsAre("train@0", "evaluate@0.25", "train@0.3125"));
}

TEST_F(Course, ALongResetIsNotCountedAsTraining)
{
    request.min_window = Seconds(2);
    trainer.reset_seconds = 1;
    auto const report = follow();
    EXPECT_THAT(marks, ElementsAre("train@0", "evaluate@1", "train@1.5", "setup@1.5", "train@2.5", "evaluate@3.5", "train@4"));
    EXPECT_DOUBLE_EQ(report.result.seconds.count(), 1.5);
}

TEST_F(Course, ALongResetDoesNotFillTheWindow)
{
    request.min_window = Seconds(3.5);
    trainer.reset_seconds = 1;
    EXPECT_EQ(follow().result.passes, 3) << "1.5 s each, with 1 s between";
}

TEST_F(Course, AStopRequestEndsItAfterTheEpoch)
{
    request.configuration.epochs = 9;
    stop_after = 4;
    auto const report = follow();
    EXPECT_EQ(report.outcome, Outcome::failed);
    EXPECT_EQ(report.reason, "stopped");
    EXPECT_EQ(report.result.epochs, 4);
    EXPECT_EQ(report.result.stop_reason, "stopped");
}

TEST_F(Course, AStopRequestThatComesWithTheEndChangesNothing)
{
    request.configuration.epochs = 4;
    stop_after = 4;
    EXPECT_EQ(follow().outcome, Outcome::ok);
}

}  // namespace
}  // namespace ghee::train
