// Watching and ending a child.
#include "sys/process.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "base/contract.hpp"
#include "base/error.hpp"
#include "sys/spawn.hpp"
#include "sys/unix_socket.hpp"

namespace ghee::sys {

Child::Child(Command const& command)
{
    if (command.die_with_parent)
        watch_.emplace();
    pid_ = spawn(command, watch_ ? &*watch_ : nullptr);
    // The child is not waited for yet, so its number cannot have gone to another process.
    pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
}

Child::Child(Child&& other) noexcept
    : watch_(std::move(other.watch_)), pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)), killed_by_us_(other.killed_by_us_),
      exit_(other.exit_)
{
}

Child::~Child()
{
    if (pid_ > 0 && !exit_)
    {
        signal_group(SIGKILL);
        collect();
    }
}

void Child::signal_group(int number)
{
    if (pid_ <= 0 || exit_)
        return;
    // SIGCONT: a stopped process does not act on SIGTERM.
    ::kill(-pid_, number);
    if (number == SIGTERM)
        ::kill(-pid_, SIGCONT);
}

void Child::abandon()
{
    watch_.reset();
    pid_ = -1;
    pidfd_.reset();
}

bool Child::ended_by(Instant deadline) const
{
    if (pidfd_)
        return wait_ready(pidfd_.value(), POLLIN, deadline);
    for (;;)
    {
        siginfo_t info{};
        if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_)
            return true;
        auto const now = monotonic_clock().now();
        if (now >= deadline)
            return false;
        monotonic_clock().sleep_until(std::min<Instant>(deadline, now + std::chrono::milliseconds(5)));
    }
}

Exit Child::collect()
{
    // While the child is a zombie its number still names its group and nothing else: now is the moment to end what it left behind.
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
    {
    }
    ::kill(-pid_, SIGKILL);
    watch_.reset();
    int status = 0;
    rusage usage{};
    pid_t got = -1;
    while ((got = ::wait4(pid_, &status, 0, &usage)) < 0 && errno == EINTR)
    {
    }
    exit_ = got == pid_ ? exit_of(status, usage, killed_by_us_) : Exit{};
    return *exit_;
}

std::optional<Exit> Child::wait_until(Instant deadline)
{
    if (exit_)
        return exit_;
    GHEE_EXPECT(pid_ > 0);
    if (!ended_by(deadline))
        return std::nullopt;
    return collect();
}

Exit Child::wait()
{
    if (exit_)
        return *exit_;
    GHEE_EXPECT(pid_ > 0);
    return collect();
}

Exit Child::terminate(Seconds grace)
{
    auto const now = monotonic_clock().now();
    if (auto const ended = wait_until(now))
        return *ended;
    killed_by_us_ = true;
    signal_group(SIGTERM);
    if (auto const ended = wait_until(now + std::chrono::duration_cast<std::chrono::nanoseconds>(grace)))
        return *ended;
    signal_group(SIGKILL);
    return collect();
}

}  // namespace ghee::sys
