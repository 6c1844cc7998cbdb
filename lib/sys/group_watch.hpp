// Ends a child's process group when this process dies, however it dies: what the child itself started has no death signal of ours.
#pragma once

#include <sys/types.h>

#include "sys/unique_fd.hpp"

namespace ghee::sys {

/// A shell that waits at a socket for our end, asleep. It ignores signals and is in a session of its own, so nothing but SIGKILL ends it
/// earlier; we collect it. Without /bin/sh there is no watch.
class GroupWatch
{
  public:
    /// Throws Error where no process can be started.
    GroupWatch();
    /// Ends the watch; the group is left alone.
    ~GroupWatch();
    GroupWatch(GroupWatch&& other) noexcept;
    GroupWatch& operator=(GroupWatch&&) = delete;

    /// For the child: it tells its group here, before any program runs in it. Close-on-exec.
    [[nodiscard]] int line() const { return line_.value(); }
    /// Tells that the calling process leads the group to be watched. System calls only, for use between fork and exec.
    static void tell_group(int line);

  private:
    pid_t pid_ = -1;
    UniqueFd line_;
};

}  // namespace ghee::sys
