// The thread that does a worker's runs, so that the worker can go on speaking. Events out, orders in.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "campaign/abort.hpp"
#include "campaign/measured_run.hpp"
#include "campaign/transport.hpp"
#include "campaign/worker.hpp"

namespace ghee::campaign {

struct RunEnded
{
    Measured measured;
    Seconds took{};
};
struct Doing
{
    std::string what;
};
/// Waits to be let go: the worker says "silent" first.
struct QuietBegins
{
    Seconds span{};
    std::shared_ptr<std::promise<void>> announced;
};
struct MetersMet
{
    std::vector<Channel> channels;
};
using RunnerEvent = std::variant<RunEnded, Doing, QuietBegins, MetersMet>;

/// Owns the thread. A child dies with the thread that started it, so it lives as long as the runner.
class Runner
{
  public:
    /// Does a run; run_measured in earnest.
    using Do = std::function<Measured(StartRun const&, Abort const&, Watcher const&)>;
    Runner(Do, std::shared_ptr<Waker> tell);
    /// Breaks off what runs and waits for it to end.
    ~Runner();
    Runner(Runner const&) = delete;
    Runner& operator=(Runner const&) = delete;

    void start(StartRun);
    void break_off(std::string reason) { abort_.ask(std::move(reason)); }
    [[nodiscard]] std::string break_reason() const { return abort_.reason(); }
    std::vector<RunnerEvent> take();

  private:
    void work();
    Measured attempt(StartRun const&, Watcher const&);
    void tell(RunnerEvent);

    Do do_;
    std::shared_ptr<Waker> waker_;
    Abort abort_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<StartRun> next_;
    bool stopping_ = false;
    std::vector<RunnerEvent> events_;
    std::thread thread_;
};

}  // namespace ghee::campaign
