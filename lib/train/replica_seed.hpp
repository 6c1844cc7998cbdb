// From the seed of a run to those of its replicas.
#pragma once

#include <cstdint>

namespace ghee::train {

/// Replica 0 has the run's own seed; each other one draws its own from that, on a stream of its own. A replica's split, label noise, initial
/// weights and orders follow from its seed as those of a run of one network do, so training that network alone with it gives the same bits.
std::uint64_t seed_of_replica(std::uint64_t seed_of_run, int replica);

}  // namespace ghee::train
