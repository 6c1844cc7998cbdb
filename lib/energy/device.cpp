// A device's channels in order of preference.
#include "energy/device.hpp"

#include <algorithm>
#include <limits>

namespace ghee::energy {

namespace {

constexpr int unfit = std::numeric_limits<int>::max();

/// The lower the better.
int rank(Channel const& channel, std::string const& device)
{
    // A UUID may be given in short, as CUDA allows.
    bool const of_it = std::any_of(channel.devices.begin(), channel.devices.end(), [&](std::string const& uuid) { return uuid.starts_with(device); });
    if (!of_it || device.empty() || (channel.scope != Scope::gpu && channel.scope != Scope::module))
        return unfit;
    bool const counter = channel.kind == ChannelKind::counter;
    bool const averaged = channel.averaging_window > Seconds(0);
    return (channel.scope == Scope::gpu ? 0 : 3) + (counter ? 0 : averaged ? 1 : 2);
}

}  // namespace

std::vector<std::size_t> traces_of_devices(std::span<Trace const> traces, std::span<std::string const> devices)
{
    std::vector<std::size_t> found;
    for (std::string const& device : devices)
    {
        std::size_t best = traces.size();
        for (std::size_t i = 0; i < traces.size(); ++i)
            if (int const here = rank(traces[i].channel, device);
                here != unfit && (best == traces.size() || here < rank(traces[best].channel, device)))
                best = i;
        if (best == traces.size())
            return {};
        if (std::find(found.begin(), found.end(), best) == found.end())
            found.push_back(best);
    }
    return found;
}

bool is_shared(Channel const& channel) { return channel.scope == Scope::module || channel.devices.size() > 1; }

}  // namespace ghee::energy
