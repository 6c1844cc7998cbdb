// The order of things around a child, and what becomes of them when the daemon is lost.
#include "campaign/measured_run.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/log.hpp"
#include "campaign/capability.hpp"
#include "campaign/child.hpp"
#include "campaign/plan.hpp"
#include "energy/account.hpp"
#include "energy/device.hpp"
#include "energy/divergence.hpp"
#include "record/flag.hpp"
#include "record/json.hpp"
#include "sys/file.hpp"

namespace ghee::campaign {

namespace {
using energy::Window;

std::chrono::nanoseconds ns(Seconds span) { return std::chrono::duration_cast<std::chrono::nanoseconds>(span); }

/// Of one core: what a quiet node may use in a quiet window before its baseline is called busy.
constexpr double quiet_share = 0.25;

/// Time of what a run is charged with: training and evaluation, or all of it where no training is marked.
Seconds charged_time(std::vector<energy::Phase> const& phases)
{
    auto const is = [](char const* name) { return [name](energy::Phase const& one) { return one.name == name; }; };
    bool const trains = std::any_of(phases.begin(), phases.end(), is(phase::train));
    Seconds sum{};
    for (energy::Phase const& one : phases)
        if (trains ? is(phase::train)(one) || is(phase::evaluate)(one) : is(phase::whole)(one))
            for (Window const& window : one.windows)
                sum += window.duration();
    return sum;
}

class Run
{
  public:
    Run(Assign const& assign, Orders const& orders, Bench const& bench, MeterLine& line, Abort const& abort, Watcher const& watcher)
        : assign_(assign), orders_(orders), bench_(bench), line_(line), abort_(abort), watcher_(watcher)
    {
    }

    Measured operator()()
    {
        std::optional<ChildReport> earlier;
        std::string loss;
        for (int take = 0; take < 2; ++take)
        {
            before_.reset();
            after_.reset();
            busy_ = false;
            traces_.clear();
            loss = prepare();
            if (abort_.asked())
                return broken_off();
            ChildReport child = train();
            if (child.broken_off)
                return broken_off();
            bool const worth_measuring = child.outcome == Outcome::ok || child.outcome == Outcome::diverged;
            if (loss.empty() && worth_measuring)
                loss = finish();
            release();
            if (abort_.asked() && !worth_measuring)
                return broken_off();
            if (earlier && worth_measuring && !same_training(earlier->training, child.training))
                log_warning("run " + assign_.task.run_id + " was measured twice and trained differently the second time");
            if (loss.empty() || !worth_measuring || take == 1 || abort_.asked() || !was_prepared_)
                return report(std::move(child), worth_measuring ? loss : std::string{});
            log_warning("run " + assign_.task.run_id + " is measured again: " + loss);
            earlier = std::move(child);
        }
        return broken_off();
    }

  private:
    /// Connection, lease and first quiet window. Empty: all there; else why there will be no energy.
    std::string prepare()
    {
        was_prepared_ = false;
        // The second try is for a daemon that has just died: the line opens a new one.
        std::string loss;
        for (int attempt = 0; attempt < 2 && !abort_.asked(); ++attempt)
        {
            loss = guarded(
                [this]
                {
                    say("waiting for the meter");
                    meter::Client& client = line_.client();
                    if (watcher_.meters)
                        watcher_.meters(client.daemon().channels);
                    while (!client.acquire_lease(assign_.task.run_id, Seconds(1)))
                        if (abort_.asked())
                            return;
                    before_ = keep_quiet(orders_.measure.idle_before);
                    was_prepared_ = true;
                });
            if (loss.empty())
                break;
        }
        return loss;
    }

    /// Second quiet window and the samples of the whole span.
    std::string finish()
    {
        return guarded(
            [this]
            {
                after_ = keep_quiet(orders_.measure.idle_after);
                say("reading the meter");
                traces_ = line_.client().trace(before_->begin, after_->end);
            });
    }

    void release()
    {
        guarded(
            [this]
            {
                if (was_prepared_ && line_.connected())
                    line_.client().release_lease();
            });
    }

    template<class Step>
    std::string guarded(Step const& step)
    {
        try
        {
            step();
            return {};
        }
        catch (std::exception const& error)
        {
            line_.drop();
            return error.what();
        }
    }

    Window keep_quiet(Seconds span)
    {
        say("keeping quiet");
        if (watcher_.quiet && span > Seconds(0))
            watcher_.quiet(span);
        auto const busy_before = bench_.busy_time();
        Instant const begin = monotonic_clock().now();
        [[maybe_unused]] bool const whole = abort_.sleep_until(begin + ns(span));
        Window const window{begin, monotonic_clock().now()};
        auto const busy_after = bench_.busy_time();
        // Processors at work where nothing should be: their power would pass for idle. A tick is the count's own grain.
        if (busy_before && busy_after && *busy_after - *busy_before > quiet_share * window.duration() + Seconds(0.01))
            busy_ = true;
        return window;
    }

    ChildReport train()
    {
        Configuration const& configuration = assign_.task.configuration;
        say((configuration.workload.empty() ? configuration.dataset + " " + std::string(name_of(configuration.shape)) : configuration.workload) +
            (configuration.size > 0 ? " " + std::to_string(configuration.size) : ""));
        sys::Command command;
        if (configuration.workload.empty())
            command.argv = {bench_.trainer.string(),
                            "train",
                            "--json",
                            "--task-json",
                            nlohmann::json(assign_.task).dump(),
                            "--min-window",
                            std::to_string(orders_.measure.min_window.count())};
        else
            command.argv = command_of(assign_.task);
        command.cpus = bench_.cpus;
        if (auto const gpus = given_gpus(); !gpus.empty())
            command.environment.set["CUDA_VISIBLE_DEVICES"] = fmt::format("{}", fmt::join(gpus, ","));
        command.memory_limit_bytes = orders_.run.memory_limit_bytes;
        command.output = log_file();
        return run_child(std::move(command), assign_.deadline, abort_);
    }

