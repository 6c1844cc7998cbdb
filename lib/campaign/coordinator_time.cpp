// What the coordinator does because time has passed: losses, the impossible, beacons, the end.
#include <algorithm>
#include <utility>

#include "base/contract.hpp"
#include "campaign/capability.hpp"
#include "campaign/coordinator.hpp"

namespace ghee::campaign {

namespace {
Instant after(Instant from, Seconds span) { return from + std::chrono::duration_cast<std::chrono::nanoseconds>(span); }
}  // namespace

void Coordinator::tick()
{
    Instant const now = clock_->now();
    forgive_absence(now);
    for (int worker : alive())
        if (now > workers_[static_cast<std::size_t>(worker)].deadline)
            lose(worker);
    if (course_ == Course::drain && now > drain_until_)
        course_ = Course::halt, last_beacon_ = {};
    refuse_impossible(now);
    consider_end(now);
    say_beacons(now);
}

void Coordinator::forgive_absence(Instant now)
{
    // Who was asleep (a slow disk, a suspended machine) has heard nobody: that is not the others' silence.
    Instant const expected = after(last_tick_, Seconds(2));
    if (now > expected)
        for (Worker& worker : workers_)
            worker.deadline += now - expected;
    last_tick_ = now;
}

void Coordinator::lose(int from)
{
    Worker& worker = workers_[static_cast<std::size_t>(from)];
    note(name(from) + " is lost: silent for more than " + std::to_string(static_cast<int>(settings_.patience.count())) +
             " s beyond what it announced",
         true);
    worker.presence = Presence::lost;
    judged_anew_ = true;
    if (worker.lease == 0)
        return;
    Lease lease = std::move(leases_.at(worker.lease));
    leases_.erase(worker.lease);
    worker.lease = 0;
    lease.run.avoid.insert(from);
    FailedAttempt attempt{lease.attempt, worker.node->name, worker_lost, std::chrono::duration_cast<Seconds>(clock_->now() - lease.since)};
    auto const earlier =
        std::count_if(lease.run.failed.begin(), lease.run.failed.end(), [](FailedAttempt const& failed) { return failed.reason == worker_lost; });
    if (earlier + 1 < settings_.losses)
        return requeue(std::move(lease), std::move(attempt));
    lease.run.failed.push_back(std::move(attempt));
    give_up(std::move(lease.run), Outcome::failed, std::to_string(settings_.losses) + " workers were lost while they ran it", lease.attempt);
}

void Coordinator::refuse_impossible(Instant now)
{
    bool const all_known = std::none_of(workers_.begin(), workers_.end(), [](Worker const& w) { return w.presence == Presence::expected; });
    if (!judged_anew_ || course_ != Course::work || !(all_known || now > after(started_, settings_.hello_patience)))
        return;
    judged_anew_ = false;
    std::deque<Pending> possible;
    for (Pending& run : std::exchange(queue_, {}))
    {
        // Judged by every worker that ever came: what only a lost one can do stays undone, for another session.
        std::string reasons;
        bool can = false;
        bool known = false;
        for (std::size_t i = 0; i < workers_.size() && !can; ++i)
        {
            if (!workers_[i].node)
                continue;
            known = true;
            std::string const reason = refusal(*workers_[i].node, run.task.configuration);
            can = reason.empty();
            if (reasons.find(reason) == std::string::npos)
                reasons += (reasons.empty() ? "" : "; ") + reason;
        }
        if (can || !known)
            possible.push_back(std::move(run));
        else
        {
            int const attempt = static_cast<int>(run.failed.size()) + 1;
            give_up(std::move(run), Outcome::failed, "no worker can run it (" + reasons + ")", attempt);
        }
    }
    queue_ = std::move(possible);
}

void Coordinator::consider_end(Instant now)
{
    if (stage_ == Stage::working)
    {
        if (!leases_.empty())
            return;
        bool const waiting_for_hello =
            std::any_of(workers_.begin(), workers_.end(), [](Worker const& w) { return w.presence == Presence::expected; }) &&
            now <= after(started_, settings_.hello_patience);
        bool const stopping = course_ != Course::work;
        auto const takes_one = [&](Worker const& worker)
        {
            return worker.presence == Presence::alive && !worker.quarantined && !worker.finds_none &&
                   std::any_of(queue_.begin(), queue_.end(), [&](Pending const& run) { return can_run(worker, run); });
        };
        if (!queue_.empty() && !stopping && (waiting_for_hello || std::any_of(workers_.begin(), workers_.end(), takes_one)))
            return;
        if (!queue_.empty() && stop_reason_.empty())
            stop_reason_ = "no worker is left that can run the rest";
        stage_ = Stage::closing;
        course_ = Course::close;
        close_until_ = after(now, settings_.close_patience);
        last_beacon_ = {};
    }
    if (stage_ == Stage::closing)
    {
        // A rank that has not said hello yet is about to: a short campaign may be over before everybody has come.
        bool const all_gone = std::all_of(workers_.begin(), workers_.end(),
                                          [](Worker const& w) { return w.presence == Presence::gone || w.presence == Presence::lost; });
        if (all_gone || now > close_until_)
            stage_ = Stage::closed;
    }
}

void Coordinator::say_beacons(Instant now)
{
    if (now < after(last_beacon_, settings_.beacon))
        return;
    last_beacon_ = now;
    for (int worker : alive())
        send(worker, Beacon{course_});
    // Those who said goodbye wait for their dismissal.
    for (std::size_t i = 0; i < workers_.size(); ++i)
        if (workers_[i].presence == Presence::gone)
            send(static_cast<int>(i), Beacon{course_});
}

void Coordinator::reassure() { say_beacons(clock_->now()); }

void Coordinator::stop(bool at_once, std::string reason)
{
    if (stage_ != Stage::working || course_ == Course::halt || (course_ == Course::drain && !at_once))
        return;
    if (stop_reason_.empty())
        stop_reason_ = std::move(reason);
    course_ = at_once ? Course::halt : Course::drain;
    drain_until_ = after(clock_->now(), settings_.drain_patience);
    last_beacon_ = {};
    note(at_once ? "stopping: runs under way are broken off and given back" : "stopping: runs under way may end, no new ones begin", true);
}

void Coordinator::dismiss(int code)
{
    bool const finalize = !anyone_lost();
    for (std::size_t i = 0; i < workers_.size(); ++i)
        if (workers_[i].presence == Presence::alive || workers_[i].presence == Presence::gone)
            send(static_cast<int>(i), Leave{code, finalize});
}

bool Coordinator::anyone_lost() const
{
    // Alive at the end means that it never said goodbye.
    return std::any_of(workers_.begin(), workers_.end(), [](Worker const& w) { return w.presence != Presence::gone; });
}

std::vector<int> Coordinator::alive() const
{
    std::vector<int> list;
    for (std::size_t i = 0; i < workers_.size(); ++i)
        if (workers_[i].presence == Presence::alive)
            list.push_back(static_cast<int>(i));
    return list;
}

Standing Coordinator::standing() const
{
    Standing standing;
    standing.planned = planned_;
    standing.done = static_cast<std::int64_t>(done_.size());
    standing.failed = failed_;
    standing.unmetered = unmetered_;
    standing.running = static_cast<std::int64_t>(leases_.size());
    standing.waiting = static_cast<std::int64_t>(queue_.size());
    for (Worker const& worker : workers_)
    {
        standing.workers += worker.presence == Presence::alive;
        standing.lost += worker.presence == Presence::lost;
        if (worker.lease != 0 && !worker.doing.empty())
            standing.doing = worker.doing;
    }
    return standing;
}

}  // namespace ghee::campaign
