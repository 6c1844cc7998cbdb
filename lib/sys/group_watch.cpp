// A shell at the other end of a socket.
#include "sys/group_watch.hpp"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <utility>

#include "base/error.hpp"
#include "sys/spawn.hpp"

namespace ghee::sys {

namespace {
/// The second read ends when our end is closed, and that is when we are dead: alive, we kill the shell.
constexpr char const* script = "read group && { read end; kill -s KILL -- \"-$group\"; }";

/// Between fork and exec: system calls only. All signals are blocked, and stay so. Nothing of ours is left open: it would outlive us.
[[noreturn]] void become_watch(int line)
{
    ::setsid();
    if (::chdir("/") == 0 && ::dup2(line, 0) == 0)
    {
        close_at_exec_from(1);
        char const* const arguments[] = {"sh", "-c", script, nullptr};
        char const* const environment[] = {nullptr};
        ::execve("/bin/sh", const_cast<char* const*>(arguments), const_cast<char* const*>(environment));
    }
    ::_exit(127);
}
}  // namespace

GroupWatch::GroupWatch()
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw Error("cannot watch over a child process", errno_text(errno));
    UniqueFd const first(ends[0]), second(ends[1]);
    line_ = high_copy(first.value());
    UniqueFd const theirs = high_copy(second.value());
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_ = ::fork();
    if (pid_ == 0)
        become_watch(theirs.value());
    int const fork_error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid_ < 0)
        throw Error("cannot watch over a child process", "fork: " + errno_text(fork_error));
}

GroupWatch::GroupWatch(GroupWatch&& other) noexcept : pid_(std::exchange(other.pid_, -1)), line_(std::move(other.line_)) {}

GroupWatch::~GroupWatch()
{
    if (pid_ <= 0)
        return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR)
    {
    }
}

void GroupWatch::tell_group(int line)
{
    std::array<char, 16> text;
    char* const end = std::to_chars(text.data(), text.data() + text.size() - 1, ::getpid()).ptr;
    *end = '\n';
    // No reader: there is no shell here, and only the child itself will end with us.
    [[maybe_unused]] auto const ignored = ::send(line, text.data(), static_cast<std::size_t>(end + 1 - text.data()), MSG_NOSIGNAL);
}

}  // namespace ghee::sys