    /// Definite ones, so that it is known which channels are theirs.
    [[nodiscard]] std::span<std::string const> given_gpus() const
    {
        std::size_t const wanted = gpus_wanted(assign_.task.configuration);
        return wanted <= bench_.gpus.size() ? std::span(bench_.gpus).first(wanted) : std::span<std::string const>{};
    }

    std::filesystem::path log_file() const
    {
        std::error_code fault;
        std::filesystem::path folder = orders_.logs;
        std::filesystem::create_directories(folder, fault);
        if (fault)
            folder = sys::temporary_folder();
        return folder / (assign_.task.run_id + "-" + std::to_string(assign_.attempt) + ".log");
    }

    Measured report(ChildReport child, std::string const& loss)
    {
        Measured measured;
        measured.may_retry = child.may_retry;
        RunReport& report = measured.report;
        report.task = assign_.task;
        report.attempt = assign_.attempt;
        report.outcome = child.outcome;
        report.reason = std::move(child.reason);
        report.node = bench_.node;
        report.start_unix_ns = child.start_unix_ns;
        report.start = child.start;
        report.end = child.end;
        report.training = std::move(child.training);
        report.metrics = std::move(child.metrics);
        report.marks = std::move(child.marks);
        report.cpus = bench_.cpus;
        report.gpus.assign(given_gpus().begin(), given_gpus().end());
        if (report.outcome != Outcome::ok && report.outcome != Outcome::diverged)
            return measured;
        std::string const unmetered = loss.empty() ? account(report) : loss;
        if (!unmetered.empty())
        {
            report.reason += (report.reason.empty() ? "" : "; ") + ("no energy: " + unmetered);
            if (report.outcome == Outcome::ok)
                report.outcome = Outcome::unmetered;
        }
        return measured;
    }

    /// Empty: the run has its energy; else why not.
    std::string account(RunReport& report)
    {
        std::vector<Mark> const no_marks;
        auto const phases = energy::phases_of(orders_.measure.phases ? report.marks : no_marks, {report.start, report.end});
        report.accounts = energy::account(traces_, phases, before_, after_, report.gpus);
        for (std::size_t const index : energy::traces_of_devices(traces_, report.gpus))
            report.device_meter += (report.device_meter.empty() ? "" : "+") + traces_[index].channel.name;
        for (energy::Divergence const& one : energy::divergences(traces_, {report.start, report.end}))
            log_warning(fmt::format("run {}: {} counted {:.4g} J where {} makes {:.4g} J: more apart than their classes and edges explain ({:.3g} J)",
                                    assign_.task.run_id, one.counter, one.counted.value(), one.gauge, one.integrated.value(), one.allowed.value()));
        auto const all_say = [&report](char const* word)
        {
            for (EnergyAccount& one : report.accounts)
                one.flags.emplace_back(word);
        };
        if (busy_)
            all_say(flag::busy_node);
        // A microsecond is lost on the way to the trainer's command line.
        if (charged_time(phases) + Seconds(1e-6) < orders_.measure.min_window)
            all_say(flag::short_window);
        report.traces = std::move(traces_);
        for (Trace const& trace : report.traces)
            if (trace.channel.primary)
                report.meter += (report.meter.empty() ? "" : "+") + trace.channel.name;
        if (report.meter.empty())
            return "the node has no meter for the whole of a run";
        for (EnergyAccount& sum : report.accounts)
            if (sum.channel == "primary" && sum.phase == phase::whole)
            {
                double const share = std::abs(sum.net_uncertainty / sum.net);
                if (orders_.measure.target_uncertainty > 0 && !(share <= orders_.measure.target_uncertainty))
                    sum.flags.emplace_back(flag::above_target);
                return sum.gross.defined() ? "" : "the meter gave no samples while it ran";
            }
        return "the meter gave no samples while it ran";
    }

    /// The same seed and backend must give the same numbers; times differ.
    static bool same_training(TrainingResult a, TrainingResult b)
    {
        auto const losses = [](TrainingResult const& result)
        {
            std::vector<double> list;
            auto const add = [&list](std::vector<EpochRecord> const& history)
            {
                for (EpochRecord const& epoch : history)
                    for (double const loss : {epoch.train_loss, epoch.test_loss})
                        list.push_back(std::isnan(loss) ? -1 : loss);
            };
            add(result.history);
            for (ReplicaResult const& replica : result.replicas)
                add(replica.history);
            return list;
        };
        return a.backend == b.backend && losses(a) == losses(b);
    }

    static Measured broken_off()
    {
        Measured measured;
        measured.broken_off = true;
        return measured;
    }

    void say(std::string const& what) const
    {
        if (watcher_.doing)
            watcher_.doing(what);
    }

    Assign const& assign_;
    Orders const& orders_;
    Bench const& bench_;
    MeterLine& line_;
    Abort const& abort_;
    Watcher const& watcher_;
    std::optional<Window> before_;
    std::optional<Window> after_;
    bool busy_ = false;  ///< somebody kept the node at work in a quiet window
    std::vector<Trace> traces_;
    bool was_prepared_ = false;
};
}  // namespace

Measured run_measured(Assign const& assign, Orders const& orders, Bench const& bench, MeterLine& line, Abort const& abort, Watcher const& watcher)
{
    return Run(assign, orders, bench, line, abort, watcher)();
}

}  // namespace ghee::campaign
