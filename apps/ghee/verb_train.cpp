// ghee train: one training, no measurement; also what a worker starts.
#include <unistd.h>

#include <iostream>
#include <optional>

#include "base/log.hpp"
#include "report_channel.hpp"
#include "sys/signals.hpp"
#include "train_call.hpp"
#include "train_progress.hpp"
#include "train_report.hpp"
#include "verb.hpp"

namespace ghee::app {

namespace {
train::Report follow(TrainCall const& call, ReportChannel* channel, sys::StopSignals const& stop)
{
    auto& clock = monotonic_clock();
    std::optional<TrainProgress> progress;
    train::Observer observer;
    bool began = false;
    observer.mark = [&](Mark const& mark)
    {
        if (channel)
            channel->tell(mark);
        if (progress && !began && mark.phase == phase::train)
        {
            began = true;
            progress->begin();
        }
    };
    if (!call.json)
    {
        progress.emplace(call.request.configuration.epochs, ::isatty(STDERR_FILENO) != 0, clock);
        observer.made = [&progress](int replicas, int of) { progress->made(replicas, of); };
        observer.epoch = [&progress](std::int64_t pass, EpochRecord const& record) { progress->after(pass, record); };
    }
    observer.stop_requested = [&stop] { return stop.requested(); };
    auto report = train::run_training(call.request, observer, clock);
    if (progress)
        progress->finish();
    return report;
}
}  // namespace

ExitCode train(std::vector<std::string> const& arguments)
{
    sys::ignore_broken_pipes();
    sys::StopSignals const stop;
    auto const channel = ReportChannel::from_environment();
    std::optional<TrainCall> call;
    train::Report report;
    try
    {
        call = parse_train(arguments);
        if (!call)
            return ExitCode::done;
        report = follow(*call, channel.get(), stop);
    }
    catch (std::exception const& error)
    {
        if (channel)
            channel->tell_failure(error.what());
        throw;
    }
    if (channel)
        channel->tell(report);
    std::cout << (call->json ? train_json(call->request, report) + "\n" : train_table(call->request, report));
    if (report.outcome == Outcome::failed)
        throw Error("the training was not finished", report.reason);
    if (report.outcome == Outcome::diverged)
        log_warning("the training diverged: " + report.reason);
    return ExitCode::done;
}

}  // namespace ghee::app
