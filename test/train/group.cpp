// The course of a group that follows a script: several epochs at a time, several replicas, one that goes wrong.
#include <gmock/gmock.h>

#include <deque>
#include <limits>

#include "base/error.hpp"
#include "scripted.hpp"
#include "train/course.hpp"
#include "train/group_result.hpp"
#include "train/replica_seed.hpp"

namespace ghee::train {
namespace {

using namespace test;
using testing::ElementsAre;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Epochs of 10 samples in 3 steps that take a second, and tests of 20 that take half of one, at the same time for all replicas. Gives as many
/// epochs at a time as it is told to.
class ScriptedGroup : public mlp::Group
{
  public:
    ScriptedGroup(ScriptedClock& clock, mlp::Lessons const& lessons, std::vector<std::vector<double>> losses)
        : clock_(clock), lessons_(lessons), losses_(std::move(losses))
    {
        reset();
    }

    std::deque<int> portions;  ///< epochs of the next calls; then 1 each
    int resets = 0;

    [[nodiscard]] int replicas() const override { return static_cast<int>(losses_.size()); }
    void warm_up(Seconds) override {}
    std::vector<mlp::EpochDone> go_on() override
    {
        int const portion = portions.empty() ? 1 : portions.front();
        if (!portions.empty())
            portions.pop_front();
        std::vector<mlp::EpochDone> all;
        for (int i = 0; i < portion && !over(); ++i)
        {
            Instant const begin = clock_.now();
            clock_.pass(1);
            Instant const trained_at = clock_.now();
            ++epoch_;
            bool const tests = epoch_ == lessons_.epochs || epoch_ % lessons_.evaluate_every == 0;
            clock_.pass(tests ? 0.5 : 0);
            for (int replica = 0; replica < replicas(); ++replica)
            {
                auto& ending = endings_[static_cast<std::size_t>(replica)];
                if (ending.over())
                    continue;
                auto const& script = losses_[static_cast<std::size_t>(replica)];
                double const loss = script[std::min(static_cast<std::size_t>(epoch_), script.size()) - 1];
                mlp::EpochDone done{.replica = replica, .epoch = epoch_, .trained = {10 * loss, 0, 10, 3}, .tested = {}};
                if (tests)
                    done.tested = mlp::Pass{40 * loss, 5, 20, 5};
                done.begin = begin;
                done.trained_at = trained_at;
                done.tested_at = clock_.now();
                done.stepping = Seconds(0.9);
                ending.after(figures_of(done, lessons_));
                all.push_back(done);
            }
        }
        return all;
    }
    [[nodiscard]] bool over() const override
    {
        return std::all_of(endings_.begin(), endings_.end(), [](Ending const& ending) { return ending.over(); });
    }
    void reset() override
    {
        ++resets;
        epoch_ = 0;
        endings_.assign(losses_.size(), Ending(lessons_));
    }
    [[nodiscard]] mlp::Weights weights(int) const override { return {}; }
    [[nodiscard]] std::string form() const override { return "scripted"; }

  private:
    ScriptedClock& clock_;
    mlp::Lessons lessons_;
    std::vector<std::vector<double>> losses_;
    std::vector<Ending> endings_;
    std::int64_t epoch_ = 0;
};

struct GroupCourse : testing::Test
{
    ScriptedClock clock;
    Request request;
    CourseFacts facts;
    std::vector<std::string> marks;
    std::vector<std::pair<std::int64_t, double>> told;  ///< epoch, training loss
    int stop_after = -1;

