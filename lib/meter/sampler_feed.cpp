// The sampler's windows, which reach one sample beyond their ends, as stretches that can be laid side by side.
#include "meter/sampler_feed.hpp"

#include <algorithm>

namespace ghee::meter {

namespace {
constexpr std::chrono::nanoseconds tick{1};

template<class Values>
void keep(std::vector<Instant>& at, Values& values, Stretch stretch)
{
    auto const first = std::lower_bound(at.begin(), at.end(), stretch.begin) - at.begin();
    auto const last = std::lower_bound(at.begin(), at.end(), stretch.end) - at.begin();
    at.erase(at.begin() + last, at.end());
    values.erase(values.begin() + last, values.end());
    at.erase(at.begin(), at.begin() + first);
    values.erase(values.begin(), values.begin() + first);
}
}  // namespace

std::vector<Trace> SamplerFeed::between(Stretch stretch) const
{
    auto traces = sampler_.window(stretch.begin, stretch.end - tick);
    for (Trace& trace : traces)
    {
        if (auto* counter = std::get_if<CounterSeries>(&trace.series))
            keep(counter->at, counter->energy, stretch);
        else if (auto* gauge = std::get_if<GaugeSeries>(&trace.series))
            keep(gauge->at, gauge->power, stretch);
    }
    return traces;
}

Stretch SamplerFeed::around(Instant begin, Instant end) const
{
    Stretch whole{end, begin};
    for (Trace const& trace : sampler_.window(begin, begin))
        if (!trace.at().empty())
            whole.begin = std::min(whole.begin, trace.at().front());
    for (Trace const& trace : sampler_.window(end, end))
        if (!trace.at().empty())
            whole.end = std::max(whole.end, trace.at().back() + tick);
    return whole;
}

bool SamplerFeed::passed(Instant end) const
{
    // A deadline in the past: it looks and does not wait.
    return sampler_.wait_for_sample_after(end, Instant::min());
}

Feed::Counts SamplerFeed::counts() const
{
    Counts counts;
    for (auto const& state : sampler_.states())
    {
        counts.samples += state.reads;
        counts.misses += state.misses;
    }
    return counts;
}

}  // namespace ghee::meter
