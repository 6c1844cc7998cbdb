// NVIDIA GPUs through NVML: the channels that a survey found, read one after the other.
#include <cstdio>

#include "power/nvml_survey.hpp"
#include "power/plausible.hpp"
#include "power/refresh.hpp"
#include "power/sources.hpp"
#include "power/unwrap.hpp"
#include "record/flag.hpp"

namespace ghee::power {

namespace {

using nvml::Library;
using nvml::Result;
using nvml::success;

constexpr Seconds assumed_refresh{0.1};  // of energy and power on data-centre parts

/// NVML from its initialisation to its shutdown.
struct Session
{
    explicit Session(std::unique_ptr<Library> opened) : library(std::move(opened)) {}
    ~Session() { library->shutdown(); }
    Session(Session const&) = delete;
    Session& operator=(Session const&) = delete;
    std::unique_ptr<Library> library;
};

class Nvml final : public Source
{
  public:
    Nvml(std::unique_ptr<Session> session, std::vector<nvml::Told> const& told, Clock& clock) : session_(std::move(session)), clock_(clock)
    {
        for (nvml::Told const& one : told)
        {
            channels_.push_back(one.channel);
            sensors_.push_back({one.sensor, Unwrap(Joules{}, highest_plausible(one.channel.scope)), std::nullopt});
        }
        measure();
    }

    std::vector<Channel> const& channels() const override { return channels_; }

    void read(std::vector<Reading>& out) override
    {
        for (std::size_t i = 0; i < sensors_.size(); ++i)
        {
            Counted& sensor = sensors_[i];
            Instant const before = clock_.now();
            auto const value = nvml::read(*session_->library, sensor.sensor);
            Instant const at = before + (clock_.now() - before) / 2;
            if (!value)
                out.push_back({i, at, 0.0, fault_word::read_error});
            else if (channels_[i].kind == ChannelKind::gauge)
                out.push_back({i, at, *value, {}});
            // A GPU always draws something: a counter that has not moved has not been refreshed, or is frozen. Neither is a
            // sample.
            else if (sensor.last != value)
            {
                sensor.last = value;
                auto const step = sensor.unwrap.step(Joules(*value), at);
                out.push_back({i, at, step.total.value(), step.fault});
            }
        }
    }

  private:
    struct Counted
    {
        nvml::Sensor sensor;
        Unwrap unwrap;
        std::optional<double> last;
    };

    /// Looks how often every sensor renews its value, and says so in its channel. Blocks for refresh_patience.
    void measure()
    {
        std::vector<std::function<std::optional<double>()>> looks;
        std::vector<ChannelKind> kinds;
        for (std::size_t i = 0; i < sensors_.size(); ++i)
        {
            looks.emplace_back([this, i] { return nvml::read(*session_->library, sensors_[i].sensor); });
            kinds.push_back(channels_[i].kind);
        }
        auto const periods = measure_refresh(looks, kinds, clock_);
        for (std::size_t i = 0; i < channels_.size(); ++i)
        {
            Channel& channel = channels_[i];
            channel.refresh_measured = periods[i] > Seconds(0);
            channel.refresh = channel.refresh_measured ? periods[i] : assumed_refresh;
            if (channel.kind == ChannelKind::counter)
                channel.averaging_window = channel.refresh;
            char text[96];
            if (channel.refresh_measured)
                std::snprintf(text, sizeof text, "; renewed every %.3f s (measured)", channel.refresh.count());
            else
                std::snprintf(text, sizeof text, "; renewed every %.1f s (assumed: not seen to change often enough in %.1f s)",
                              channel.refresh.count(), refresh_patience.count());
            channel.detail += text;
        }
    }

    std::unique_ptr<Session> session_;
    Clock& clock_;
    std::vector<Counted> sensors_;
    std::vector<Channel> channels_;
};

}  // namespace

Discovered find_nvml(Options const& options)
{
    Discovered found{"nvml", nullptr, {}, {}};
    auto opened = std::make_unique<Library>(options.nvml_library);
    if (!opened->file)
    {
        found.reason = opened->file.reason() + " (no NVIDIA driver on this node)";
        return found;
    }
    if (std::string const missing = opened->bind(); !missing.empty())
    {
        found.reason = options.nvml_library + " has no " + missing + " (not NVML, or older than version 2 of its interface)";
        return found;
    }
    if (Result const result = opened->init(); result != success)
    {
        found.reason = std::string("nvmlInit: ") + opened->error_string(result) + " (is the driver loaded and does this job have a GPU?)";
        return found;
    }
    auto session = std::make_unique<Session>(std::move(opened));
    Library const& library = *session->library;
    unsigned count = 0;
    if (Result const result = library.count(&count); result != success || count == 0)
    {
        found.reason = result != success ? std::string("nvmlDeviceGetCount: ") + library.error_string(result)
                                         : "NVML sees no GPU (CUDA devices are given to a job by its --gres)";
        return found;
    }
    nvml::Survey survey(library, options);
    for (unsigned i = 0; i < count; ++i)
        survey.add(i, found.notes);
    if (survey.told().empty())
    {
        found.reason = "no GPU tells its power:";
        for (std::string const& note : found.notes)
            found.reason += " " + note;
        found.notes.clear();
        return found;
    }
    found.source = std::make_unique<Nvml>(std::move(session), survey.told(), clock_of(options));
    return found;
}

}  // namespace ghee::power
