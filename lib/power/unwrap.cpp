// Telling a wrap from a reset and from a step back.
#include "power/unwrap.hpp"
#include "record/flag.hpp"

#include <algorithm>

namespace ghee::power {

Unwrap::Step Unwrap::step(Joules raw, Instant at)
{
    if (!started_)
    {
        started_ = true;
        last_ = raw;
        last_at_ = at;
        total_ = raw;
        return {total_, {}};
    }
    Seconds const elapsed = std::chrono::duration_cast<Seconds>(at - last_at_);
    // Two readings in quick succession may lie on either side of a refresh, so a floor for the time the energy had to come in.
    Joules const most = limit_ * std::max(elapsed, Seconds(0.01));
    Joules grown = raw - last_;
    std::string fault;
    if (range_.defined() && most >= range_)
    {
        fault = fault_word::gap;
    }
    else if (grown < Joules(0.0))
    {
        if (range_.defined() && grown + range_ <= most && grown + range_ >= Joules(0.0))
        {
            grown += range_;
        }
        else
        {
            fault = raw <= most ? fault_word::reset : fault_word::backward;
        }
    }
    last_ = raw;
    last_at_ = at;
    if (fault.empty())
    {
        total_ += grown;
    }
    return {total_, fault};
}

}  // namespace ghee::power
