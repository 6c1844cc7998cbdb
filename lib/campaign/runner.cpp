// A thread with one order at a time.
#include "campaign/runner.hpp"

#include <utility>

#include "base/contract.hpp"

namespace ghee::campaign {

Runner::Runner(Do do_it, std::shared_ptr<Waker> waker) : do_(std::move(do_it)), waker_(std::move(waker)), thread_([this] { work(); }) {}

Runner::~Runner()
{
    abort_.ask("the worker ends");
    {
        std::lock_guard const lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Runner::start(StartRun run)
{
    {
        std::lock_guard const lock(mutex_);
        GHEE_EXPECT(!next_);
        abort_.reset();
        next_ = std::move(run);
    }
    changed_.notify_one();
}

std::vector<RunnerEvent> Runner::take()
{
    std::lock_guard const lock(mutex_);
    return std::exchange(events_, {});
}

void Runner::tell(RunnerEvent event)
{
    {
        std::lock_guard const lock(mutex_);
        events_.push_back(std::move(event));
    }
    waker_->wake();
}

Measured Runner::attempt(StartRun const& run, Watcher const& watcher)
{
    try
    {
        return do_(run, abort_, watcher);
    }
    catch (std::exception const& error)
    {
        // Costs this run, not the rank: nobody above this thread could catch it.
        Measured failed;
        failed.report.outcome = Outcome::failed;
        failed.report.reason = std::string("the worker could not run it: ") + error.what();
        failed.may_retry = true;
        return failed;
    }
}

void Runner::work()
{
    Watcher watcher;
    watcher.doing = [this](std::string const& what) { tell(Doing{what}); };
    watcher.meters = [this](std::vector<Channel> const& channels) { tell(MetersMet{channels}); };
    watcher.quiet = [this](Seconds span)
    {
        auto announced = std::make_shared<std::promise<void>>();
        auto done = announced->get_future();
        tell(QuietBegins{span, std::move(announced)});
        // Whether the word is out or not, the window begins: a late beat is better than none.
        done.wait_for(std::chrono::milliseconds(200));
    };
    while (true)
    {
        StartRun run;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || next_; });
            if (stopping_)
                return;
            run = std::move(*next_);
            next_.reset();
        }
        Instant const begin = monotonic_clock().now();
        Measured measured = attempt(run, watcher);
        tell(RunEnded{std::move(measured), std::chrono::duration_cast<Seconds>(monotonic_clock().now() - begin)});
    }
}

}  // namespace ghee::campaign
