// The line and its faults.
#include "campaign/simulation.hpp"

#include <algorithm>
#include <stdexcept>

namespace ghee::test {

Configuration configuration(int size, Device device)
{
    Configuration configuration;
    configuration.dataset = "iris";
    configuration.size = size;
    configuration.device = device;
    return configuration;
}

std::vector<Task> tasks(int count)
{
    std::vector<Task> list;
    for (int i = 0; i < count; ++i)
        list.push_back(make_task(configuration(32 + i), 0, 7));
    return list;
}

NodeInfo node(std::string name, bool gpu)
{
    NodeInfo info;
    info.name = std::move(name);
    info.backends.push_back({"cpu", "cpu", ""});
    info.backends.push_back({"cuda", "gpu", gpu ? "" : "no NVIDIA driver"});
    if (gpu)
    {
        info.gpus.push_back({0, "H200", "GPU-1", 1, 0});
        info.visible_gpus.push_back("GPU-1");
    }
    return info;
}

Simulation::Simulation(std::vector<Task> plan, std::vector<NodeInfo> nodes, Journal& journal)
    : plan_(std::move(plan)), nodes_(std::move(nodes)), journal_(&journal)
{
}

void Simulation::post(int from, int to, Message const& message)
{
    Random const random(faults.seed, 1);
    std::int64_t const number = sent_++;
    if (number == faults.drop_one || random.uniform(drawn_++) < faults.drop)
        return;
    int const copies = random.uniform(drawn_++) < faults.repeat ? 2 : 1;
    for (int i = 0; i < copies; ++i)
    {
        Seconds delay = random.uniform(drawn_++) * faults.delay;
        if (elapsed() >= faults.mute_from && faults.mute_until_end.contains(from))
            delay = Seconds(300);
        line_.push_back({now_ + delay, from, to, decode(encode(message))});
    }
}

void Simulation::kill(int victim)
{
    if (victim < 0)
        coordinator_dead_ = true;
    else if (Agent& agent = agents_[static_cast<std::size_t>(victim)]; !agent.dead)
    {
        agent.dead = true;
        agent.died = now_;
    }
}

void Simulation::deliver()
{
    std::stable_sort(line_.begin(), line_.end(), [](Parcel const& a, Parcel const& b) { return a.due < b.due; });
    while (!line_.empty() && line_.front().due <= now_)
    {
        Parcel const parcel = line_.front();
        line_.erase(line_.begin());
        if (delivered_++ == faults.kill_at)
            kill(faults.victim);
        if (parcel.to < 0)
        {
            if (!coordinator_dead_)
                coordinator_->on({parcel.from, parcel.message, now_});
            obey();
            continue;
        }
        Agent& agent = agents_[static_cast<std::size_t>(parcel.to)];
        if (!agent.dead && !agent.departed)
        {
            agent.worker->on({0, parcel.message, agent.clock->now()});
            act(parcel.to);
        }
    }
}

void Simulation::obey()
{
    if (coordinator_dead_)
        return;
    for (Action& action : coordinator_->take_actions())
    {
        if (auto* send = std::get_if<Send>(&action))
        {
            Agent const& agent = agents_[static_cast<std::size_t>(send->to)];
            if (agent.dead && now_ > agent.died + settings.patience + Seconds(30))
                ++letters_to_the_dead;
            post(-1, send->to, send->message);
        }
        else if (auto* run = std::get_if<RecordRun>(&action))
        {
            if (!journal_->runs.emplace(run->report.task.run_id, run->report).second)
                ++journal_->doubles;
        }
        else if (auto* attempt = std::get_if<RecordAttempt>(&action))
            journal_->attempts[attempt->run_id].push_back(attempt->attempt);
        else if (auto* seen = std::get_if<RecordNode>(&action))
            journal_->nodes[seen->worker] = seen->node;
        else
            journal_->notes.push_back(std::get<Note>(action).text);
    }
}

void Simulation::act(int number)
{
    Agent& agent = agents_[static_cast<std::size_t>(number)];
    for (WorkerAction& action : agent.worker->take_actions())
    {
        if (auto* say = std::get_if<Say>(&action))
            post(number, -1, say->message);
        else if (auto* start = std::get_if<StartRun>(&action))
        {
            if (agent.run)
                throw std::logic_error("a second run on a busy worker");
            agent.run = start->assignment;
            agent.fate = fate(agent.run->task, agent.run->attempt, number);
            agent.run_ends = now_ + agent.fate.lasts;
            begun.emplace_back(agent.run->task.run_id, number);
            if (agent.fate.quiet > Seconds(0))
                agent.worker->keep_quiet(agent.fate.quiet);
        }
        else if (auto* off = std::get_if<BreakOff>(&action))
        {
            agent.run.reset();
            agent.worker->broken_off(off->reason);
        }
        else
        {
            agent.departed = std::get<Depart>(action);
            return;
        }
    }
}

bool Simulation::run(Seconds limit)
{
    std::vector<Pending> todo;
    for (Task const& task : plan_)
        if (!journal_->runs.contains(task.run_id))
            todo.push_back({task, journal_->attempts.contains(task.run_id) ? journal_->attempts.at(task.run_id) : std::vector<FailedAttempt>{}});
    coordinator_ = std::make_unique<Coordinator>(settings, Orders{}, todo, static_cast<int>(nodes_.size()), clock_);
    for (std::size_t i = 0; i < nodes_.size(); ++i)
    {
        Agent& agent = agents_.emplace_back();
        agent.clock = std::make_unique<ManualClock>(now_, clock_offsets[static_cast<int>(i)]);
        agent.worker = std::make_unique<Worker>(worker_settings, nodes_[i], *agent.clock);
    }
    bool dismissed = false;
    while (elapsed() < limit)
    {
        for (std::size_t i = 0; i < agents_.size(); ++i)
        {
            Agent& agent = agents_[i];
            if (agent.dead || agent.departed)
                continue;
            if (agent.run && now_ >= agent.run_ends)
            {
                RunReport report;
                report.outcome = agent.fate.outcome;
                report.reason = agent.fate.reason;
                report.node = nodes_[i].name;
                report.training.steps = static_cast<std::int64_t>(agent.run->task.seed % 1000);
                agent.run.reset();
                agent.worker->ended(report, agent.fate.may_retry, agent.fate.lasts);
            }
            agent.worker->tick();
            act(static_cast<int>(i));
        }
        deliver();
        if (!coordinator_dead_ && !dismissed)
        {
            coordinator_->tick();
            if (every_step)
                every_step(*this);
            if (coordinator_->closed() && !dismissed)
            {
                dismissed = true;
                coordinator_->dismiss(0);
            }
            obey();
        }
        bool const all_gone = std::all_of(agents_.begin(), agents_.end(), [](Agent const& a) { return a.dead || a.departed; });
        if (all_gone && (coordinator_dead_ || dismissed))
            break;
        now_ = now_ + Seconds(0.05);
    }
    return !coordinator_dead_ && coordinator_->closed();
}

}  // namespace ghee::test
