// The order of an epoch, drawn on the device: place i has sample shuffled(i), a bijection that needs no memory and no neighbour.
//
// A Feistel network permutes the numbers below the next power of two (its halves differ by a bit where that has an odd number of them);
// a number that lands at or beyond `count` is sent through again until it does not. Source: the idea of a bijection in place of a sort is
// that of Mitchell, Stokes, Frank and Holmes, "Bandwidth-optimal random shuffling for GPUs", 2021; the round function is our own use of
// the finaliser of MurmurHash3.
#pragma once

#include <cstdint>

#include "mlp/cuda/machine.hpp"
#include "mlp/cuda/work.hpp"

namespace ghee::mlp::cuda {

constexpr int shuffle_rounds = 12;

GHEE_GPU std::uint32_t mixed(std::uint32_t x)
{
    x = (x ^ (x >> 16)) * 0x85EBCA6BU;
    x = (x ^ (x >> 13)) * 0xC2B2AE35U;
    return x ^ (x >> 16);
}

/// `i` < `count` <= 2^31; another permutation for every key.
GHEE_GPU std::uint32_t shuffled(std::uint32_t i, std::uint32_t count, std::uint64_t key)
{
    int bits = 1;
    while ((std::uint64_t(1) << bits) < count)
        ++bits;
    int const low_bits = bits / 2, high_bits = bits - low_bits;
    do
    {
        std::uint32_t a = i >> low_bits, b = i & ((1U << low_bits) - 1U);
        int a_bits = high_bits, b_bits = low_bits;
        for (int round = 0; round < shuffle_rounds; ++round)
        {
            auto const round_key = static_cast<std::uint32_t>(round % 2 == 0 ? key : key >> 32) + 0x9E3779B9U * static_cast<std::uint32_t>(round + 1);
            std::uint32_t const c = (a ^ mixed(mixed(b + round_key) ^ round_key)) & ((1U << a_bits) - 1U);
            a = b;
            b = c;
            int const swapped = a_bits;
            a_bits = b_bits;
            b_bits = swapped;
        }
        i = (a << b_bits) | b;
    } while (i >= count);
    return i;
}

struct Shuffle
{
    using Work = ShuffleWork;
    static constexpr std::size_t shared_bytes = 0;
    static constexpr char const* name() { return "shuffle"; }
    GHEE_GPU static void run(Work const& w)
    {
        auto const i = static_cast<std::uint32_t>(machine::block() * threads_a_block + machine::thread());
        if (i < w.count)
            w.order[i] = shuffled(i, w.count, w.key);
    }
};

}  // namespace ghee::mlp::cuda
