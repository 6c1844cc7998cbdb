// Distances between changes, as multiples of one period.
#include "power/refresh.hpp"

#include <algorithm>
#include <cmath>

#include "base/contract.hpp"

namespace ghee::power {

namespace {
constexpr std::size_t fewest_changes = 3;
}

Seconds refresh_of(std::vector<Instant> const& changes, ChannelKind kind)
{
    if (changes.size() < fewest_changes)
        return Seconds(0);
    std::vector<double> distances;
    for (std::size_t i = 0; i + 1 < changes.size(); ++i)
        distances.push_back(std::chrono::duration_cast<Seconds>(changes[i + 1] - changes[i]).count());
    auto sorted = distances;
    std::sort(sorted.begin(), sorted.end());
    double const base = kind == ChannelKind::counter ? sorted[sorted.size() / 2] : sorted.front();
    double renewals = 0.0;
    double total = 0.0;
    for (double const distance : distances)
    {
        renewals += std::max(1.0, std::round(distance / base));
        total += distance;
    }
    return Seconds(std::round(total / renewals * 1e3) * 1e-3);  // a look is not sharper than that
}

std::vector<Seconds> measure_refresh(std::vector<std::function<std::optional<double>()>> const& sensors, std::vector<ChannelKind> const& kinds,
                                     Clock& clock)
{
    GHEE_EXPECT(sensors.size() == kinds.size());
    std::vector<std::optional<double>> last(sensors.size());
    std::vector<std::vector<Instant>> changes(sensors.size());
    auto const step = std::chrono::duration_cast<std::chrono::nanoseconds>(refresh_look);
    Instant const end = clock.now() + std::chrono::duration_cast<std::chrono::nanoseconds>(refresh_patience);
    for (Instant next = clock.now(); next < end; next = std::max(next + step, clock.now()))
    {
        clock.sleep_until(next);
        for (std::size_t i = 0; i < sensors.size(); ++i)
        {
            Instant const before = clock.now();
            auto const value = sensors[i]();
            if (!value)
                continue;
            if (last[i] && *last[i] != *value)
                changes[i].push_back(before + (clock.now() - before) / 2);
            last[i] = value;
        }
    }
    std::vector<Seconds> periods;
    for (std::size_t i = 0; i < sensors.size(); ++i)
        periods.push_back(refresh_of(changes[i], kinds[i]));
    return periods;
}

}  // namespace ghee::power
