// Who runs what: the coordinator as a state machine without clock, files or lines of its own.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "campaign/message.hpp"
#include "record/node.hpp"
#include "record/run.hpp"

namespace ghee::campaign {

struct CoordinatorSettings
{
    Seconds patience{15};        ///< a worker is lost when it is silent this long beyond what it announced
    Seconds hello_patience{60};  ///< a rank that has not said hello by then is not waited for
    Seconds beacon{2};           ///< between signs of life to every worker
    Seconds close_patience{5};   ///< how long goodbyes are waited for
    Seconds drain_patience{60};  ///< how long runs may go on after a stop request before they are broken off
    int attempts = 2;            ///< how often a run is tried when its child dies
    int losses = 3;              ///< a run that was under way when this many workers were lost is given up: it may be what kills them
    int quick_failures = 5;      ///< this many in a row on one worker, with nothing done between them, and it gets no more runs
    Seconds quick{10};           ///< a failure this soon after the lease is a quick one
};

/// What the coordinator wants done, in this order. Whoever carries them out must have Record, Attempt and Node on stable storage before the
/// Send behind them goes out.
struct Send
{
    int to = 0;
    Message message;
};
struct RecordRun
{
    RunReport report;
};
struct RecordAttempt
{
    std::string run_id;
    FailedAttempt attempt;
};
struct RecordNode
{
    int worker = 0;
    NodeInfo node;
    std::vector<Channel> channels;
};
/// A line for people.
struct Note
{
    bool warning = false;
    std::string text;
};
using Action = std::variant<Send, RecordRun, RecordAttempt, RecordNode, Note>;

/// Reason of an attempt whose worker went silent; such attempts have a limit of their own.
inline constexpr char const* worker_lost = "worker lost";

/// A run to do, and what has been tried.
struct Pending
{
    Task task;
    std::vector<FailedAttempt> failed{};  ///< earlier attempts
    Seconds deadline{24 * 3600.0};        ///< of its child
    std::set<int> avoid{};                ///< workers it failed on
};

/// What people want to see.
struct Standing
{
    std::int64_t planned = 0;
    std::int64_t done = 0;    ///< rows, whatever their outcome
    std::int64_t failed = 0;  ///< rows with outcome failed or timeout
    std::int64_t unmetered = 0;
    std::int64_t running = 0;
    std::int64_t waiting = 0;
    std::int64_t workers = 0;  ///< alive
    std::int64_t lost = 0;
    std::string doing;  ///< of one of the runs under way
};

class Coordinator
{
  public:
    /// `todo`: in the order to be run, without those already done; `ranks`: workers to expect, numbered 0 .. ranks - 1.
    Coordinator(CoordinatorSettings, Orders, std::vector<Pending> todo, int ranks, Clock const&);

    void on(Envelope const&);
    /// To be called at least every second.
    void tick();
    /// Only the signs of life of tick(), for who is held up between two ticks.
    void reassure();
    /// No new runs. `at_once`: those under way are broken off too, else they may end within drain_patience.
    void stop(bool at_once, std::string reason);
    /// Sends everybody away who is still there. After closed(); the last thing.
    void dismiss(int code);

    /// Empties the list of what is to be done.
    std::vector<Action> take_actions();

    /// Nothing is left to run or to wait for, and workers have said goodbye (or were not waited for any longer).
    [[nodiscard]] bool closed() const { return stage_ == Stage::closed; }
    [[nodiscard]] bool anyone_lost() const;
    /// This worker has been given a run.
    [[nodiscard]] bool busy(int worker) const { return workers_[static_cast<std::size_t>(worker)].lease != 0; }
    /// Runs that have no row: stopped, or no worker left.
    [[nodiscard]] std::int64_t left() const { return static_cast<std::int64_t>(queue_.size() + leases_.size()); }
    /// Why runs were left undone; empty: none were.
    [[nodiscard]] std::string const& stop_reason() const { return stop_reason_; }
    [[nodiscard]] Standing standing() const;

  private:
    /// gone: said goodbye at the end and waits for its dismissal. lost: silent, or left early; never spoken to again.
    enum class Presence { expected, alive, gone, lost };
    enum class Stage { working, closing, closed };
    struct Worker
    {
        Presence presence = Presence::expected;
        std::optional<NodeInfo> node;
        std::vector<Channel> channels;
        Instant deadline{};      ///< silent beyond this: lost
        std::int64_t lease = 0;  ///< 0: none
        std::string doing;
        int quick_failures = 0;
        bool ever_done = false;
        bool quarantined = false;  ///< alive, but gets no runs
        bool finds_none = false;   ///< nothing in the queue is for it: not searched again until something is put back
    };
    struct Lease
    {
        Pending run;
        int worker = 0;
        int attempt = 1;
        Instant since{};
    };

    void hear(int worker, Instant when, Seconds silent_for);
    void on_hello(int from, Hello const&);
    void on_ask(int from);
    void on_result(int from, Result const&);
    void on_give_back(int from, GiveBack const&);
    void on_bye(int from, Bye const&);
    void on_clock(int from, ClockAsk const&, Instant received);

    void assign(int worker);
    void put_back(Pending);
    void requeue(Lease, FailedAttempt);
    void give_up(Pending, Outcome, std::string reason, int attempt);
    void record(RunReport);
    void count_failure(int worker, bool quick, std::string const& reason);
    void lose(int worker);
    void forgive_absence(Instant now);
    void refuse_impossible(Instant now);
    void say_beacons(Instant now);
    void consider_end(Instant now);
    [[nodiscard]] std::vector<int> alive() const;
    [[nodiscard]] bool can_run(Worker const&, Pending const&) const;
    [[nodiscard]] Worker& at(int worker) { return workers_[static_cast<std::size_t>(worker)]; }
    [[nodiscard]] std::string name(int worker) const;
    void send(int to, Message message) { actions_.push_back(Send{to, std::move(message)}); }
    void note(std::string text, bool warning = false) { actions_.push_back(Note{warning, std::move(text)}); }

    CoordinatorSettings settings_;
    Orders orders_;
    Clock const* clock_;
    std::deque<Pending> queue_;
    std::map<std::int64_t, Lease> leases_;
    std::vector<Worker> workers_;
    std::set<std::string> done_;  ///< run ids with a row
    std::vector<Action> actions_;
    std::int64_t last_lease_ = 0;
    std::int64_t planned_ = 0;
    std::int64_t failed_ = 0;
    std::int64_t unmetered_ = 0;
    Course course_ = Course::work;
    Stage stage_ = Stage::working;
    std::string stop_reason_;
    Instant started_{};
    Instant drain_until_{};
    Instant close_until_{};
    Instant last_beacon_{};
    Instant last_tick_{};
    bool shared_node_told_ = false;
    bool judged_anew_ = true;  ///< the set of workers has changed: look for what nobody can run
};

}  // namespace ghee::campaign
