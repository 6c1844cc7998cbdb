// "Break it off": said by one thread, seen by another that waits for a child or through a quiet window.
#pragma once

#include <mutex>
#include <string>

#include "base/clock.hpp"
#include "base/quantity.hpp"
#include "sys/unique_fd.hpp"

namespace ghee::campaign {

class Abort
{
  public:
    Abort();
    /// The first reason counts. Thread-safe.
    void ask(std::string reason);
    [[nodiscard]] bool asked() const;
    [[nodiscard]] std::string reason() const;
    void reset();
    /// Readable once asked, for poll(); never read from it.
    [[nodiscard]] int fd() const { return event_.value(); }
    /// Sleeps until `deadline`; false as soon as asked.
    [[nodiscard]] bool sleep_until(Instant deadline) const;

  private:
    mutable std::mutex mutex_;
    sys::UniqueFd event_;
    bool asked_ = false;
    std::string reason_;
};

}  // namespace ghee::campaign
