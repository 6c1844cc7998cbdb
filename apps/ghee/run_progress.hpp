// Progress of a campaign: one updating line on a terminal, a status line every 30 s elsewhere.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "campaign/conduct.hpp"

namespace ghee::app {

class RunProgress
{
  public:
    /// `terminal`: stderr is one.
    RunProgress(bool terminal, Clock& clock);
    void show(campaign::Progress const&);
    /// A line for people, above the updating one.
    void note(bool warning, std::string const& text);
    /// Ends the updating line.
    void finish();

  private:
    bool terminal_;
    Clock& clock_;
    Instant next_{};
    bool line_open_ = false;
};

/// "12/36 runs, 2 failed, 4.1 runs/min, 6 min left, 812 J net (estimated), 3 workers: mnist rectangle 1024". ETA and rate from this
/// session's rows; left out before the first.
std::string progress_line(campaign::Progress const&);

}  // namespace ghee::app
