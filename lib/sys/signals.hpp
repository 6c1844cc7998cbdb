// "Stop, please": SIGTERM, SIGINT and SIGUSR1 as a flag to ask and a descriptor to poll.
#pragma once

#include <csignal>
#include <vector>

#include "sys/unique_fd.hpp"

namespace ghee::sys {

/// Catches the signals while it lives, then restores what was before. One at a time in a process. The handlers use SA_RESTART.
class StopSignals
{
  public:
    explicit StopSignals(std::vector<int> const& numbers = {SIGTERM, SIGINT, SIGUSR1});
    ~StopSignals();
    StopSignals(StopSignals const&) = delete;
    StopSignals& operator=(StopSignals const&) = delete;

    /// Any thread, any time.
    [[nodiscard]] bool requested() const { return signal() != 0; }
    /// The first signal that came; 0: none yet.
    [[nodiscard]] int signal() const;
    /// The latest: a drain asked for by SIGUSR1 may be cut short by SIGTERM.
    [[nodiscard]] int latest() const;
    /// Readable from the first signal on; never read from it.
    [[nodiscard]] int fd() const;

  private:
    struct Saved
    {
        int number;
        struct sigaction before;
    };
    std::vector<Saved> saved_;
    UniqueFd event_;
};

/// A hung-up reader becomes an error of write() instead of the end of this process.
void ignore_broken_pipes();

}  // namespace ghee::sys
