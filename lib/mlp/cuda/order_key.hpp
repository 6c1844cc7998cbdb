// What the order of an epoch is drawn from on the device: the same for every backend that draws it there.
#pragma once

#include <cstdint>

#include "base/random.hpp"

namespace ghee::mlp::cuda {

inline std::uint64_t order_key(std::uint64_t seed, std::int64_t epoch)
{
    constexpr std::uint64_t stream_of_order = 0x6F72646572;  // "order"
    return Random(seed, stream_of_order).word(static_cast<std::uint64_t>(epoch));
}

}  // namespace ghee::mlp::cuda
