// By the kernel's own function, compiled for the host.
#include "epoch_order.hpp"

#include "mlp/cuda/order_key.hpp"
#include "mlp/cuda/shuffle.hpp"

namespace ghee::gpu {

std::vector<std::uint32_t> epoch_order(std::uint32_t count, std::uint64_t seed, std::int64_t epoch)
{
    std::uint64_t const key = mlp::cuda::order_key(seed, epoch);
    std::vector<std::uint32_t> order(count);
    for (std::uint32_t i = 0; i < count; ++i)
        order[i] = mlp::cuda::shuffled(i, count, key);
    return order;
}

}  // namespace ghee::gpu
