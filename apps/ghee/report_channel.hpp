// What a run tells its worker while it runs: one JSON line each on the descriptor that GHEE_FD names.
#pragma once

#include <memory>
#include <string>

#include "train/training.hpp"

namespace ghee::app {

class ReportChannel
{
  public:
    /// Nothing where GHEE_FD is not set; throws Error where it names no open descriptor.
    static std::unique_ptr<ReportChannel> from_environment();

    /// {"mark": "train", "at_ns": 123}; CLOCK_MONOTONIC. Throws Error when nobody listens any more.
    void tell(Mark const&);
    /// {"result": {...}, "outcome": "ok", "reason": ""}, the last line.
    void tell(train::Report const&);
    /// {"outcome": "failed", "reason": ...}: it never came to a result. Does not throw.
    void tell_failure(std::string const& reason) noexcept;

  private:
    explicit ReportChannel(int fd) : fd_(fd) {}
    void write(std::string line);
    int fd_;
    bool broken_ = false;
};

}  // namespace ghee::app
