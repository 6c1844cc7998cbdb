// The moment between fork and exec. Used by Child only.
#pragma once

#include <sys/types.h>

#include "sys/process.hpp"

namespace ghee::sys {

/// Starts the command's program; returns its process id. Throws Error with the step that failed.
pid_t spawn(Command const&);

}  // namespace ghee::sys
