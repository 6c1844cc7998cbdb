// The moment between fork and exec. Used by Child and its GroupWatch only.
#pragma once

#include <sys/types.h>

#include "sys/group_watch.hpp"
#include "sys/process.hpp"

namespace ghee::sys {

/// Starts the command's program; returns its process id. `watch` (or null) hears of its group before the program runs.
/// Throws Error with the step that failed.
pid_t spawn(Command const&, GroupWatch const* watch);

/// A copy of a descriptor above those that a child uses itself; close-on-exec.
UniqueFd high_copy(int fd);

/// No descriptor from `first` on outlives exec. System calls only.
void close_at_exec_from(int first);

}  // namespace ghee::sys
