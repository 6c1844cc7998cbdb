// The coordinator at work: its state machine between ledger, line, signals and spectators.
#include "campaign/conduct.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <map>
#include <thread>
#include <utility>

#include "base/identity.hpp"
#include "base/log.hpp"
#include "campaign/ledger.hpp"
#include "campaign/local_worker.hpp"
#include "campaign/memory_transport.hpp"
#include "store/run_figures.hpp"
#include "sys/host.hpp"

namespace ghee::campaign {

namespace {
/// Publishing may take this share of the time at most, while runs go on.
constexpr double publish_share = 0.02;
constexpr Seconds turn{0.5};

LedgerPlan ledger_plan(Job const& job, std::vector<Cell> const& cells, std::vector<Task> const& tasks)
{
    LedgerPlan plan;
    plan.provenance.campaign_name = job.campaign.name;
    plan.provenance.campaign_text = job.campaign.text;
    plan.provenance.command_line = job.command_line;
    plan.provenance.host = sys::node_name();
    plan.provenance.start_unix_ns = wall_clock_ns();
    plan.provenance.planned_runs = static_cast<std::int64_t>(tasks.size());
    for (Cell const& cell : cells)
        if (cell.reason.empty())
            plan.configurations.push_back({cell.config_id, cell.configuration, cell.inputs, cell.outputs, cell.widths, cell.parameters,
                                           cell.size_error, cell.flops_per_step, cell.layer.value(), cell.forward.value(), cell.backward.value(),
                                           cell.epoch.value()});
    plan.tasks = fingerprints(tasks);
    return plan;
}

/// Generous: the prediction is rough and the machine unknown; it is there to end what hangs.
Seconds deadline_of(Campaign const& campaign, Cell const& cell)
{
    if (campaign.run.deadline > Seconds(0))
        return campaign.run.deadline;
    Seconds const day{24 * 3600.0};
    Seconds const predicted = predicted_seconds(cell);
    return predicted < day ? std::max(Seconds(3600), 100 * predicted + 100 * campaign.measure.min_window) : 7 * day;
}

std::vector<Pending> pending(Job const& job, std::vector<Cell> const& cells, std::vector<Task> const& tasks, LedgerState const& found)
{
    std::map<std::string, Seconds> deadlines;
    for (Cell const& cell : cells)
        deadlines[cell.config_id] = deadline_of(job.campaign, cell);
    std::vector<Pending> todo;
    for (Task const& task : tasks)
    {
        if (found.runs.contains(task.run_id))
            continue;
        Pending run{task};
        if (auto const attempts = found.attempts.find(task.run_id); attempts != found.attempts.end())
            run.failed = attempts->second;
        run.deadline = deadlines.at(task.config_id);
        todo.push_back(std::move(run));
    }
    return todo;
}

Orders orders_of(Job const& job)
{
    auto const output = std::filesystem::absolute(job.output).lexically_normal();
    return {job.campaign.name,
            job.campaign.measure,
            job.campaign.power,
            job.campaign.run,
            output.string() + ".logs",
            job.worker_patience,
            hex(stable_hash(output.string()))};
}

void refuse_present_output(Job const& job)
{
    auto const ledger = ledger_path(job.output);
    bool const has_ledger = std::filesystem::exists(ledger);
    if (!job.resume && (has_ledger || std::filesystem::exists(job.output)))
        throw UsageError("'" + job.output.string() + "' is there already", has_ledger ? "with its ledger" : "without a ledger",
                         has_ledger ? "go on with --resume, or name another file with -o" : "name another file with -o");
    if (job.resume && !has_ledger && std::filesystem::exists(job.output))
        throw UsageError("cannot resume '" + job.output.string() + "'", "its ledger '" + ledger.string() + "' is gone",
                         "name another file with -o and merge later");
}

/// Carries out what the coordinator wants done.
class Conductor
{
  public:
    Conductor(Job const& job, Ledger& ledger, Transport& hub, Coordinator& coordinator, Spectator const& spectator)
        : job_(job), ledger_(ledger), hub_(hub), coordinator_(coordinator), spectator_(spectator)
    {
    }

    void listen()
    {
        while (auto envelope = hub_.receive())
            coordinator_.on(*envelope);
        coordinator_.tick();
        obey();
    }

    void obey()
    {
        bool unsynced = false;
        for (Action& action : coordinator_.take_actions())
        {
            if (auto* send = std::get_if<Send>(&action))
            {
                if (std::exchange(unsynced, false))
                    ledger_.sync();
                hub_.send(send->to, send->message);
                continue;
            }
            if (auto* note = std::get_if<Note>(&action))
            {
                if (spectator_.note)
                    spectator_.note(note->warning, note->text);
                continue;
            }
            unsynced = true;
            if (auto* run = std::get_if<RecordRun>(&action))
                record(run->report);
            else if (auto* attempt = std::get_if<RecordAttempt>(&action))
                ledger_.append(AttemptRecord{attempt->run_id, attempt->attempt});
            else if (auto* seen = std::get_if<RecordNode>(&action))
                ledger_.append(store::NodeRow{seen->node, seen->worker, seen->channels});
        }
        if (unsynced)
            ledger_.sync();
    }

    /// Building a large file takes its time; nobody may take it for this coordinator's death. Until it is there, `meanwhile` is called in
    /// every turn and what it wants said is said.
    LedgerState publish_aside(std::chrono::milliseconds turn_of_it, std::function<void()> const& meanwhile)
    {
        auto published = std::async(std::launch::async, [this] { return publish_from_ledger(ledger_.path(), job_.output); });
        while (published.wait_for(turn_of_it) != std::future_status::ready)
        {
            meanwhile();
            obey_sends();
        }
        return published.get();
    }

