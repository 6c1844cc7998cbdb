// The order of an epoch that backends draw where their data are, as the host computes it.
#pragma once

#include <cstdint>
#include <vector>

namespace ghee::gpu {

/// Place i of the epoch (1 is the first) has this one of `count` rows.
std::vector<std::uint32_t> epoch_order(std::uint32_t count, std::uint64_t seed, std::int64_t epoch);

}  // namespace ghee::gpu
