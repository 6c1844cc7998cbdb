// Events of the runner, messages of the line, time: into the worker; its actions out.
#include "campaign/worker_loop.hpp"

#include <algorithm>

#include "base/version.hpp"
#include "mlp/backend.hpp"
#include "sys/host.hpp"

namespace ghee::campaign {

namespace {
void tell_worker(Worker& worker, Runner& runner, RunnerEvent event, std::vector<std::shared_ptr<std::promise<void>>>& to_release)
{
    if (auto* ended = std::get_if<RunEnded>(&event))
    {
        if (ended->measured.broken_off)
            worker.broken_off(runner.break_reason());
        else
            worker.ended(std::move(ended->measured.report), ended->measured.may_retry, ended->took);
    }
    else if (auto* doing = std::get_if<Doing>(&event))
        worker.doing(doing->what);
    else if (auto* quiet = std::get_if<QuietBegins>(&event))
    {
        worker.keep_quiet(quiet->span);
        to_release.push_back(quiet->announced);
    }
    else
        worker.met_meters(std::get<MetersMet>(event).channels);
}
}  // namespace

Depart serve(Worker& worker, WorkerLine const& line, Runner::Do const& run, std::function<std::string()> const& quit_reason)
{
    Runner runner(run, line.waker);
    Clock& clock = monotonic_clock();
    while (true)
    {
        std::vector<std::shared_ptr<std::promise<void>>> to_release;
        for (RunnerEvent& event : runner.take())
            tell_worker(worker, runner, std::move(event), to_release);
        // In a quiet window not even the line is looked at.
        bool const silent = clock.now() < worker.silent_until();
        while (!silent)
        {
            auto const envelope = line.transport->receive();
            if (!envelope)
                break;
            worker.on(*envelope);
        }
        if (auto reason = quit_reason(); !reason.empty())
            worker.quit(std::move(reason));
        worker.tick();
        for (WorkerAction& action : worker.take_actions())
        {
            if (auto* say = std::get_if<Say>(&action))
                line.transport->send(line.coordinator, say->message);
            else if (auto* start = std::get_if<StartRun>(&action))
                runner.start(std::move(*start));
            else if (auto* off = std::get_if<BreakOff>(&action))
                runner.break_off(off->reason);
            else
                return std::get<Depart>(action);
        }
        for (auto const& announced : to_release)
            announced->set_value();
        Instant const now = clock.now();
        Seconds const pause = std::clamp(std::chrono::duration_cast<Seconds>(worker.next_tick() - now), Seconds(0), Seconds(1));
        if (now < worker.silent_until())
            line.waker->wait(std::chrono::duration_cast<Seconds>(worker.silent_until() - now));
        else if (pause > Seconds(0))
            line.transport->wait(pause);
    }
}

NodeInfo describe_node()
{
    NodeInfo node = sys::node_facts();
    node.ghee_version = std::string(version()) + " (" + commit() + ")";
    for (mlp::Backend const& backend : mlp::backends())
        node.backends.push_back({std::string(backend.name), std::string(name_of(backend.device)), backend.absence()});
    return node;
}

}  // namespace ghee::campaign
