// The turns of a program that times one thing after another until its time is up: what a line says where it was not its turn any more, or
// where it failed, and what the program exits with.
#pragma once

#include <chrono>
#include <exception>

#include "json_line.hpp"

namespace ghee::gpu {

class Turns
{
  public:
    explicit Turns(double seconds) : seconds_(seconds) {}

    /// Calls measure(), which adds to the line, where there is time; prints the line in any case.
    template<class Measure>
    void take(JsonLine& line, Measure const& measure)
    {
        try
        {
            if (std::chrono::duration<double>(Clock::now() - begin_).count() < seconds_)
                measure();
            else
            {
                all_ran_ = false;
                line.put("not_run", "out of time");
            }
        }
        catch (std::exception const& error)
        {
            failed_ = true;
            line.put("failed", error.what());
        }
        line.print();
    }

    /// 1: something failed. 3: not all had their turn.
    [[nodiscard]] int exit_code() const { return failed_ ? 1 : all_ran_ ? 0 : 3; }

  private:
    using Clock = std::chrono::steady_clock;
    double seconds_;
    Clock::time_point begin_ = Clock::now();
    bool all_ran_ = true, failed_ = false;
};

}  // namespace ghee::gpu