    void obey_sends()
    {
        for (Action& action : coordinator_.take_actions())
            if (auto* send = std::get_if<Send>(&action))
                hub_.send(send->to, send->message);
    }

    Progress& progress() { return progress_; }

  private:
    void record(RunReport const& run)
    {
        if (!ledger_.append(run))
            return;
        for (EnergyAccount const& sum : run.accounts)
            if (sum.channel == "primary" && sum.phase == phase::whole && sum.net.defined())
            {
                progress_.net = progress_.net.defined() ? progress_.net + sum.net : sum.net;
                progress_.estimated = progress_.estimated || sum.estimated;
            }
        // A moment when this node measures nothing: its own worker waits for the receipt, or has nothing to do.
        if (run.worker == 0 || !coordinator_.busy(0))
            publish_if_due();
    }

    void publish_if_due()
    {
        Instant const now = monotonic_clock().now();
        if (now < next_publish_)
            return;
        ledger_.sync();
        publish_aside(std::chrono::seconds(1), [this] { coordinator_.reassure(); });
        Seconds const took = std::chrono::duration_cast<Seconds>(monotonic_clock().now() - now);
        Seconds const pause = std::max(job_.publish_every, took / publish_share);
        next_publish_ = monotonic_clock().now() + std::chrono::duration_cast<std::chrono::nanoseconds>(pause);
    }

    Job const& job_;
    Ledger& ledger_;
    Transport& hub_;
    Coordinator& coordinator_;
    Spectator const& spectator_;
    Progress progress_;
    Instant next_publish_{};
};

}  // namespace

void send_everybody_home(Transport* remote)
{
    for (int rank = 1; remote != nullptr && rank < remote->size(); ++rank)
        remote->send(rank, Leave{0, true});
}

static Conducted conduct_begun(Job const& job, Ledger& ledger, std::vector<Pending> todo, Transport* remote, std::shared_ptr<Waker> const& waker,
                               std::function<StopWish()> const& stop, Spectator const& spectator)
{
    Instant const begin = monotonic_clock().now();
    LocalWorker local(job.worker, waker);
    auto hub = join_lines(local.take_line(), remote, waker);
    Coordinator coordinator(job.coordinator, orders_of(job), std::move(todo), hub->size(), monotonic_clock());
    Conductor conductor(job, ledger, *hub, coordinator, spectator);
    auto const look = [&]
    {
        Progress& progress = conductor.progress();
        progress.standing = coordinator.standing();
        progress.done_before = static_cast<std::int64_t>(ledger.found().runs.size());
        progress.elapsed = std::chrono::duration_cast<Seconds>(monotonic_clock().now() - begin);
        if (spectator.progress)
            spectator.progress(progress);
    };
    Conducted result;
    try
    {
        while (!coordinator.closed())
        {
            conductor.listen();
            if (StopWish const wish = stop(); wish != StopWish::none)
                coordinator.stop(wish == StopWish::halt, wish == StopWish::halt ? "told to stop at once" : "told to stop");
            look();
            hub->wait(turn);
        }
        result.stop_reason = coordinator.left() > 0 ? coordinator.stop_reason() : "";
        ledger.append(StopRecord{result.stop_reason.empty() ? "complete" : result.stop_reason});
        ledger.sync();
        // Nobody measures any more; goodbyes may come in.
        LedgerState const state = conductor.publish_aside(std::chrono::milliseconds(20),
                                                          [&]
                                                          {
                                                              while (auto envelope = hub->receive())
                                                                  coordinator.on(*envelope);
                                                              coordinator.tick();
                                                          });
        result.rows = static_cast<std::int64_t>(state.runs.size());
        result.failed = std::count_if(state.runs.begin(), state.runs.end(),
                                      [](auto const& run) { return run.second.outcome != Outcome::ok && run.second.outcome != Outcome::diverged; });
    }
    catch (...)
    {
        coordinator.dismiss(static_cast<int>(ExitCode::failed));
        conductor.obey_sends();
        throw;
    }
    std::error_code not_empty;
    std::filesystem::remove(job.output.string() + ".logs", not_empty);
    look();
    result.progress = conductor.progress();
    result.planned = result.progress.done_before + result.progress.standing.planned;
    result.anyone_lost = coordinator.anyone_lost();
    result.code = result.rows < result.planned ? ExitCode::incomplete : result.failed > 0 ? ExitCode::failed : ExitCode::done;
    // Before anybody is sent home: when one was lost, a launcher may end what is left at the first that leaves.
    if (spectator.concluded)
        spectator.concluded(result);
    coordinator.dismiss(0);
    conductor.obey_sends();
    return result;
}

Conducted conduct(Job const& job, Transport* remote, std::shared_ptr<Waker> const& waker, std::function<StopWish()> const& stop,
                  Spectator const& spectator)
{
    std::optional<Ledger> ledger;
    std::vector<Pending> todo;
    try
    {
        refuse_present_output(job);
        auto const cells = expand(job.campaign);
        auto const tasks = order_tasks(job.campaign, cells);
        if (tasks.empty())
            throw UsageError("campaign '" + job.campaign.name + "' has nothing to run", "no configuration was accepted", "see 'ghee plan --all'");
        ledger.emplace(Ledger::open(ledger_path(job.output), ledger_plan(job, cells, tasks)));
        if (ledger->resumed() && ledger->found().plan.provenance.campaign_text != job.campaign.text && spectator.note)
            spectator.note(true, "the campaign file has changed since the last session: runs that are there stay as they were measured, the "
                                 "others are measured as it says now");
        todo = pending(job, cells, tasks, ledger->found());
    }
    catch (...)
    {
        send_everybody_home(remote);
        throw;
    }
    return conduct_begun(job, *ledger, std::move(todo), remote, waker, stop, spectator);
}

}  // namespace ghee::campaign
