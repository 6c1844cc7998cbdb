// How far a training is, on stderr: one updating line on a terminal, a line every 30 s elsewhere.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "record/training.hpp"

namespace ghee::app {

class TrainProgress
{
  public:
    TrainProgress(std::int64_t epochs, bool terminal, Clock& clock);
    /// Called while a group's replicas are made.
    void made(int replicas, int of);
    /// Training begins: rates count from here.
    void begin();
    /// Called after every epoch; cheap between the moments it says something.
    void after(std::int64_t pass, EpochRecord const&);
    /// Ends the updating line.
    void finish();

  private:
    [[nodiscard]] bool is_time(Instant now);
    void say(std::string const& line);
    [[nodiscard]] std::string line(std::int64_t pass, EpochRecord const&, Instant now) const;
    std::int64_t epochs_;
    bool terminal_;
    Clock& clock_;
    Instant start_;
    Instant next_;
    std::int64_t done_ = 0;
    bool line_open_ = false;
};

}  // namespace ghee::app
