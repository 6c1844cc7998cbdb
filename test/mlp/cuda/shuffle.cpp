// The order of an epoch as the device draws it.
#include "mlp/cuda/shuffle.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "emulated_gpu.hpp"
#include "mlp/cuda/kernels.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp::cuda;

std::vector<std::uint32_t> order_of(std::uint32_t count, std::uint64_t key)
{
    std::vector<std::uint32_t> order(count);
    emulated::EmulatedGpu gpu;
    ShuffleWork const work{order.data(), count, key};
    gpu.launch(course_kernels().shuffle, static_cast<int>((count + 255) / 256), &work);
    return order;
}

TEST(Shuffle, IsAPermutationOfAnyNumberOfSamples)
{
    for (std::uint32_t const count : {1U, 2U, 3U, 4U, 5U, 31U, 32U, 33U, 255U, 256U, 257U, 1000U, 4097U, 65537U})
    {
        std::vector<std::uint32_t> order = order_of(count, 0x123456789ABCDEFULL * count);
        std::sort(order.begin(), order.end());
        std::vector<std::uint32_t> all(count);
        std::iota(all.begin(), all.end(), 0U);
        EXPECT_EQ(order, all) << count;
    }
}

TEST(Shuffle, IsAnotherOneForEveryKey)
{
    std::set<std::vector<std::uint32_t>> seen;
    for (std::uint64_t key = 0; key < 64; ++key)
    {
        seen.insert(order_of(50, key));
        seen.insert(order_of(50, key << 32 | 0x80000000U));
    }
    EXPECT_EQ(seen.size(), 128U);
}

/// Standard deviations that a chi-squared sum of `cells` cells lies from its mean.
double deviation(std::vector<int> const& counts, double expected)
{
    double sum = 0.0;
    for (int const count : counts)
        sum += (count - expected) * (count - expected) / expected;
    double const freedom = static_cast<double>(counts.size()) - 1.0;
    return (sum - freedom) / std::sqrt(2.0 * freedom);
}

TEST(Shuffle, BringsEverySampleEverywhereAndLetsNoNeighboursStayTogether)
{
    constexpr int count = 100, draws = 4000;
    std::vector<int> places(count * count), next(count);
    for (int draw = 0; draw < draws; ++draw)
    {
        std::uint64_t const key = Random(7, 3).word(static_cast<std::uint64_t>(draw));
        std::vector<std::uint32_t> order;
        for (std::uint32_t i = 0; i < count; ++i)
            order.push_back(shuffled(i, count, key));
        for (std::size_t i = 0; i < count; ++i)
        {
            ++places[i * count + order[i]];
            ++next[(order[(i + 1) % count] + count - order[i]) % count];
        }
    }
    EXPECT_LT(std::abs(deviation(places, draws / 100.0)), 5.0);
    EXPECT_EQ(next[0], 0);
    next.erase(next.begin());
    EXPECT_LT(std::abs(deviation(next, draws * 100.0 / 99.0)), 5.0);
}
}  // namespace
