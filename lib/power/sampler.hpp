// Reads sources at their period, each in a thread of its own, and keeps what they said.
#pragma once

#include <memory>

#include "power/source.hpp"

namespace ghee::power {

/// Moves the sources that are present out of what discovery found.
std::vector<std::unique_ptr<Source>> present_sources(std::vector<Discovered>&);

struct SamplerOptions
{
    Seconds history = std::chrono::hours(24);  ///< what is kept of each channel, as far as `memory` goes
    Bytes memory{256.0 * 1024 * 1024};         ///< for all channels together, at 16 bytes a sample
    std::vector<int> cpus;                     ///< the threads run on these only; empty: wherever
    Clock* clock = nullptr;                    ///< null: monotonic_clock(). Must outlive the sampler, and a hung source
    Seconds patience{2.0};  ///< (real time) the destructor waits this long for a source that hangs in read(), then leaves it behind
};

/// How one source is doing.
struct SourceState
{
    std::string source;
    Seconds period{};
    std::int64_t reads = 0;
    std::int64_t misses = 0;  ///< deadlines that passed while a read took too long or the machine was busy
};

/// Sampling starts with construction and ends with destruction. All functions may be called from any thread.
class Sampler
{
  public:
    explicit Sampler(std::vector<std::unique_ptr<Source>> sources, SamplerOptions options = {});
    ~Sampler();
    Sampler(Sampler const&) = delete;
    Sampler& operator=(Sampler const&) = delete;

    /// Channels of all sources, in the order of window()'s traces.
    [[nodiscard]] std::vector<Channel> const& channels() const { return channels_; }

    /// A trace per channel with the samples in [begin, end] and one more on each side, as far as they are there and still kept.
    /// For the one after `end`, wait_for_sample_after(end, ...) first. Does not wait for a source that hangs.
    [[nodiscard]] std::vector<Trace> window(Instant begin, Instant end) const;

    /// Blocks until every primary channel (every channel where none is primary) has a good sample at or after `t`; false:
    /// `deadline` (of the sampler's clock) came first.
    bool wait_for_sample_after(Instant t, Instant deadline) const;

    [[nodiscard]] std::vector<SourceState> states() const;

  private:
    struct Lane;
    struct News;
    std::vector<std::shared_ptr<Lane>> lanes_;
    std::shared_ptr<News> news_;
    std::vector<Channel> channels_;
    Clock& clock_;
    Seconds patience_;
};

}  // namespace ghee::power
