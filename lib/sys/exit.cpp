// Exit statuses in words.
#include "sys/exit.hpp"

#include <sys/wait.h>

#include <csignal>
#include <cstring>

namespace ghee::sys {

namespace {
Seconds seconds_of(timeval const& t) { return Seconds(static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6); }
}  // namespace

std::string signal_name(int number)
{
    char const* const name = ::sigabbrev_np(number);
    return name ? std::string("SIG") + name : "signal " + std::to_string(number);
}

Exit exit_of(int status, rusage const& usage, bool killed_by_us)
{
    Exit exit;
    if (WIFEXITED(status))
        exit.code = WEXITSTATUS(status);
    else if (WIFSIGNALED(status))
        exit.signal = WTERMSIG(status);
    exit.killed_by_us = killed_by_us;
    exit.user = seconds_of(usage.ru_utime);
    exit.system = seconds_of(usage.ru_stime);
    exit.max_rss_bytes = std::int64_t{usage.ru_maxrss} * 1024;
    return exit;
}

std::string Exit::describe() const
{
    if (code)
        return "exited with code " + std::to_string(*code) + (killed_by_us ? " after we asked it to stop" : "");
    if (!signal)
        return "ended in an unknown way";
    std::string const which = "signal " + std::to_string(*signal) + " (" + signal_name(*signal) + ")";
    if (killed_by_us)
        return "stopped by us with " + which;
    return "killed by " + which + (*signal == SIGKILL ? ", not by us: out of memory?" : "");
}

}  // namespace ghee::sys
