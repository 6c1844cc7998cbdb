// A whole campaign in simulated time: the real coordinator and workers over a line that drops, delays, repeats and dies.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "campaign/coordinator.hpp"
#include "campaign/worker.hpp"

namespace ghee::test {

using namespace ghee::campaign;

inline Instant operator+(Instant from, Seconds span) { return from + std::chrono::duration_cast<std::chrono::nanoseconds>(span); }

class ManualClock final : public Clock
{
  public:
    explicit ManualClock(Instant const& base, Seconds offset = Seconds(0)) : base_(&base), offset_(offset) {}
    [[nodiscard]] Instant now() const override { return *base_ + offset_; }
    void sleep_until(Instant) override { std::abort(); }

  private:
    Instant const* base_;
    Seconds offset_;
};

/// What a simulated child does.
struct Fate
{
    Seconds lasts{3};
    Outcome outcome = Outcome::ok;
    std::string reason{};
    bool may_retry = false;
    Seconds quiet{0};  ///< a quiet window before it, announced
};

/// What survives the coordinator.
struct Journal
{
    std::map<std::string, RunReport> runs;
    std::map<std::string, std::vector<FailedAttempt>> attempts;
    std::map<int, NodeInfo> nodes;
    std::vector<std::string> notes;
    std::int64_t doubles = 0;  ///< rows for a run that had one
};

struct Faults
{
    double drop = 0;
    double repeat = 0;
    Seconds delay{0.001};  ///< every message takes a random share of this
    std::uint64_t seed = 1;
    std::int64_t drop_one = -1;    ///< the n-th message
    std::int64_t kill_at = -1;     ///< when the n-th message is delivered ...
    int victim = -1;               ///< ... this worker dies; -1: the coordinator
    std::set<int> mute_until_end;  ///< these workers' messages arrive only after everything else: a partition that heals
    Seconds mute_from{1e9};
};

/// A configuration that only its size tells apart.
Configuration configuration(int size, Device device = Device::cpu);
std::vector<Task> tasks(int count);
NodeInfo node(std::string name, bool gpu = false);

class Simulation
{
  public:
    explicit Simulation(std::vector<Task> plan, std::vector<NodeInfo> nodes, Journal& journal);

    CoordinatorSettings settings;
    WorkerSettings worker_settings;
    Faults faults;
    std::function<Fate(Task const&, int attempt, int worker)> fate = [](Task const&, int, int) { return Fate{}; };
    std::function<void(Simulation&)> every_step;  ///< to stop it, and to look

    /// Until everybody is gone, or `limit` of simulated time. True: the coordinator closed.
    bool run(Seconds limit = Seconds(3600));

    [[nodiscard]] Seconds elapsed() const { return std::chrono::duration_cast<Seconds>(now_ - begin_); }
    [[nodiscard]] std::int64_t messages() const { return sent_; }
    [[nodiscard]] Coordinator& coordinator() { return *coordinator_; }
    [[nodiscard]] std::optional<Depart> const& departure(int worker) const { return agents_[static_cast<std::size_t>(worker)].departed; }
    /// Runs begun, as (run_id, worker) in order.
    std::vector<std::pair<std::string, int>> begun;
    /// Messages to a worker later than anybody could still believe it alive.
    std::int64_t letters_to_the_dead = 0;
    std::map<int, Seconds> clock_offsets;  ///< of workers' clocks to the coordinator's

  private:
    struct Agent
    {
        std::unique_ptr<ManualClock> clock;
        std::unique_ptr<Worker> worker;
        std::optional<Assign> run;
        Instant run_ends{};
        Fate fate;
        bool dead = false;
        Instant died{};
        std::optional<Depart> departed;
    };
    struct Parcel
    {
        Instant due{};
        int from = 0;  ///< -1: coordinator
        int to = 0;
        Message message;
    };

    void post(int from, int to, Message const&);
    void deliver();
    void act(int worker);
    void obey();
    void kill(int victim);

    std::vector<Task> plan_;
    std::vector<NodeInfo> nodes_;
    Journal* journal_;
    Instant begin_ = from_ns(1'000'000'000'000);
    Instant now_ = begin_;
    ManualClock clock_{now_};
    std::unique_ptr<Coordinator> coordinator_;
    bool coordinator_dead_ = false;
    std::vector<Agent> agents_;
    std::vector<Parcel> line_;
    std::int64_t sent_ = 0;
    std::int64_t delivered_ = 0;
    std::uint64_t drawn_ = 0;
};

}  // namespace ghee::test
