// A recorded trace given out again at the pace it was recorded, for tests and demonstrations.
#include <cmath>

#include "power/recording.hpp"
#include "power/sources.hpp"
#include "record/flag.hpp"

namespace ghee::power {

namespace {

class Replay final : public Source
{
  public:
    Replay(Recording recording, std::filesystem::path const& file, Options const& options)
        : recording_(std::move(recording)), clock_(clock_of(options)), start_(clock_.now())
    {
        Channel channel;
        channel.name = "replay";
        channel.source = "replay";
        channel.detail = file.string();
        channel.kind = recording_.kind;
        channel.scope = Scope::node;
        channel.period = recording_.period;
        channels_.push_back(channel);
    }

    std::vector<Channel> const& channels() const override { return channels_; }

    void read(std::vector<Reading>& out) override
    {
        Instant const now = clock_.now();
        for (; next_ < recording_.seconds.size(); ++next_)
        {
            Instant const at = start_ + std::chrono::nanoseconds(std::llround(recording_.seconds[next_] * 1e9));
            if (at > now)
            {
                return;
            }
            out.push_back({0, at, recording_.values[next_], {}});
        }
        out.push_back({0, now, 0.0, fault_word::end_of_trace});
    }

  private:
    Recording recording_;
    Clock& clock_;
    Instant start_;
    std::size_t next_ = 0;
    std::vector<Channel> channels_;
};

}  // namespace

Discovered find_replay(Options const& options, std::filesystem::path const& file)
{
    Discovered found{"replay", nullptr, {}, {}};
    found.source = std::make_unique<Replay>(read_recording(file), file, options);
    return found;
}

}  // namespace ghee::power
