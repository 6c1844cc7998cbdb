// Passes and epochs.
#include "train/course.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "base/contract.hpp"
#include "base/error.hpp"
#include "train/group_result.hpp"
#include "train/replica_seed.hpp"
#include "train/step_times.hpp"
#include "train/stopping.hpp"

namespace ghee::train {

namespace {
bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b)); }

bool same_figures(std::vector<EpochRecord> const& a, std::vector<EpochRecord> const& b)
{
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(), [](EpochRecord const& x, EpochRecord const& y)
        { return same_bits(x.train_loss, y.train_loss) && same_bits(x.test_loss, y.test_loss) && same_bits(x.test_accuracy, y.test_accuracy); });
}

constexpr char const* stopped = "stopped";

bool over(ReplicaResult const& replica) { return !replica.stop_reason.empty(); }

void end(ReplicaResult& replica, std::string const& reason)
{
    replica.stop_reason = reason;
    if (reason == stopped)
    {
        replica.outcome = Outcome::failed;
        replica.reason = stopped;
    }
    else if (reason == diverged)
    {
        EpochRecord const& last = replica.history.back();
        replica.outcome = Outcome::diverged;
        replica.reason =
            std::string(std::isfinite(last.train_loss) ? "test" : "training") + " loss is not finite in epoch " + std::to_string(last.epoch);
    }
}

/// Figures of one pass.
struct Figures
{
    std::vector<ReplicaResult> replicas;
    Seconds seconds{};
    Seconds train_seconds{};

    [[nodiscard]] bool all(char const* reason) const
    {
        return std::all_of(replicas.begin(), replicas.end(), [&](ReplicaResult const& one) { return one.stop_reason == reason; });
    }
    [[nodiscard]] bool any(char const* reason) const
    {
        return std::any_of(replicas.begin(), replicas.end(), [&](ReplicaResult const& one) { return one.stop_reason == reason; });
    }
};

bool same_figures(Figures const& a, Figures const& b)
{
    return std::equal(a.replicas.begin(), a.replicas.end(), b.replicas.begin(), b.replicas.end(),
                      [](ReplicaResult const& x, ReplicaResult const& y) { return same_figures(x.history, y.history); });
}

class Course
{
  public:
    Course(mlp::Group& group, Request const& request, CourseFacts const& facts, Observer const& observer, Clock& clock)
        : group_(group), request_(request), lessons_(lessons_of(request.configuration, facts)), observer_(observer), clock_(clock)
    {
    }

    Report follow()
    {
        Instant const start = clock_.now();
        mark(phase::train, start);
        std::int64_t passes = 0;
        Seconds seconds{}, train_seconds{};
        Figures figures;
        for (;;)
        {
            Figures const before = std::exchange(figures, OnePass(*this, passes + 1).follow());
            ++passes;
            seconds += figures.seconds;
            train_seconds += figures.train_seconds;
            // What diverged altogether is not repeated; a group in which a replica did is.
            bool const whole = !figures.any(stopped) && !figures.all(diverged);
            GHEE_EXPECT(!whole || passes == 1 || same_figures(before, figures));
            if (!whole || Seconds(clock_.now() - start) - marked_resets_ >= request_.min_window)
                break;
            reset_between_passes();
        }
        Report report;
        report.outcome = outcome_of(figures.replicas);
        report.reason = reason_of(figures.replicas);
        sum_up(figures.replicas, report.result);
        report.result.passes = passes;
        report.result.seconds = seconds / static_cast<double>(passes);
        report.result.train_seconds = train_seconds / static_cast<double>(passes);
        report.result.step_us = step_times_.median_us();
        return report;
    }

  private:
    void mark(char const* phase, Instant at) const
    {
        if (observer_.mark)
            observer_.mark({phase, at});
    }

    /// Marks what lay inside `train`, where it was long enough to be told apart.
    void mark_inside(char const* phase, Instant begin, Instant end) const
    {
        mark(phase, begin);
        mark(phase::train, end);
    }

    void reset_between_passes()
    {
        Instant const begin = clock_.now();
        group_.reset();
        Instant const end = clock_.now();
        if (Seconds(end - begin) >= request_.mark_resolution)
        {
            mark_inside(phase::setup, begin, end);
            marked_resets_ += Seconds(end - begin);
        }
    }

    /// From every replica's first epoch to its last.
    class OnePass
    {
      public:
        OnePass(Course& course, std::int64_t number)
            : course_(course), number_(number), start_(course.clock_.now()), endings_(at(course.group_.replicas()), Ending(course.lessons_)),
              replicas_(endings_.size())
        {
            for (std::size_t i = 0; i < replicas_.size(); ++i)
                replicas_[i].seed = seed_of_replica(course.request_.seed, static_cast<int>(i));
        }

