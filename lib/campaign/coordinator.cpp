// What the coordinator does when something is said to it.
#include "campaign/coordinator.hpp"

#include <algorithm>
#include <utility>

#include "base/contract.hpp"
#include "campaign/capability.hpp"

namespace ghee::campaign {

namespace {
template<class... Fs>
struct Overloaded : Fs...
{
    using Fs::operator()...;
};
template<class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;
}  // namespace

Coordinator::Coordinator(CoordinatorSettings settings, Orders orders, std::vector<Pending> todo, int ranks, Clock const& clock)
    : settings_(settings), orders_(std::move(orders)), clock_(&clock), queue_(todo.begin(), todo.end()), workers_(static_cast<std::size_t>(ranks)),
      planned_(static_cast<std::int64_t>(todo.size())), started_(clock.now()), last_tick_(started_)
{
    GHEE_EXPECT(ranks > 0);
}

void Coordinator::on(Envelope const& envelope)
{
    int const from = envelope.from;
    if (from < 0 || from >= static_cast<int>(workers_.size()))
        return;
    // The dead stay dead: their leases were given to others, and a message to them may never leave.
    if (at(from).presence == Presence::lost)
        return;
    hear(from, envelope.received, Seconds(0));
    std::visit(Overloaded{[&](ClockAsk const& ask) { on_clock(from, ask, envelope.received); }, [&](Hello const& hello) { on_hello(from, hello); },
                          [&](Ask const&) { on_ask(from); },
                          [&](Beat const& beat)
                          {
                              hear(from, envelope.received, beat.silent_for);
                              at(from).doing = beat.doing;
                          },
                          [&](Meters const& meters)
                          {
                              Worker& worker = at(from);
                              worker.node = meters.node;
                              worker.channels = meters.channels;
                              actions_.push_back(RecordNode{from, meters.node, meters.channels});
                          },
                          [&](Result const& result) { on_result(from, result); }, [&](GiveBack const& back) { on_give_back(from, back); },
                          [&](Bye const& bye) { on_bye(from, bye); }, [](auto const&) {}},
               envelope.message);
}

void Coordinator::hear(int from, Instant when, Seconds silent_for)
{
    Worker& worker = at(from);
    Seconds const span = settings_.patience + std::max(silent_for, Seconds(0));
    worker.deadline = std::max(worker.deadline, when + std::chrono::duration_cast<std::chrono::nanoseconds>(span));
}

void Coordinator::on_clock(int from, ClockAsk const& ask, Instant received)
{
    send(from, ClockAnswer{ask.round, ask.asked, received, clock_->now()});
}

void Coordinator::on_hello(int from, Hello const& hello)
{
    Worker& worker = at(from);
    if (worker.presence == Presence::expected)
    {
        worker.presence = Presence::alive;
        worker.node = hello.node;
        judged_anew_ = true;
        for (std::size_t i = 0; i < workers_.size(); ++i)
            if (static_cast<int>(i) != from && workers_[i].node && workers_[i].node->name == hello.node.name && !shared_node_told_)
            {
                shared_node_told_ = true;
                note("several workers share node " + hello.node.name + ": its measured runs take turns, for its meter sees the whole node");
            }
        actions_.push_back(RecordNode{from, hello.node, {}});
    }
    send(from, Welcome{orders_});
    send(from, Beacon{course_});
}

void Coordinator::on_ask(int from)
{
    Worker& worker = at(from);
    if (worker.presence != Presence::alive)
        return;
    if (worker.lease != 0)
    {
        // The assignment was lost on its way; had it arrived, the worker knows it and ignores the repetition.
        Lease const& lease = leases_.at(worker.lease);
        send(from, Assign{worker.lease, lease.attempt, lease.run.deadline, lease.run.task});
        return;
    }
    worker.doing.clear();
    if (course_ == Course::work && !worker.quarantined)
        assign(from);
}

void Coordinator::assign(int from)
{
    Worker& worker = at(from);
    if (worker.finds_none)
        return;
    auto const runnable = [&](Pending const& run) { return can_run(worker, run); };
    auto chosen = std::find_if(queue_.begin(), queue_.end(), [&](Pending const& run) { return !run.avoid.contains(from) && runnable(run); });
    // A run that failed here goes elsewhere first; here again only when there is nothing else to do.
    if (chosen == queue_.end())
        chosen = std::find_if(queue_.begin(), queue_.end(), runnable);
    worker.finds_none = chosen == queue_.end();
    if (worker.finds_none)
        return;
    worker.lease = ++last_lease_;
    int const attempt = static_cast<int>(chosen->failed.size()) + 1;
    send(from, Assign{worker.lease, attempt, chosen->deadline, chosen->task});
    leases_.emplace(worker.lease, Lease{std::move(*chosen), from, attempt, clock_->now()});
    queue_.erase(chosen);
}

void Coordinator::put_back(Pending run)
{
    queue_.push_front(std::move(run));
    for (Worker& worker : workers_)
        worker.finds_none = false;
}

void Coordinator::on_result(int from, Result const& result)
{
    auto const found = leases_.find(result.lease);
    if (found == leases_.end() || found->second.worker != from)
    {
        send(from, Ack{result.lease});  // a repetition: it is dealt with
        return;
    }
    Lease lease = std::move(found->second);
    leases_.erase(found);
    at(from).lease = 0;
    RunReport report = result.report;
    report.task = lease.run.task;
    report.attempt = lease.attempt;
    report.worker = from;
    report.node = at(from).node->name;
    bool const died = (report.outcome == Outcome::failed || report.outcome == Outcome::timeout) && result.may_retry;
    // Workers lost under a run have a limit of their own; only attempts whose child died count here.
    int const children = 1 + static_cast<int>(std::count_if(lease.run.failed.begin(), lease.run.failed.end(),
                                                            [](FailedAttempt const& failed) { return failed.reason != worker_lost; }));
    if (died && children < settings_.attempts)
    {
        lease.run.avoid.insert(from);
        requeue(std::move(lease), FailedAttempt{report.attempt, report.node, report.reason, result.seconds});
    }
    else
    {
        report.failed_attempts = std::move(lease.run.failed);
        record(std::move(report));
    }
    send(from, Ack{result.lease});
    if (died)
        count_failure(from, result.seconds < settings_.quick, result.report.reason);
    else
        at(from).quick_failures = 0, at(from).ever_done = true;
}

void Coordinator::on_give_back(int from, GiveBack const& back)
{
    if (auto const found = leases_.find(back.lease); found != leases_.end() && found->second.worker == from)
    {
        put_back(std::move(found->second.run));
        leases_.erase(found);
        at(from).lease = 0;
        note(name(from) + " gives a run back: " + back.reason);
    }
    send(from, Ack{back.lease});
}

void Coordinator::on_bye(int from, Bye const& bye)
{
    Worker& worker = at(from);
    if (worker.presence != Presence::alive)
        return;
    if (worker.lease != 0)
    {
        // It leaves of its own accord (its node was told to stop).
        Lease lease = std::move(leases_.at(worker.lease));
        leases_.erase(worker.lease);
        worker.lease = 0;
        put_back(std::move(lease.run));
    }
    bool const early = stage_ == Stage::working;
    worker.presence = early ? Presence::lost : Presence::gone;
    worker.node = bye.node;
    worker.channels = bye.channels;
    actions_.push_back(RecordNode{from, bye.node, bye.channels});
    if (early)
        note(name(from) + " leaves before the end", true);
}

void Coordinator::requeue(Lease lease, FailedAttempt attempt)
{
    note("attempt " + std::to_string(attempt.attempt) + " of run " + lease.run.task.run_id + " on " + attempt.node + ": " + attempt.reason +
             "; it is tried again",
         true);
    actions_.push_back(RecordAttempt{lease.run.task.run_id, attempt});
    lease.run.failed.push_back(std::move(attempt));
    put_back(std::move(lease.run));
}

void Coordinator::record(RunReport report)
{
    if (!done_.insert(report.task.run_id).second)
        return;
    failed_ += report.outcome == Outcome::failed || report.outcome == Outcome::timeout;
    unmetered_ += report.outcome == Outcome::unmetered;
    if (!report.reason.empty())
        note("run " + report.task.run_id + " " + std::string(name_of(report.outcome)) + ": " + report.reason, true);
    actions_.push_back(RecordRun{std::move(report)});
}

void Coordinator::give_up(Pending run, Outcome outcome, std::string reason, int attempt)
{
    RunReport report;
    report.task = std::move(run.task);
    report.outcome = outcome;
    report.reason = std::move(reason);
    report.attempt = attempt;
    report.failed_attempts = std::move(run.failed);
    record(std::move(report));
}

void Coordinator::count_failure(int from, bool quick, std::string const& reason)
{
    Worker& worker = at(from);
    worker.quick_failures = quick ? worker.quick_failures + 1 : 0;
    if (worker.quick_failures < settings_.quick_failures || alive().size() < 2)
        return;
    // Runs that fail everywhere are no worker's fault: somebody else must have shown that it can be done.
    bool const others_can = std::any_of(workers_.begin(), workers_.end(), [&](Worker const& other)
                                        { return &other != &worker && other.presence == Presence::alive && !other.quarantined && other.ever_done; });
    if (!others_can)
        return;
    worker.quarantined = true;
    note(name(from) + " gets no more runs: " + std::to_string(worker.quick_failures) + " quick failures in a row, the last: " + reason, true);
}

bool Coordinator::can_run(Worker const& worker, Pending const& run) const
{
    return worker.node && refusal(*worker.node, run.task.configuration).empty();
}

std::vector<Action> Coordinator::take_actions() { return std::exchange(actions_, {}); }

std::string Coordinator::name(int worker) const
{
    auto const& node = workers_[static_cast<std::size_t>(worker)].node;
    return "worker " + std::to_string(worker) + (node ? " on " + node->name : "");
}

}  // namespace ghee::campaign
