// Which channels make up the figure a run is charged: one set in which nothing is counted twice.
#pragma once

#include <string>
#include <vector>

#include "record/trace.hpp"

namespace ghee::power {

/// Names of the primary channels among `channels` (in order of preference of their sources). `wanted`: "auto" or one channel's
/// name; throws UsageError for a name that is not there. Auto: the node's own meter; else whole modules; else processors, their
/// separate memory, and GPUs; else the estimate. A counter goes before a gauge of the same thing.
std::vector<std::string> primary_channels(std::vector<Channel> const& channels, std::string const& wanted);

}  // namespace ghee::power
