// A child for the tests: does what its first argument says.
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

extern char** environ;

namespace {
int report_fd()
{
    char const* const text = std::getenv("GHEE_FD");
    return text ? std::atoi(text) : -1;
}

void say(std::string const& line)
{
    std::string const text = line + "\n";
    if (::write(report_fd(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        std::_Exit(99);
}

void say_descriptors()
{
    std::string open;
    for (int fd = 0; fd < 1024; ++fd)
        if (::fcntl(fd, F_GETFD) >= 0)
            open += (open.empty() ? "" : " ") + std::to_string(fd);
    say(open);
}

void say_signals()
{
    sigset_t blocked;
    ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
    std::string odd;
    for (int number = 1; number < 32; ++number)
    {
        struct sigaction action{};
        ::sigaction(number, nullptr, &action);
        if (::sigismember(&blocked, number) || action.sa_handler == SIG_IGN)
            odd += " " + std::to_string(number);
    }
    say("odd:" + odd);
}

void say_ties()
{
    int death_signal = 0;
    ::prctl(PR_GET_PDEATHSIG, &death_signal);
    say(std::to_string(death_signal) + (::getpgrp() == ::getpid() ? " own" : " shared"));
}

void say_cpus()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    ::sched_getaffinity(0, sizeof set, &set);
    std::string cpus;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(static_cast<std::size_t>(cpu), &set))
            cpus += (cpus.empty() ? "" : " ") + std::to_string(cpu);
    say(cpus);
}

/// Starts a process of the same group that would outlive us, and says its number.
void leave_grandchild()
{
    pid_t const child = ::fork();
    if (child == 0)
    {
        for (;;)
            ::pause();
    }
    say(std::to_string(child));
}

int allocate(std::size_t megabytes)
{
    std::size_t const bytes = megabytes << 20;
    char* const memory = static_cast<char*>(std::malloc(bytes));
    if (!memory)
        return 42;
    for (std::size_t i = 0; i < bytes; i += 4096)
        static_cast<char volatile*>(memory)[i] = 1;
    std::free(memory);
    return 0;
}
}  // namespace

int main(int count, char** words)
{
    std::string const act = count > 1 ? words[1] : "";
    std::string const with = count > 2 ? words[2] : "";
    if (act == "exit")
        return std::atoi(with.c_str());
    if (act == "crash")
        std::raise(SIGSEGV);
    if (act == "descriptors")
        say_descriptors();
    if (act == "signals")
        say_signals();
    if (act == "ties")
        say_ties();
    if (act == "cpus")
        say_cpus();
    if (act == "environment")
        for (char** entry = environ; *entry; ++entry)
            say(*entry);
    if (act == "allocate")
        return allocate(static_cast<std::size_t>(std::atoi(with.c_str())));
    if (act == "grandchild")
        leave_grandchild();
    if (act == "grandchild_and_hang")
        leave_grandchild();
    if (act == "talk")
    {
        std::fputs("to stdout\n", stdout);
        std::fflush(stdout);
        std::fputs("to stderr\n", stderr);
    }
    if (act == "stubborn")
        std::signal(SIGTERM, SIG_IGN);
    if (act == "hang" || act == "stubborn" || act == "grandchild_and_hang")
    {
        if (report_fd() >= 0)
            say("ready");
        for (;;)
            ::pause();
    }
    return 0;
}
