// Philox 4x32-10 and what is drawn from it.
#include "base/random.hpp"

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "base/contract.hpp"

namespace ghee {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> k)
{
    for (int round = 0; round < 10; ++round)
    {
        std::uint64_t const p0 = std::uint64_t{0xD2511F53} * c[0];
        std::uint64_t const p1 = std::uint64_t{0xCD9E8D57} * c[2];
        c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(p1), static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k[1],
             static_cast<std::uint32_t>(p0)};
        k = {k[0] + 0x9E3779B9u, k[1] + 0xBB67AE85u};
    }
    return c;
}

std::array<std::uint32_t, 4> Random::block(std::uint64_t index) const
{
    auto const low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
    auto const high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
    return philox({low(index), high(index), low(stream_), high(stream_)}, {low(seed_), high(seed_)});
}

std::uint64_t Random::word(std::uint64_t index) const
{
    auto const r = block(index);
    return (std::uint64_t{r[1]} << 32) | r[0];
}

double Random::uniform(std::uint64_t index) const { return static_cast<double>(word(index) >> 11) * 0x1p-53; }

double Random::normal(std::uint64_t index) const
{
    // 1 - u is in (0, 1], so the logarithm is finite.
    double const radius = std::sqrt(-2.0 * std::log(1.0 - uniform(2 * index)));
    return radius * std::cos(2.0 * std::numbers::pi * uniform(2 * index + 1));
}

std::uint64_t Random::below(std::uint64_t index, std::uint64_t bound) const
{
    GHEE_EXPECT(bound > 0);
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(word(index)) * bound) >> 64);
}

std::vector<std::uint32_t> permutation(std::uint32_t count, Random const& random)
{
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0u);
    std::array<std::uint32_t, 4> words{};
    for (std::uint32_t drawn = 0, i = count; i > 1; --i, ++drawn)
    {
        if (drawn % 4 == 0)
            words = random.block(drawn / 4);
        std::swap(order[i - 1], order[(std::uint64_t{words[drawn % 4]} * i) >> 32]);
    }
    return order;
}

}  // namespace ghee