    GroupCourse()
    {
        request.seed = 7;
        request.configuration.epochs = 6;
    }
    ScriptedGroup group(std::vector<std::vector<double>> losses) { return {clock, lessons_of(request.configuration, facts), std::move(losses)}; }
    Report follow(mlp::Group& group)
    {
        Observer observer;
        observer.mark = [this](Mark const& mark) { marks.push_back(mark.phase); };
        observer.epoch = [this](std::int64_t, EpochRecord const& record) { told.emplace_back(record.epoch, record.train_loss); };
        observer.stop_requested = [this] { return stop_after >= 0 && static_cast<int>(told.size()) >= stop_after; };
        return train::follow_course(group, request, facts, observer, clock);
    }
};

TEST_F(GroupCourse, ManyEpochsMayComeAtATime)
{
    auto alone = group({{6, 5, 4, 3, 2, 1}});
    alone.portions = {0, 4, 2};
    auto const report = follow(alone);
    auto const& result = report.result;
    EXPECT_EQ(result.epochs, 6);
    EXPECT_EQ(result.steps, 18);
    EXPECT_TRUE(result.replicas.empty()) << "of one network there is nothing to tell apart";
    EXPECT_DOUBLE_EQ(result.seconds.count(), 9);
    EXPECT_DOUBLE_EQ(result.train_seconds.count(), 6);
    EXPECT_DOUBLE_EQ(result.step_us, 0.9e6 / 3);
    EXPECT_DOUBLE_EQ(result.history[3].since_start.count(), 6);
    EXPECT_EQ(result.history[3].train_loss, 3);
    EXPECT_EQ(result.history[3].test_loss, 6);
    EXPECT_EQ(told.size(), 6u);
    EXPECT_EQ(marks.size(), 1 + 2 * 6u) << "its evaluations are marked by the instants that it told";
}

TEST_F(GroupCourse, FiguresOfAGroupAreSumsAndMeans)
{
    request.configuration.stop.target_loss = 4;
    auto three = group({{6, 5, 4, 3, 2, 1}, {6, 2}, {9, 8, 7, 6, 5, 5}});
    three.portions = {4};
    auto const report = follow(three);
    auto const& result = report.result;
    EXPECT_EQ(report.outcome, Outcome::ok);
    ASSERT_EQ(result.replicas.size(), 3u);
    EXPECT_EQ(result.replicas[0].seed, 7u);
    EXPECT_EQ(result.replicas[2].seed, seed_of_replica(7, 2));
    EXPECT_EQ(result.replicas[0].epochs, 5) << "twice its training loss is 4";
    EXPECT_EQ(result.replicas[1].epochs, 2);
    EXPECT_EQ(result.replicas[2].epochs, 6);
    EXPECT_EQ(result.replicas[1].stop_reason, "target_loss");
    EXPECT_EQ(result.replicas[2].stop_reason, "epochs");
    EXPECT_EQ(result.stop_reason, "several");
    EXPECT_EQ(result.epochs, 6);
    EXPECT_EQ(result.steps, 3 * 13);
    EXPECT_EQ(result.samples, 10 * 13);
    ASSERT_EQ(result.history.size(), 6u);
    EXPECT_DOUBLE_EQ(result.history[0].train_loss, 7);
    EXPECT_DOUBLE_EQ(result.history[2].train_loss, 5.5) << "of those that did it";
    EXPECT_DOUBLE_EQ(result.history[5].test_loss, 10);
    EXPECT_DOUBLE_EQ(result.step_us, 0.9e6 / 3) << "in which each takes a step";
    EXPECT_DOUBLE_EQ(result.seconds.count(), 9);
    EXPECT_NEAR(result.train_seconds.count(), 6, 1e-9) << "they train at once";
    EXPECT_THAT(marks, ElementsAre("train")) << "one tests while another trains";
    ASSERT_EQ(told.size(), 6u);
    EXPECT_EQ(told[0], (std::pair<std::int64_t, double>(1, 7.0)));
}

TEST_F(GroupCourse, OneReplicaThatDivergesIsToldAndTheOthersGoOn)
{
    request.min_window = Seconds(15);
    auto three = group({{3, 2, 1}, {3, nan}, {3, 2, 2, std::numeric_limits<double>::infinity()}});
    auto const report = follow(three);
    auto const& result = report.result;
    EXPECT_EQ(report.outcome, Outcome::diverged);
    EXPECT_EQ(report.reason, "2 of 3 replicas diverged; the first, replica 1: training loss is not finite in epoch 2");
    EXPECT_EQ(result.stop_reason, "diverged");
    EXPECT_EQ(result.replicas[0].outcome, Outcome::ok);
    EXPECT_EQ(result.replicas[0].epochs, 6);
    EXPECT_EQ(result.replicas[1].epochs, 2);
    EXPECT_TRUE(std::isnan(result.replicas[1].history[1].test_loss));
    EXPECT_TRUE(std::isnan(result.history[1].train_loss)) << "a mean hides nothing";
    EXPECT_EQ(result.history[4].train_loss, 1);
    EXPECT_EQ(result.passes, 2) << "others are whole: the group is repeated to fill the window";
}

TEST_F(GroupCourse, WhereAllDivergeNothingIsRepeated)
{
    request.min_window = Seconds(100);
    auto two = group({{nan}, {3, nan}});
    EXPECT_EQ(follow(two).result.passes, 1);
    EXPECT_EQ(two.resets, 1) << "the one of the beginning";
}

TEST_F(GroupCourse, AStopRequestEndsTheReplicasThatStillTrain)
{
    request.configuration.stop.target_loss = 4;
    stop_after = 3;
    auto two = group({{9}, {2}});
    auto const report = follow(two);
    EXPECT_EQ(report.outcome, Outcome::failed);
    EXPECT_EQ(report.reason, "stopped");
    EXPECT_EQ(report.result.stop_reason, "stopped");
    EXPECT_EQ(report.result.replicas[0].stop_reason, "stopped");
    EXPECT_EQ(report.result.replicas[0].epochs, 3);
    EXPECT_EQ(report.result.replicas[1].stop_reason, "target_loss");
}

TEST_F(GroupCourse, AGroupThatEndsElsewhereIsAnErrorAndNoEndlessTraining)
{
    auto early = group({{3, 2, 1}, {3, 2, 1}});
    request.configuration.epochs = 7;
    EXPECT_THROW(follow(early), Error);
}

TEST(OneByOneGroup, TrainersInStepTakeNoEpochAfterTheirLast)
{
    ScriptedClock clock;
    ScriptedTrainer a(clock), b(clock);
    a.test_losses = {3, 1};
    b.test_losses = {3, 3, 3, 1};
    mlp::Lessons const lessons{
        .epochs = 9, .evaluate_every = 1, .has_accuracy = true, .stop = {.target_loss = 1.0, .target_accuracy = {}, .patience = 0}};
    OneByOne group({{&a, 1, 10, 20}, {&b, 2, 10, 20}}, lessons, 4, std::make_shared<Helpers>(1), clock);
    std::vector<std::pair<std::int64_t, int>> seen;
    while (!group.over())
        for (auto const& done : group.go_on())
        {
            seen.emplace_back(done.epoch, done.replica);
            EXPECT_DOUBLE_EQ(done.stepping.count(), done.epoch <= 2 ? 2 : 1) << "a second for each that still trains";
        }
    EXPECT_THAT(seen, ElementsAre(std::pair(1, 0), std::pair(1, 1), std::pair(2, 0), std::pair(2, 1), std::pair(3, 1), std::pair(4, 1)));
    EXPECT_EQ(a.orders.size(), 2u);
    EXPECT_EQ(b.orders.size(), 4u);
    EXPECT_NE(a.orders[0], b.orders[0]) << "each has the order of its own seed";
    group.reset();
    EXPECT_FALSE(group.over());
    EXPECT_EQ(group.go_on().front().epoch, 1);
}

TEST(OneByOneGroup, AFaultOfATrainerReachesTheCallerFromItsThread)
{
    struct Faulty : ScriptedTrainer
    {
        using ScriptedTrainer::ScriptedTrainer;
        mlp::Pass train(std::span<std::uint32_t const>) override { throw std::runtime_error("the device is gone"); }
    };
    ScriptedClock one, two;
    ScriptedTrainer good(one);
    Faulty bad(two);
    OneByOne group({{&good, 1, 10, 20}, {&bad, 2, 10, 20}}, {}, 4, std::make_shared<Helpers>(2), monotonic_clock());
    EXPECT_THROW((void)group.go_on(), std::runtime_error);
}

}  // namespace
}  // namespace ghee::train