        Figures follow()
        {
            while (!all_over())
            {
                for (mlp::EpochDone const& done : course_.group_.go_on())
                    take(done);
                // Not only a contract: a training that goes on for ever because of it would cost what nobody asked for.
                if (course_.group_.over() != all_over())
                    throw Error("the backend ended its networks by another rule than the one that it was given", {}, "please report this");
                tell();
                // A training that has come to its end is not called stopped because the request came with its last epoch.
                if (!all_over() && course_.observer_.stop_requested && course_.observer_.stop_requested())
                    for (ReplicaResult& replica : replicas_)
                        if (!over(replica))
                            end(replica, stopped);
            }
            return figures();
        }

      private:
        static std::size_t at(int index) { return static_cast<std::size_t>(index); }
        [[nodiscard]] bool all_over() const { return std::all_of(replicas_.begin(), replicas_.end(), over); }

        void take(mlp::EpochDone const& done)
        {
            GHEE_EXPECT(done.replica >= 0 && at(done.replica) < replicas_.size());
            ReplicaResult& replica = replicas_[at(done.replica)];
            GHEE_EXPECT(!over(replica) && done.epoch == replica.epochs + 1);
            EpochRecord record = figures_of(done, course_.lessons_);
            record.since_start = Seconds(done.tested_at - start_);
            ++replica.epochs;
            replica.steps += done.trained.steps;
            replica.samples += done.trained.samples;
            replica.history.push_back(record);
            course_.step_times_.add(done.stepping, done.trained.steps);
            training_ += Seconds(done.trained_at - done.begin);
            testing_ += Seconds(done.tested_at - done.trained_at);
            if (replicas_.size() == 1 && done.tested)
                mark_test(done);
            if (std::string const& reason = endings_[at(done.replica)].after(record); !reason.empty())
                end(replica, reason);
        }

        void mark_test(mlp::EpochDone const& done) const
        {
            Seconds const resolution = course_.request_.mark_resolution;
            if (Seconds(done.trained_at - done.begin) >= resolution || Seconds(done.tested_at - done.trained_at) >= resolution)
                course_.mark_inside(phase::evaluate, done.trained_at, done.tested_at);
        }

        /// Of the epochs that every replica which still trains has done now.
        void tell()
        {
            if (!course_.observer_.epoch)
                return;
            std::int64_t most = 0, least = std::numeric_limits<std::int64_t>::max();
            for (ReplicaResult const& replica : replicas_)
            {
                most = std::max(most, replica.epochs);
                if (!over(replica))
                    least = std::min(least, replica.epochs);
            }
            while (told_ < std::min(least, most))
                course_.observer_.epoch(number_, mean_of(replicas_, ++told_));
        }

        Figures figures()
        {
            Figures figures;
            for (ReplicaResult const& replica : replicas_)
                if (!replica.history.empty())
                    figures.seconds = std::max(figures.seconds, replica.history.back().since_start);
            // Replicas train at once, or in turn: the share of training in their epochs is that in the time of the group.
            bool const alone = replicas_.size() == 1 || training_ + testing_ <= Seconds{};
            figures.train_seconds = alone ? training_ : figures.seconds * (training_ / (training_ + testing_));
            figures.replicas = std::move(replicas_);
            return figures;
        }

        Course& course_;
        std::int64_t number_;
        Instant start_;
        std::vector<Ending> endings_;
        std::vector<ReplicaResult> replicas_;
        std::int64_t told_ = 0;  ///< epochs
        Seconds training_{};     ///< of all replicas' epochs, added up
        Seconds testing_{};
    };

    mlp::Group& group_;
    Request const& request_;
    mlp::Lessons lessons_;
    Observer const& observer_;
    Clock& clock_;
    StepTimes step_times_;
    Seconds marked_resets_{};  ///< they are in no phase that is charged
};
}  // namespace

mlp::Lessons lessons_of(Configuration const& configuration, CourseFacts const& facts)
{
    return {.epochs = configuration.epochs,
            .evaluate_every = configuration.evaluate_every,
            .has_accuracy = facts.has_accuracy,
            .stop = configuration.stop};
}

Report follow_course(mlp::Group& group, Request const& request, CourseFacts const& facts, Observer const& observer, Clock& clock)
{
    GHEE_EXPECT(request.configuration.epochs > 0 && request.configuration.evaluate_every > 0);
    return Course(group, request, facts, observer, clock).follow();
}

}  // namespace ghee::train
