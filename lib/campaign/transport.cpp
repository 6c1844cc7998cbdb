// The waker.
#include "campaign/transport.hpp"

namespace ghee::campaign {

void Waker::wake()
{
    {
        std::lock_guard const lock(mutex_);
        woken_ = true;
    }
    changed_.notify_one();
}

bool Waker::wait(Seconds timeout)
{
    std::unique_lock lock(mutex_);
    auto const span = std::chrono::duration_cast<std::chrono::nanoseconds>(timeout);
    bool const woken = changed_.wait_until(lock, std::chrono::steady_clock::now() + span, [this] { return woken_; });
    woken_ = false;
    return woken;
}

}  // namespace ghee::campaign
