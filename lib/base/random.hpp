// Counter-based random numbers (Philox 4x32-10): the i-th draw of a stream needs no state, so every backend and
// every thread count sees the same numbers. Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace ghee {

/// Philox 4x32-10: four 32-bit words from a 128-bit counter and a 64-bit key.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// One stream of numbers: `seed` is the run's, `stream` tells independent uses apart (split, order, weights, noise ...).
class Random
{
  public:
    Random(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {}

    /// The `index`-th four 32-bit words; word(i) is made of the first two of block(i).
    [[nodiscard]] std::array<std::uint32_t, 4> block(std::uint64_t index) const;
    /// The `index`-th 64-bit word.
    [[nodiscard]] std::uint64_t word(std::uint64_t index) const;
    /// The `index`-th double in [0, 1), 53 bits.
    [[nodiscard]] double uniform(std::uint64_t index) const;
    /// The `index`-th standard normal (Box-Muller).
    [[nodiscard]] double normal(std::uint64_t index) const;
    /// An integer in [0, bound), bound > 0; unbiased to 2^-32 for bound < 2^32.
    [[nodiscard]] std::uint64_t below(std::uint64_t index, std::uint64_t bound) const;

  private:
    std::uint64_t seed_;
    std::uint64_t stream_;
};

/// A permutation of 0..count-1 (Fisher-Yates), the same for the same seed and stream everywhere. Drawn once per epoch inside the
/// measured span, so all four words of a block are used; a place is chosen with a bias below count / 2^32.
std::vector<std::uint32_t> permutation(std::uint32_t count, Random const& random);

}  // namespace ghee
