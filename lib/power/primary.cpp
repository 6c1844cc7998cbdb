// Choosing the primary channels.
#include "power/primary.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace ghee::power {

namespace {

/// All channels of `scope` from `source`, empty: from the first source that has any (two sources of one scope tell of the same
/// parts). Of a part with several channels the counter, else its first gauge.
std::vector<Channel> of_scope(std::vector<Channel> const& channels, Scope scope, std::string source = {})
{
    std::vector<Channel> chosen;
    for (ChannelKind const kind : {ChannelKind::counter, ChannelKind::gauge})
    {
        for (Channel const& channel : channels)
        {
            if (channel.scope != scope || channel.estimated)
            {
                continue;
            }
            source = source.empty() ? channel.source : source;
            bool const counted =
                std::any_of(chosen.begin(), chosen.end(), [&](Channel const& other) { return part_of(other.name) == part_of(channel.name); });
            if (channel.source == source && channel.kind == kind && !counted)
            {
                chosen.push_back(channel);
            }
        }
    }
    return chosen;
}

std::vector<std::string> names_of(std::vector<Channel> const& channels)
{
    std::vector<std::string> names;
    std::transform(channels.begin(), channels.end(), std::back_inserter(names), [](Channel const& c) { return c.name; });
    return names;
}

}  // namespace

std::vector<std::string> primary_channels(std::vector<Channel> const& channels, std::string const& wanted)
{
    if (wanted != "auto")
    {
        std::string all;
        for (Channel const& channel : channels)
        {
            if (channel.name == wanted)
            {
                return {wanted};
            }
            all += (all.empty() ? "" : ", ") + channel.name;
        }
        throw UsageError("no channel '" + wanted + "' to be primary", all.empty() ? "no meter is present" : "this node has " + all);
    }
    if (auto const node = of_scope(channels, Scope::node); !node.empty())
    {
        return {node.front().name};
    }
    if (auto const modules = of_scope(channels, Scope::module); !modules.empty())
    {
        return names_of(modules);
    }
    std::vector<Channel> parts = of_scope(channels, Scope::cpu);
    if (!parts.empty())
    {
        auto const memory = of_scope(channels, Scope::memory, parts.front().source);
        parts.insert(parts.end(), memory.begin(), memory.end());
    }
    auto const gpus = of_scope(channels, Scope::gpu);
    parts.insert(parts.end(), gpus.begin(), gpus.end());
    if (!parts.empty())
    {
        return names_of(parts);
    }
    auto const estimate = std::find_if(channels.begin(), channels.end(), [](Channel const& c) { return c.estimated; });
    return estimate == channels.end() ? std::vector<std::string>{} : std::vector<std::string>{estimate->name};
}

}  // namespace ghee::power
