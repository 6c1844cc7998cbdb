// How a process ended, and what it used.
#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/quantity.hpp"

namespace ghee::sys {

struct Exit
{
    std::optional<int> code;         ///< exited by itself
    std::optional<int> signal;       ///< or was killed by this
    bool killed_by_us = false;       ///< the signal was ours (deadline, terminate)
    Seconds user{}, system{};        ///< processor time, its waited-for children included
    std::int64_t max_rss_bytes = 0;  ///< largest resident set of it or any waited-for child

    [[nodiscard]] bool ok() const { return code == 0; }
    /// "exited with code 3", "killed by signal 9 (SIGKILL), not by us: out of memory?", "stopped by us with signal 15 (SIGTERM)".
    [[nodiscard]] std::string describe() const;
};

/// From the status and usage that wait4 gives.
Exit exit_of(int status, rusage const&, bool killed_by_us);

/// "SIGTERM", or "signal 42" where it has no name.
std::string signal_name(int number);

}  // namespace ghee::sys
