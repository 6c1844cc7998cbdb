// Real trainings on real data, with whatever backend this machine's CPU has.
#include "train/training.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "base/error.hpp"
#include "data/dataset.hpp"
#include "support/command.hpp"

namespace ghee::train {
namespace {

Request request_for(std::string const& dataset, std::int64_t size, std::int64_t epochs)
{
    Request request;
    request.configuration.dataset = dataset;
    request.configuration.size = size;
    request.configuration.epochs = epochs;
    request.configuration.optimizer.learning_rate = 0.01;
    request.seed = 3;
    return request;
}

/// Every look at it takes a millisecond: spans are counts of looks, whatever the machine does meanwhile.
class TickingClock : public Clock
{
  public:
    [[nodiscard]] Instant now() const override { return from_ns(looks_++ * 1'000'000); }
    void sleep_until(Instant) override {}

  private:
    mutable std::int64_t looks_ = 0;
};

/// Test loss of whoever always answers the training targets' mean.
double loss_of_the_mean(Request const& request)
{
    auto const dataset = data::load_dataset(request.configuration.dataset);
    auto const split = data::split_dataset(dataset, request.configuration.test_fraction, 0, request.seed);
    auto const width = static_cast<std::size_t>(dataset.outputs);
    std::vector<double> mean(width);
    for (std::size_t i = 0; i < split.train_targets.size(); ++i)
        mean[i % width] += split.train_targets[i] / static_cast<double>(split.train_rows);
    double sum = 0;
    for (std::size_t i = 0; i < split.test_targets.size(); ++i)
    {
        double const target = split.test_targets[i], answer = mean[i % width];
        sum += dataset.loss == Loss::cross_entropy ? (target > 0 ? -target * std::log(answer) : 0.0)
                                                   : (answer - target) * (answer - target) / static_cast<double>(width);
    }
    return sum / static_cast<double>(split.test_rows);
}

TEST(Training, LearnsTwoMoonsBetterThanTheirMean)
{
    auto request = request_for("banana", 256, 30);
    request.configuration.optimizer.learning_rate = 0.02;
    request.configuration.batch = 64;
    double const trivial = loss_of_the_mean(request);
    EXPECT_NEAR(trivial, 0.247, 0.005) << "nearly balanced classes 0 and 1";
    auto const report = run_training(request, {}, monotonic_clock());
    EXPECT_EQ(report.outcome, Outcome::ok);
    EXPECT_LT(report.result.history.back().test_loss, 0.6 * trivial);
    EXPECT_LT(report.result.history.back().train_loss, report.result.history.front().train_loss);
    EXPECT_TRUE(std::isnan(report.result.history.back().test_accuracy)) << "the study runs banana as regression";
}

TEST(Training, LearnsNurseryWithItsAccuracy)
{
    auto request = request_for("nursery", 512, 4);
    double const trivial = loss_of_the_mean(request);
    auto const report = run_training(request, {}, monotonic_clock());
    auto const& result = report.result;
    EXPECT_GT(trivial, 1.0);
    EXPECT_LT(result.history.back().test_loss, 0.4 * trivial);
    EXPECT_GT(result.history.back().test_accuracy, 0.85);
    EXPECT_EQ(result.inputs, 26);
    EXPECT_EQ(result.outputs, 4);
    EXPECT_EQ(result.test_samples, 2592) << "ceil(0.2 * 12958)";
    EXPECT_EQ(result.train_samples, 10366);
    EXPECT_EQ(result.steps, 4 * 41) << "the last, partial batch is a step too";
    EXPECT_EQ(result.samples, 4 * 10366);
    EXPECT_EQ(result.loss, "cross_entropy");
    EXPECT_THAT(result.task, testing::StartsWith("classification"));
    EXPECT_EQ(result.widths.back(), 4);
    EXPECT_NE(result.backend, "auto");
    EXPECT_NE(result.backend, "");
    EXPECT_GT(result.step_us, 0);
    EXPECT_LE(result.step_us * 1e-6 * static_cast<double>(result.steps), 4 * result.train_seconds.count());
}

TEST(Training, TheSameSeedGivesTheSameBitsAndAnotherDoesNot)
{
    auto request = request_for("banana", 64, 3);
    request.configuration.label_noise = 0.1;
    auto const losses = [&]
    {
        std::vector<double> values;
        for (auto const& record : run_training(request, {}, monotonic_clock()).result.history)
        {
            values.push_back(record.train_loss);
            values.push_back(record.test_loss);
        }
        return values;
    };
    auto const first = losses();
    EXPECT_EQ(losses(), first);
    request.seed = 4;
    EXPECT_NE(losses(), first);
}

TEST(Training, TheWarmUpAndThePassesBeforeLeaveNoTrace)
{
    // The course itself holds every pass against the one before (contract).
    auto request = request_for("banana", 32, 2);
    TickingClock clock;
    auto const once = run_training(request, {}, clock).result;
    request.min_window = 2.5 * once.seconds;
    auto const often = run_training(request, {}, clock).result;
    EXPECT_EQ(once.passes, 1);
    EXPECT_GE(often.passes, 2);
    EXPECT_LE(often.passes, 3);
    ASSERT_EQ(often.history.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i)
    {
        EXPECT_EQ(often.history[i].train_loss, once.history[i].train_loss);
        EXPECT_EQ(often.history[i].test_loss, once.history[i].test_loss);
    }
    EXPECT_EQ(often.steps, once.steps);
}

TEST(Training, PhasesAreMarkedInOrderAndCoverTheSpan)
{
    auto request = request_for("banana", 32, 3);
    request.mark_resolution = Seconds(0);  // everything is told apart
    std::vector<Mark> marks;
    Observer observer;
    observer.mark = [&](Mark const& mark) { marks.push_back(mark); };
    TickingClock clock;
    Instant const before = clock.now();
    auto const result = run_training(request, observer, clock).result;
    Instant const after = clock.now();
    std::vector<std::string> phases;
    for (auto const& mark : marks)
        phases.push_back(mark.phase);
    EXPECT_THAT(phases, testing::ElementsAre("setup", "warmup", "train", "evaluate", "train", "evaluate", "train", "evaluate", "train", "teardown"));
    EXPECT_GE(marks.front().at, before);
    EXPECT_LE(marks.back().at, after);
    EXPECT_TRUE(std::is_sorted(marks.begin(), marks.end(), [](auto const& a, auto const& b) { return a.at < b.at; }));
    Seconds evaluated{};
    for (std::size_t i = 3; i < 9; i += 2)
        evaluated += Seconds(marks[i + 1].at - marks[i].at);
    EXPECT_DOUBLE_EQ(evaluated.count(), 3e-3) << "one look at the clock behind each";
    EXPECT_GE((result.seconds - result.train_seconds).count(), evaluated.count());
}

/// Two inputs, and a target that a network of 32 parameters learns in a moment.
std::string easy_table()
{
    std::string text = "a\tb\ttarget\n";
    for (int i = 0; i < 400; ++i)
        text += std::to_string(i % 2) + "\t" + std::to_string(i % 3 == 0) + "\t" + std::to_string(i % 2) + "\n";
    return text;
}

struct OwnTable : testing::Test
{
    ghee::test::TemporaryFolder const folder;
    Request easy;
    OwnTable()
    {
        ghee::test::write_file(folder / "easy.tsv", easy_table());
        easy = request_for((folder / "easy.tsv").string(), 32, 500);
        easy.configuration.optimizer.learning_rate = 0.05;
        easy.configuration.batch = 32;
    }
};

TEST_F(OwnTable, IsTrainedOnUntilTheTargetAndNoLonger)
{
    easy.configuration.stop.target_loss = 0.05;
    auto const result = run_training(easy, {}, monotonic_clock()).result;
    EXPECT_EQ(result.stop_reason, "target_loss");
    ASSERT_LT(result.epochs, 500);
    ASSERT_GE(result.epochs, 2);
    EXPECT_LE(result.history.back().test_loss, 0.05);
    EXPECT_GT(result.history[result.history.size() - 2].test_loss, 0.05);
}

TEST_F(OwnTable, ReachesItsAccuracy)
{
    easy.configuration.task = "binary";
    easy.configuration.stop.target_accuracy = 1.0;
    auto const result = run_training(easy, {}, monotonic_clock()).result;
    EXPECT_EQ(result.stop_reason, "target_accuracy");
    EXPECT_EQ(result.history.back().test_accuracy, 1.0);
}

TEST_F(OwnTable, ATargetAccuracyForARegressionIsRefused)
{
    easy.configuration.task = "regression";
    easy.configuration.stop.target_accuracy = 0.9;
    EXPECT_THROW((void)run_training(easy, {}, monotonic_clock()), UsageError);
}

TEST_F(OwnTable, AnAbsurdRateDivergesWithoutACrash)
{
    easy.configuration.task = "regression";
    easy.configuration.optimizer.kind = OptimizerKind::sgd;
    easy.configuration.optimizer.learning_rate = 1e200;
    easy.configuration.optimizer.l2 = 1e200;
    easy.configuration.activation = Activation::linear;
    auto const report = run_training(easy, {}, monotonic_clock());
    EXPECT_EQ(report.outcome, Outcome::diverged);
    EXPECT_EQ(report.result.stop_reason, "diverged");
    EXPECT_FALSE(std::isfinite(report.result.history.back().train_loss) && std::isfinite(report.result.history.back().test_loss));
    EXPECT_LT(report.result.epochs, 500);
}

TEST_F(OwnTable, ABackendThatCannotIsAnErrorWithTheReason)
{
    easy.configuration.backend = "no-such-backend";
    EXPECT_THROW((void)run_training(easy, {}, monotonic_clock()), Error);
}

TEST(Training, AnUnknownDataSetIsAnError) { EXPECT_THROW((void)run_training(request_for("no-such-data-set", 32, 1), {}, monotonic_clock()), Error); }

}  // namespace
}  // namespace ghee::train
