// The last samples of one channel in a ring of fixed size, checked as they come in.
#pragma once

#include <deque>

#include "power/source.hpp"

namespace ghee::power {

/// Not thread-safe. 16 bytes a sample; memory is set aside at once and touched as it fills.
class History
{
  public:
    History(Channel channel, std::size_t capacity);

    /// Takes a reading of this channel. A value that cannot be is kept out and noted: "absurd" (NaN, negative, more power than
    /// highest_plausible), "backward" (a counter that fell after all). After either a counter goes on from its last good value.
    /// A reading that is not newer than the last is no news and ignored.
    void take(Reading const&);

    /// Samples in [begin, end] and one more on each side, and the faults that touch it.
    [[nodiscard]] Trace window(Instant begin, Instant end) const;
    /// Time of the last good sample; Instant::min() before the first.
    [[nodiscard]] Instant last() const { return size_ == 0 ? Instant::min() : sample(size_ - 1).at; }
    [[nodiscard]] Channel const& channel() const { return channel_; }

  private:
    struct Sample
    {
        Instant at;
        double value;
    };
    struct Fault
    {
        std::string word;
        Instant first;
        Instant last;
    };
    [[nodiscard]] Sample const& sample(std::size_t i) const { return ring_[(oldest_ + i) % ring_.size()]; }
    void push(Sample);
    void note(std::string const& word, Instant at);

    Channel channel_;
    std::size_t capacity_;
    std::vector<Sample> ring_;
    std::size_t oldest_ = 0;
    std::size_t size_ = 0;
    double offset_ = 0.0;  ///< added to a counter's readings, so that the series goes on after a step that is not counted
    std::deque<Fault> faults_;
};

}  // namespace ghee::power
