// One child process: started clean, watched with deadlines, ended with everything it started.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/quantity.hpp"
#include "sys/environment.hpp"
#include "sys/exit.hpp"
#include "sys/group_watch.hpp"
#include "sys/unique_fd.hpp"

namespace ghee::sys {

/// The number under which a child finds the descriptor it reports on; GHEE_FD tells it.
inline constexpr int report_fd_number = 3;

struct Command
{
    std::vector<std::string> argv;  ///< the first is looked up in PATH where it has no slash
    EnvironmentEdits environment;
    std::filesystem::path directory;  ///< to run in; empty: ours
    /// Descriptor of ours (often the write end of a pipe) that the child gets as GHEE_FD=3; -1: none, and no GHEE_FD.
    int report_fd = -1;
    /// Where stdout and stderr go, appended to; empty: both to our stderr. stdin is /dev/null.
    std::filesystem::path output;
    /// Pinned to these; empty: as we are.
    std::vector<int> cpus;
    /// Bound on the private memory the child may ask for (RLIMIT_DATA: its heap and writable mappings; the growth beyond what the
    /// program is, not the address space, of which CUDA reserves more than any node has). 0: none.
    std::int64_t memory_limit_bytes = 0;
    /// The child dies when we die, with its whole group. For the child itself "we" is the *thread* that called spawn: let it be one that
    /// lives as long as the process.
    bool die_with_parent = true;
    /// A session of its own, for daemons that outlive us (with die_with_parent = false); else a process group of its own.
    bool new_session = false;
};

/// Owns a running child. Its whole process group is killed with it: on wait, on terminate, on destruction, and when we are killed
/// (die_with_parent). A descendant that leaves the group escapes.
/// One thread at a time.
class Child
{
  public:
    /// Starts it; safe in a process with threads. The child has no descriptors of ours but 0, 1, 2 and GHEE_FD, no blocked or
    /// ignored signals, no variables of MPI launchers. Throws Error when it cannot be started (no such program, no memory ...).
    explicit Child(Command const&);
    ~Child();
    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// Becomes readable when the child has ended, for poll(); -1 on kernels without pidfd_open (before 5.3).
    [[nodiscard]] int pidfd() const { return pidfd_.value(); }

    /// Waits until the child has ended, at most until `deadline`; then kills what is left of its group. Nothing: still running.
    std::optional<Exit> wait_until(Instant deadline);
    Exit wait();
    /// SIGTERM to the group, after `grace` SIGKILL. Returns how it ended.
    Exit terminate(Seconds grace);
    /// A signal to the group; no effect on a child that was waited for.
    void signal_group(int number);
    /// Gives it up: it lives on, is not waited for.
    void abandon();

  private:
    Exit collect();
    bool ended_by(Instant deadline) const;

    std::optional<GroupWatch> watch_;
    pid_t pid_ = -1;
    UniqueFd pidfd_;
    bool killed_by_us_ = false;
    std::optional<Exit> exit_;
};

}  // namespace ghee::sys
