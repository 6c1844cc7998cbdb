// Handlers that only set a flag and wake a poll.
#include "sys/signals.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

#include "base/contract.hpp"
#include "base/error.hpp"

namespace ghee::sys {

namespace {
// Handlers take no argument of ours, so these are the process's.
std::atomic<int> first_signal{0};
std::atomic<int> latest_signal{0};
std::atomic<int> wake_fd{-1};
static_assert(std::atomic<int>::is_always_lock_free);

void note(int number)
{
    int const saved_errno = errno;
    int none = 0;
    first_signal.compare_exchange_strong(none, number);
    latest_signal = number;
    std::uint64_t const one = 1;
    if (int const fd = wake_fd.load(); fd >= 0) [[maybe_unused]]
        auto const ignored = ::write(fd, &one, sizeof one);
    errno = saved_errno;
}
}  // namespace

StopSignals::StopSignals(std::vector<int> const& numbers) : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    GHEE_EXPECT(wake_fd.load() < 0);
    if (!event_)
        throw Error("cannot watch for signals", errno_text(errno));
    first_signal = 0;
    latest_signal = 0;
    wake_fd = event_.value();
    for (int const number : numbers)
    {
        struct sigaction action{}, before{};
        action.sa_handler = note;
        action.sa_flags = SA_RESTART;
        ::sigemptyset(&action.sa_mask);
        if (::sigaction(number, &action, &before) == 0)
            saved_.push_back({number, before});
    }
}

StopSignals::~StopSignals()
{
    for (Saved const& saved : saved_)
        ::sigaction(saved.number, &saved.before, nullptr);
    wake_fd = -1;
}

int StopSignals::signal() const { return first_signal.load(); }

int StopSignals::latest() const { return latest_signal.load(); }

int StopSignals::fd() const { return event_.value(); }

void ignore_broken_pipes() { std::signal(SIGPIPE, SIG_IGN); }

}  // namespace ghee::sys
