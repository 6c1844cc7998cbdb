// Energy of single epochs, where the meter resolves them.
#pragma once

#include <vector>

#include "base/quantity.hpp"
#include "record/run.hpp"

namespace ghee::store {

/// Gross energy of each epoch of the history by the primary channels together; NaN where it cannot be told: a run of several
/// passes (its history does not say when the last began), no "train" mark, no samples, a gap, or fewer than
/// `resolving_samples` samples of a channel inside the epoch.
std::vector<Joules> epoch_energy(RunReport const&);
inline constexpr int resolving_samples = 5;

}  // namespace ghee::store
