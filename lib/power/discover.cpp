// Looks for every interface in turn and marks the primary channels.
#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.hpp"
#include "power/primary.hpp"
#include "power/sources.hpp"

namespace ghee::power {

namespace {

// Order of preference where several tell of the same thing: the board's own meter, the processor's, the GPU's, a driver's.
constexpr std::array<std::string_view, 4> automatic{"pm_counters", "rapl", "nvml", "hwmon"};
constexpr std::string_view replay_prefix = "replay:";

/// A source whose channels carry the primary marks of the whole node.
class Marked final : public Source
{
  public:
    Marked(std::unique_ptr<Source> inner, std::vector<std::string> const& primary) : inner_(std::move(inner)), channels_(inner_->channels())
    {
        for (Channel& channel : channels_)
        {
            channel.primary = std::find(primary.begin(), primary.end(), channel.name) != primary.end();
        }
    }
    std::vector<Channel> const& channels() const override { return channels_; }
    void read(std::vector<Reading>& out) override { inner_->read(out); }

  private:
    std::unique_ptr<Source> inner_;
    std::vector<Channel> channels_;
};

struct Finder
{
    std::string_view name;
    Discovered (*find)(Options const&);
};
constexpr std::array<Finder, 5> finders{{{"pm_counters", [](Options const& options) { return find_pm_counters(options); }},
                                         {"rapl", find_rapl},
                                         {"nvml", find_nvml},
                                         {"hwmon", find_hwmon},
                                         {"estimate", find_estimate}}};

Discovered look_for(std::string const& name, Options const& options)
{
    for (Finder const& finder : finders)
        if (name == finder.name)
            return finder.find(options);
    if (name.starts_with(replay_prefix))
        return find_replay(options, name.substr(replay_prefix.size()));
    throw UsageError("no meter '" + name + "'", "", "known: " + meter_names());
}

/// Two sources may call a channel the same ("cpu"): the later one gets its source's name in front.
class Renamed final : public Source
{
  public:
    Renamed(std::unique_ptr<Source> inner, std::vector<Channel> channels) : inner_(std::move(inner)), channels_(std::move(channels)) {}
    std::vector<Channel> const& channels() const override { return channels_; }
    void read(std::vector<Reading>& out) override { inner_->read(out); }

  private:
    std::unique_ptr<Source> inner_;
    std::vector<Channel> channels_;
};

void make_unique_names(std::vector<Discovered>& all)
{
    std::vector<std::string> seen;
    for (Discovered& found : all)
    {
        if (!found.source)
        {
            continue;
        }
        std::vector<Channel> channels = found.source->channels();
        bool changed = false;
        for (Channel& channel : channels)
        {
            if (std::find(seen.begin(), seen.end(), channel.name) != seen.end())
            {
                channel.name = channel.source + "-" + channel.name;
                changed = true;
            }
            seen.push_back(channel.name);
        }
        if (changed)
        {
            found.source = std::make_unique<Renamed>(std::move(found.source), std::move(channels));
        }
    }
}

}  // namespace

std::string meter_names()
{
    std::string names = "auto";
    for (Finder const& finder : finders)
        names += ", " + std::string(finder.name);
    return names + ", replay:FILE";
}

bool is_meter(std::string const& name)
{
    return name == "auto" || name.starts_with(replay_prefix) ||
           std::any_of(finders.begin(), finders.end(), [&](Finder const& finder) { return name == finder.name; });
}

std::vector<Discovered> discover(Options const& options)
{
    std::vector<Discovered> all;
    auto const looked_for = [&](std::string_view name)
    { return std::any_of(all.begin(), all.end(), [&](Discovered const& d) { return d.name == name; }); };
    bool fall_back = false;
    for (std::string const& meter : options.meters)
    {
        if (meter == "auto")
        {
            fall_back = true;
            for (std::string_view const name : automatic)
            {
                if (!looked_for(name))
                {
                    all.push_back(look_for(std::string(name), options));
                }
            }
        }
        else if (meter.starts_with(replay_prefix) || !looked_for(meter))
        {
            all.push_back(look_for(meter, options));
        }
    }
    for (std::string_view const name : automatic)
    {
        if (!looked_for(name))
        {
            all.push_back({std::string(name), nullptr, "not asked for", {}});
        }
    }
    if (!looked_for("replay"))
    {
        all.push_back({"replay", nullptr, "not asked for (meters = [\"replay:FILE\"] replays a recorded trace)", {}});
    }
    if (!looked_for("estimate"))
    {
        bool const measured = std::any_of(all.begin(), all.end(), [](Discovered const& d) { return d.source != nullptr; });
        if (measured || !fall_back)
        {
            all.push_back(
                {"estimate", nullptr, measured ? "not needed: a meter is present" : "not asked for (add \"estimate\" or \"auto\" to meters)", {}});
        }
        else
        {
            all.push_back(find_estimate(options));
        }
    }

    make_unique_names(all);
    std::vector<Channel> channels;
    for (Discovered const& found : all)
    {
        if (found.source)
        {
            channels.insert(channels.end(), found.source->channels().begin(), found.source->channels().end());
        }
    }
    auto const primary = primary_channels(channels, options.primary);
    for (Discovered& found : all)
    {
        if (found.source)
        {
            found.source = std::make_unique<Marked>(std::move(found.source), primary);
        }
    }
    return all;
}

}  // namespace ghee::power
