// A clock that moves when the test says so.
#pragma once

#include <condition_variable>
#include <mutex>

#include "base/clock.hpp"
#include "base/quantity.hpp"

namespace ghee::power::test {

class ManualClock final : public Clock
{
  public:
    [[nodiscard]] Instant now() const override
    {
        std::lock_guard const lock(mutex_);
        return now_;
    }

    /// Blocks until the test has moved the clock that far, or let everybody go.
    void sleep_until(Instant deadline) override
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return released_ || now_ >= deadline; });
    }

    void advance(Seconds by)
    {
        std::lock_guard const lock(mutex_);
        now_ += std::chrono::duration_cast<std::chrono::nanoseconds>(by);
        changed_.notify_all();
    }

    /// Ends every sleep, now and from now on: before the sampler goes.
    void release()
    {
        std::lock_guard const lock(mutex_);
        released_ = true;
        changed_.notify_all();
    }

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Instant now_ = from_ns(1'000'000'000'000);
    bool released_ = false;
};

}  // namespace ghee::power::test
