// The moment between fork and exec: everything is prepared before, only system calls happen inside, and what goes wrong there
// comes back through a pipe.
#include "sys/spawn.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "base/contract.hpp"
#include "base/error.hpp"
#include "sys/affinity.hpp"
#include "sys/file.hpp"

namespace ghee::sys {

namespace {
enum class Step { parent, group, directory, cpus, memory, descriptors, exec };

char const* text_of(Step step)
{
    switch (step)
    {
        case Step::parent: return "tie it to its parent";
        case Step::group: return "give it a group";
        case Step::directory: return "enter its directory";
        case Step::cpus: return "pin it to its CPUs";
        case Step::memory: return "limit its memory";
        case Step::descriptors: return "arrange its descriptors";
        case Step::exec: break;
    }
    return "execute it";
}

struct Failure
{
    Step step;
    int number;
};

/// What the child needs, as the bare pointers and numbers it may touch.
struct Prepared
{
    char const* program;
    char* const* argv;
    char* const* environment;
    char const* directory;  ///< null: ours
    CpuMask const* cpus;    ///< null: ours
    rlimit const* memory;   ///< null: none
    bool die_with_parent;
    bool new_session;
    pid_t parent;
    std::array<int, 4> descriptors;  ///< become 0, 1, 2 and 3; all >= first_free or -1
    int failure;                     ///< write end, >= first_free, close-on-exec
    int watch_line;                  ///< to GroupWatch::tell_group; -1: none
};

constexpr int first_free = report_fd_number + 1;

[[noreturn]] void fail(Prepared const& p, Step step)
{
    Failure const failure{step, errno};
    while (::write(p.failure, &failure, sizeof failure) < 0 && errno == EINTR)
    {
    }
    ::_exit(127);
}

/// In the child: system calls only. It has a copy of our address space (fork, not vfork: the handlers' table and stack are its own).
[[noreturn]] void become(Prepared const& p)
{
    for (int number = 1; number < NSIG; ++number)
        ::signal(number, SIG_DFL);  // fails for SIGKILL and SIGSTOP, as it must
    if (p.die_with_parent && (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != p.parent))
    {
        // Died before the request was made: nobody would kill us any more, and nobody reads our reason.
        if (::getppid() != p.parent)
            ::_exit(127);
        fail(p, Step::parent);
    }
    if (p.new_session ? ::setsid() < 0 : ::setpgid(0, 0) != 0)
        fail(p, Step::group);
    if (p.watch_line >= 0)
        GroupWatch::tell_group(p.watch_line);
    if (p.directory && ::chdir(p.directory) != 0)
        fail(p, Step::directory);
    if (p.cpus && !p.cpus->apply_to_thread(0))
        fail(p, Step::cpus);
    if (p.memory && ::setrlimit(RLIMIT_DATA, p.memory) != 0)
        fail(p, Step::memory);
    for (int number = 0; number < first_free; ++number)
    {
        int const source = p.descriptors[static_cast<std::size_t>(number)];
        if (source < 0)
            ::close(number);
        else if (::dup2(source, number) < 0)
            fail(p, Step::descriptors);
    }
    close_at_exec_from(first_free);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execve(p.program, p.argv, p.environment);
    fail(p, Step::exec);
}

UniqueFd high_open(std::filesystem::path const& path, int flags)
{
    UniqueFd const file(::open(path.c_str(), flags | O_CLOEXEC, 0666));
    if (!file)
        throw Error("cannot open '" + path.string() + "' for a child process", errno_text(errno));
    return high_copy(file.value());
}

/// The file that execve wants; PATH is searched here, where memory may be asked for.
std::string find_program(std::string const& name)
{
    if (name.find('/') != std::string::npos)
        return name;
    char const* const path = std::getenv("PATH");
    std::string folders = path ? path : "/usr/local/bin:/usr/bin:/bin";
    for (std::size_t begin = 0; begin <= folders.size();)
    {
        std::size_t const end = std::min(folders.find(':', begin), folders.size());
        auto const candidate = std::filesystem::path(end == begin ? "." : folders.substr(begin, end - begin)) / name;
        if (::access(candidate.c_str(), X_OK) == 0 && !std::filesystem::is_directory(candidate))
            return candidate.string();
        begin = end + 1;
    }
    throw Error("cannot start '" + name + "'", "not found in PATH");
}

std::vector<char*> pointers_to(std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    for (std::string& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}
}  // namespace

UniqueFd high_copy(int fd)
{
    UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, first_free));
    if (!copy)
        throw Error("cannot prepare a child process", "descriptor " + std::to_string(fd) + ": " + errno_text(errno));
    return copy;
}

void close_at_exec_from(int first)
{
#ifdef SYS_close_range
    if (::syscall(SYS_close_range, first, ~0u, CLOSE_RANGE_CLOEXEC) == 0)
        return;
#endif
    // Linux before 5.11.
    rlimit open_files{};
    ::getrlimit(RLIMIT_NOFILE, &open_files);
    int const end = static_cast<int>(std::min<rlim_t>(open_files.rlim_cur, 1 << 30));
    for (int fd = first; fd < end; ++fd)
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

pid_t spawn(Command const& command, GroupWatch const* watch)
{
    GHEE_EXPECT(!command.argv.empty());
    std::string const program = find_program(command.argv.front());
    auto arguments = command.argv;
    auto edits = command.environment;
    edits.unset.push_back("GHEE_FD");
    if (command.report_fd >= 0)
        edits.set["GHEE_FD"] = std::to_string(report_fd_number);
    auto environment = child_environment(edits);
    auto const argv = pointers_to(arguments);
    auto const envp = pointers_to(environment);
    std::optional<CpuMask> const cpus = command.cpus.empty() ? std::nullopt : std::optional<CpuMask>(std::in_place, command.cpus);
    auto const bytes = static_cast<rlim_t>(command.memory_limit_bytes);
    rlimit const memory{bytes, bytes};

    UniqueFd const in = high_open("/dev/null", O_RDONLY);
    UniqueFd const out = command.output.empty() ? high_copy(STDERR_FILENO) : high_open(command.output, O_WRONLY | O_CREAT | O_APPEND);
    UniqueFd const report = command.report_fd < 0 ? UniqueFd() : high_copy(command.report_fd);
    Pipe failure = make_pipe();
    failure.write = high_copy(failure.write.value());

    Prepared const prepared{program.c_str(),
                            argv.data(),
                            envp.data(),
                            command.directory.empty() ? nullptr : command.directory.c_str(),
                            cpus ? &*cpus : nullptr,
                            bytes > 0 ? &memory : nullptr,
                            command.die_with_parent,
                            command.new_session,
                            ::getpid(),
                            {in.value(), out.value(), out.value(), report.value()},
                            failure.write.value(),
                            watch ? watch->line() : -1};

    // No handler of ours may run in the child before it has reset them.
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t const pid = ::fork();
    if (pid == 0)
        become(prepared);
    int const fork_error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid < 0)
        throw Error("cannot start '" + command.argv.front() + "'", "fork: " + errno_text(fork_error));

    failure.write.reset();
    Failure why{};
    ssize_t got = 0;
    do
        got = ::read(failure.read.value(), &why, sizeof why);
    while (got < 0 && errno == EINTR);
    if (got == static_cast<ssize_t>(sizeof why))
    {
        while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR)
        {
        }
        throw Error("cannot start '" + command.argv.front() + "'", std::string("could not ") + text_of(why.step) + ": " + errno_text(why.number));
    }
    return pid;
}

}  // namespace ghee::sys
