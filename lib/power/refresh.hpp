// How often a sensor renews its value, from the moments at which it was seen to change.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "record/trace.hpp"

namespace ghee::power {

/// Between looks, and altogether: what a start may cost.
inline constexpr Seconds refresh_look{0.005};
inline constexpr Seconds refresh_patience{0.5};

/// The period of renewal. Zero: fewer than three changes, which tell nothing. A counter changes at every renewal; a gauge may be
/// renewed with the value it had, so that the shortest distance counts and longer ones are taken for several of it.
Seconds refresh_of(std::vector<Instant> const& changes, ChannelKind);

/// Looks at all sensors in turn every refresh_look for refresh_patience of `clock`; each gives its present raw value, or nothing where
/// the read failed. Blocks that long. The period of each, as refresh_of tells it.
std::vector<Seconds> measure_refresh(std::vector<std::function<std::optional<double>()>> const& sensors, std::vector<ChannelKind> const& kinds,
                                     Clock& clock);

}  // namespace ghee::power
