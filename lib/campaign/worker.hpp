// A node's agent: announces, asks, runs, reports, waits for the receipt. A state machine without clock or line of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "campaign/clock_offset.hpp"
#include "campaign/message.hpp"

namespace ghee::campaign {

struct WorkerSettings
{
    Seconds beat{1};             ///< between signs of life
    Seconds clock_resend{0.25};  ///< a round of the clock comparison that got no answer is repeated after this
    Seconds clock_patience{3};   ///< a comparison ends after this, with the rounds it has
    int clock_rounds = 20;
    Seconds start_patience{180};  ///< silence of a coordinator that never said anything: it may be reading a large campaign
};

/// Begin this run. Exactly one at a time; its end is told by ended() or broken_off().
struct StartRun
{
    Assign assignment;
    Orders orders;
};
/// Break the run off; broken_off() (or ended(), if it was faster) follows.
struct BreakOff
{
    std::string reason;
};
/// The end of this worker. `orphaned`: nobody dismissed it.
struct Depart
{
    int code = 0;
    bool finalize = false;
    bool orphaned = false;
    std::string reason;
};
/// To the coordinator.
struct Say
{
    Message message;
};
using WorkerAction = std::variant<Say, StartRun, BreakOff, Depart>;

class Worker
{
  public:
    Worker(WorkerSettings, NodeInfo, Clock const&);

    void on(Envelope const&);
    void tick();
    /// The run has ended; `report` without task, attempt and worker, which the coordinator knows.
    void ended(RunReport report, bool may_retry, Seconds took);
    /// The run is no more, as asked. After the departure both are of no effect.
    void broken_off(std::string reason);
    void doing(std::string text) { doing_ = std::move(text); }
    /// A quiet window begins: says so now, then nothing for that long.
    void keep_quiet(Seconds span);
    void met_meters(std::vector<Channel> channels);
    /// This node was told to stop: give back and go, without waiting for the coordinator's leave.
    void quit(std::string reason);

    std::vector<WorkerAction> take_actions();
    /// Nothing happens before this unless somebody says something.
    [[nodiscard]] Instant next_tick() const;
    /// Until then not even messages may be looked for.
    [[nodiscard]] Instant silent_until() const { return silent_until_; }

  private:
    enum class Stage { comparing, greeting, idle, running, reporting, comparing_again, parting, departed };

    void on_clock_answer(ClockAnswer const&, Instant returned);
    void on_assign(Assign const&);
    void begin_comparison(Stage);
    void ask_clock(Instant now);
    void end_comparison();
    void report(Message);
    void depart(Depart);
    void say(Message message) { actions_.push_back(Say{std::move(message)}); }
    [[nodiscard]] bool comparing() const { return stage_ == Stage::comparing || stage_ == Stage::comparing_again; }

    WorkerSettings settings_;
    NodeInfo node_;
    std::vector<Channel> channels_;
    Clock const* clock_;
    Stage stage_ = Stage::comparing;
    std::vector<WorkerAction> actions_;

    ClockComparison comparison_;
    int round_ = 0;
    int first_round_ = 0;  ///< of this comparison: answers to an earlier one are too old
    Instant comparison_until_{};

    Orders orders_;
    Course course_ = Course::work;
    std::int64_t lease_ = 0;       ///< under way or to be acknowledged
    std::int64_t last_lease_ = 0;  ///< the newest ever accepted: older assignments are echoes
    std::optional<Message> unacknowledged_;
    bool break_asked_ = false;
    std::string quitting_;
    std::string doing_;
    Instant last_heard_{};
    bool ever_heard_ = false;
    Instant next_word_{};  ///< when something is to be said (again)
    Seconds resend_{};
    Instant silent_until_{};
};

}  // namespace ghee::campaign
