// Counter-based random numbers against published vectors and their own promises.
#include "base/random.hpp"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

namespace {
using namespace ghee;

// Known answers of Random123 (kat_vectors, philox4x32 10 rounds).
TEST(Random, PhiloxGivesThePublishedWords)
{
    using Words = std::array<std::uint32_t, 4>;
    EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, StreamsOfOneSeedDiffer)
{
    EXPECT_NE(Random(1, 0).word(0), Random(1, 1).word(0));
    EXPECT_NE(Random(1, 0).word(0), Random(2, 0).word(0));
    EXPECT_EQ(Random(1, 5).word(9), Random(1, 5).word(9));
}

TEST(Random, UniformAndNormalHaveTheirMoments)
{
    Random const random(7, 3);
    int const count = 200'000;
    double sum = 0, squares = 0, normal_sum = 0, normal_squares = 0;
    for (int i = 0; i < count; ++i)
    {
        double const u = random.uniform(static_cast<std::uint64_t>(i));
        double const z = random.normal(static_cast<std::uint64_t>(i));
        ASSERT_TRUE(u >= 0 && u < 1);
        sum += u, squares += u * u, normal_sum += z, normal_squares += z * z;
    }
    EXPECT_NEAR(sum / count, 0.5, 0.003);
    EXPECT_NEAR(squares / count, 1.0 / 3, 0.003);
    EXPECT_NEAR(normal_sum / count, 0, 0.01);
    EXPECT_NEAR(normal_squares / count, 1, 0.02);
}

TEST(Random, APermutationHoldsEveryIndexOnce)
{
    auto order = permutation(1000, Random(3, 1));
    EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
    std::sort(order.begin(), order.end());
    std::vector<std::uint32_t> expected(1000);
    std::iota(expected.begin(), expected.end(), 0u);
    EXPECT_EQ(order, expected);
}
}  // namespace
