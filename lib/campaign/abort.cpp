// A flag with a descriptor.
#include "campaign/abort.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/error.hpp"
#include "sys/unix_socket.hpp"

namespace ghee::campaign {

Abort::Abort() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (!event_)
        throw Error("cannot make an event", errno_text(errno));
}

void Abort::ask(std::string reason)
{
    std::lock_guard const lock(mutex_);
    if (asked_)
        return;
    asked_ = true;
    reason_ = std::move(reason);
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const ignored = ::write(event_.value(), &one, sizeof one);
}

bool Abort::asked() const
{
    std::lock_guard const lock(mutex_);
    return asked_;
}

std::string Abort::reason() const
{
    std::lock_guard const lock(mutex_);
    return reason_;
}

void Abort::reset()
{
    std::lock_guard const lock(mutex_);
    asked_ = false;
    reason_.clear();
    std::uint64_t count = 0;
    [[maybe_unused]] auto const ignored = ::read(event_.value(), &count, sizeof count);
}

bool Abort::sleep_until(Instant deadline) const { return !sys::wait_ready(event_.value(), POLLIN, deadline); }

}  // namespace ghee::campaign
