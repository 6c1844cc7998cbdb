// Taking samples in and giving windows out.
#include "power/history.hpp"

#include <algorithm>
#include <cmath>

#include "base/contract.hpp"
#include "power/plausible.hpp"
#include "record/flag.hpp"

namespace ghee::power {

namespace {
constexpr std::size_t most_faults = 4096;
constexpr double resolution_slack = 10.0;  // steps a coarse counter may jump in no time

/// The register was read, but what it counted since the reading before is not known.
bool loses_energy(std::string const& fault) { return fault == fault_word::reset || fault == fault_word::backward || fault == fault_word::gap; }
}  // namespace

History::History(Channel channel, std::size_t capacity) : channel_(std::move(channel)), capacity_(capacity)
{
    GHEE_EXPECT(capacity_ >= 2);
    ring_.reserve(capacity_);
}

void History::take(Reading const& reading)
{
    if (!reading.fault.empty())
    {
        note(reading.fault, reading.at);
        // Without a sample here what was lost would be spread, unseen, over the interval up to the next good one.
        if (channel_.kind == ChannelKind::counter && loses_energy(reading.fault) && size_ > 0 && reading.at > last())
        {
            push({reading.at, sample(size_ - 1).value});
        }
        return;
    }
    if (!std::isfinite(reading.value) || reading.value < 0.0)
    {
        note(fault_word::absurd, reading.at);
        return;
    }
    if (reading.at <= last())
    {
        return;
    }
    double const most = highest_plausible(channel_.scope).value();
    if (channel_.kind == ChannelKind::gauge)
    {
        if (reading.value > most)
        {
            note(fault_word::absurd, reading.at);
            return;
        }
        push({reading.at, reading.value});
        return;
    }
    double value = reading.value + offset_;
    if (size_ > 0)
    {
        Sample const& before = sample(size_ - 1);
        double const elapsed = std::chrono::duration_cast<Seconds>(reading.at - before.at).count();
        double const grown = value - before.value;
        bool const backward = grown < 0.0;
        if (backward || grown > most * elapsed + resolution_slack * channel_.resolution)
        {
            note(backward ? fault_word::backward : fault_word::absurd, reading.at);
            offset_ -= grown;
            value = before.value;
        }
    }
    push({reading.at, value});
}

void History::push(Sample sample)
{
    if (ring_.size() < capacity_)
    {
        ring_.push_back(sample);
        ++size_;
        return;
    }
    ring_[oldest_] = sample;
    oldest_ = (oldest_ + 1) % capacity_;
}

void History::note(std::string const& word, Instant at)
{
    // The same fault again with no good sample in between is one that lasts.
    if (!faults_.empty() && faults_.back().word == word && faults_.back().last >= last())
    {
        faults_.back().last = std::max(faults_.back().last, at);
        return;
    }
    faults_.push_back({word, at, at});
    if (faults_.size() > most_faults)
    {
        faults_.pop_front();
    }
}

Trace History::window(Instant begin, Instant end) const
{
    auto const first_at_or_after = [&](Instant t)
    {
        std::size_t low = 0;
        std::size_t high = size_;
        while (low < high)
        {
            std::size_t const middle = low + (high - low) / 2;
            (sample(middle).at < t) ? low = middle + 1 : high = middle;
        }
        return low;
    };
    std::size_t first = first_at_or_after(begin);
    std::size_t const last = std::min(size_, first_at_or_after(end) + 1);
    if (first > 0 && (first == size_ || sample(first).at > begin))
    {
        --first;
    }
    Trace trace;
    trace.channel = channel_;
    CounterSeries counter;
    GaugeSeries gauge;
    bool const counts = channel_.kind == ChannelKind::counter;
    auto& at = counts ? counter.at : gauge.at;
    at.reserve(last - first);
    for (std::size_t i = first; i < last; ++i)
    {
        at.push_back(sample(i).at);
        if (counts)
        {
            counter.energy.emplace_back(sample(i).value);
        }
        else
        {
            gauge.power.emplace_back(sample(i).value);
        }
    }
    if (counts)
    {
        trace.series = std::move(counter);
    }
    else
    {
        trace.series = std::move(gauge);
    }
    for (Fault const& fault : faults_)
    {
        if (fault.first <= end && fault.last >= begin && std::find(trace.faults.begin(), trace.faults.end(), fault.word) == trace.faults.end())
        {
            trace.faults.push_back(fault.word);
        }
    }
    return trace;
}

}  // namespace ghee::power
