// Passes and epochs.
#include "train/course.hpp"

#include <cmath>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "base/contract.hpp"
#include "data/dataset.hpp"
#include "train/step_times.hpp"
#include "train/stopping.hpp"

namespace ghee::train {

namespace {
bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b)); }

bool same_figures(std::vector<EpochRecord> const& a, std::vector<EpochRecord> const& b)
{
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!same_bits(a[i].train_loss, b[i].train_loss) || !same_bits(a[i].test_loss, b[i].test_loss) ||
            !same_bits(a[i].test_accuracy, b[i].test_accuracy))
            return false;
    return true;
}

/// Figures of one pass.
struct Figures
{
    std::vector<EpochRecord> history;
    std::int64_t steps = 0;
    std::int64_t samples = 0;
    Seconds seconds{};
    Seconds train_seconds{};
    std::string stop_reason;  ///< empty while it goes on
};

class Course
{
  public:
    Course(mlp::Trainer& trainer, Request const& request, CourseFacts const& facts, Observer const& observer, Clock& clock)
        : trainer_(trainer), request_(request), configuration_(request.configuration), facts_(facts), observer_(observer), clock_(clock)
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
            Figures const before = std::exchange(figures, one_pass(passes + 1));
            ++passes;
            seconds += figures.seconds;
            train_seconds += figures.train_seconds;
            bool const whole = figures.stop_reason != stopped && figures.stop_reason != diverged;
            GHEE_EXPECT(!whole || passes == 1 || same_figures(before.history, figures.history));
            if (!whole || Seconds(clock_.now() - start) - marked_resets_ >= request_.min_window)
                break;
            reset_between_passes();
        }
        return report(std::move(figures), passes, seconds / static_cast<double>(passes), train_seconds / static_cast<double>(passes));
    }

  private:
    static constexpr char const* stopped = "stopped";
    static constexpr char const* diverged = "diverged";

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

    Figures one_pass(std::int64_t pass)
    {
        Figures figures;
        StopRule rule(configuration_.stop);
        Instant const start = clock_.now();
        for (std::int64_t epoch = 1; figures.stop_reason.empty(); ++epoch)
        {
            EpochRecord const record = one_epoch(epoch, start, figures, rule);
            figures.history.push_back(record);
            if (observer_.epoch)
                observer_.epoch(pass, record);
            // A training that has come to its end is not called stopped because the request came with its last epoch.
            if (figures.stop_reason.empty() && observer_.stop_requested && observer_.stop_requested())
                figures.stop_reason = stopped;
        }
        figures.seconds = figures.history.back().since_start;
        return figures;
    }

    /// Trains and, where it is due, evaluates; sets figures.stop_reason when this was the last epoch.
    EpochRecord one_epoch(std::int64_t epoch, Instant pass_start, Figures& figures, StopRule& rule)
    {
        EpochRecord record;
        record.epoch = epoch;
        Instant const begin = clock_.now();
        std::vector<std::uint32_t> order;
        if (!trainer_.draws_order())
            order = data::epoch_order(facts_.train_rows, request_.seed, epoch);
        Instant const ordered = clock_.now();
        mlp::Pass const trained = trainer_.draws_order() ? trainer_.train_epoch(request_.seed, epoch) : trainer_.train(order);
        Instant const end = clock_.now();
        step_times_.add(Seconds(end - ordered), trained.steps);
        figures.train_seconds += Seconds(end - begin);
        figures.steps += trained.steps;
        figures.samples += trained.samples;
        record.train_loss = trained.loss_sum / static_cast<double>(trained.samples);
        record.since_start = Seconds(end - pass_start);
        if (!std::isfinite(record.train_loss))
        {
            figures.stop_reason = diverged;
            return record;
        }
        bool const last = epoch == configuration_.epochs;
        if (last || epoch % configuration_.evaluate_every == 0)
            evaluate(record, begin, end, pass_start, figures, rule);
        if (last && figures.stop_reason.empty())
            figures.stop_reason = "epochs";
        return record;
    }

    void evaluate(EpochRecord& record, Instant epoch_begin, Instant begin, Instant pass_start, Figures& figures, StopRule& rule)
    {
        mlp::Pass const tested = trainer_.evaluate();
        Instant const end = clock_.now();
        auto const samples = static_cast<double>(tested.samples);
        record.test_loss = tested.loss_sum / samples;
        if (facts_.has_accuracy)
            record.test_accuracy = static_cast<double>(tested.correct) / samples;
        record.since_start = Seconds(end - pass_start);
        if (Seconds(begin - epoch_begin) >= request_.mark_resolution || Seconds(end - begin) >= request_.mark_resolution)
            mark_inside(phase::evaluate, begin, end);
        // The last step of an epoch may have thrown the weights away: its training loss does not show it yet, the test does.
        figures.stop_reason = std::isfinite(record.test_loss) ? rule.after(record.test_loss, record.test_accuracy).value_or("") : diverged;
    }

    void reset_between_passes()
    {
        Instant const begin = clock_.now();
        trainer_.reset();
        Instant const end = clock_.now();
        if (Seconds(end - begin) >= request_.mark_resolution)
        {
            mark_inside(phase::setup, begin, end);
            marked_resets_ += Seconds(end - begin);
        }
    }

    Report report(Figures&& figures, std::int64_t passes, Seconds seconds, Seconds train_seconds) const
    {
        Report report;
        auto& result = report.result;
        result.epochs = static_cast<std::int64_t>(figures.history.size());
        result.steps = figures.steps;
        result.samples = figures.samples;
        result.passes = passes;
        result.seconds = seconds;
        result.train_seconds = train_seconds;
        result.step_us = step_times_.median_us();
        result.stop_reason = figures.stop_reason;
        result.history = std::move(figures.history);
        EpochRecord const& last = result.history.back();
        if (result.stop_reason == diverged)
        {
            report.outcome = Outcome::diverged;
            report.reason =
                std::string(std::isfinite(last.train_loss) ? "test" : "training") + " loss is not finite in epoch " + std::to_string(last.epoch);
        }
        else if (result.stop_reason == stopped)
        {
            report.outcome = Outcome::failed;
            report.reason = stopped;
        }
        return report;
    }

    mlp::Trainer& trainer_;
    Request const& request_;
    Configuration const& configuration_;
    CourseFacts const& facts_;
    Observer const& observer_;
    Clock& clock_;
    StepTimes step_times_;
    Seconds marked_resets_{};  ///< they are in no phase that is charged
};
}  // namespace

Report follow_course(mlp::Trainer& trainer, Request const& request, CourseFacts const& facts, Observer const& observer, Clock& clock)
{
    GHEE_EXPECT(facts.train_rows > 0 && request.configuration.epochs > 0 && request.configuration.evaluate_every > 0);
    return Course(trainer, request, facts, observer, clock).follow();
}

}  // namespace ghee::train
