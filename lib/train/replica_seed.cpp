// Drawing the seeds.
#include "train/replica_seed.hpp"

#include "base/contract.hpp"
#include "base/identity.hpp"
#include "base/random.hpp"

namespace ghee::train {

std::uint64_t seed_of_replica(std::uint64_t seed_of_run, int replica)
{
    GHEE_EXPECT(replica >= 0);
    if (replica == 0)
        return seed_of_run;
    return Random(seed_of_run, stable_hash("train: seed of a replica")).word(static_cast<std::uint64_t>(replica));
}

}  // namespace ghee::train
