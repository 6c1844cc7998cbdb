// The feed of a real daemon: what the node's sampler keeps.
#pragma once

#include "meter/feed.hpp"
#include "power/sampler.hpp"

namespace ghee::meter {

class SamplerFeed final : public Feed
{
  public:
    /// `sampler` outlives it.
    SamplerFeed(power::Sampler const& sampler, std::vector<std::pair<std::string, std::string>> absent)
        : sampler_(sampler), absent_(std::move(absent))
    {
    }

    std::vector<Channel> const& channels() const override { return sampler_.channels(); }
    std::vector<std::pair<std::string, std::string>> const& absent() const override { return absent_; }
    std::vector<Trace> between(Stretch) const override;
    Stretch around(Instant begin, Instant end) const override;
    bool passed(Instant end) const override;
    Counts counts() const override;

  private:
    power::Sampler const& sampler_;
    std::vector<std::pair<std::string, std::string>> absent_;
};

}  // namespace ghee::meter
