// The tile registers themselves: products whose right answer is known, rounding, and the processor beside the emulation.
#include <bit>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "bf16_model.hpp"
#include "contenders.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

constexpr int side = cpu::tile_side;
constexpr int terms = cpu::tile_terms;

/// A tile's words from numbers in bf16, [16][32]: two that follow each other in a row.
std::vector<float> in_rows(std::vector<double> const& numbers)
{
    std::vector<float> words;
    for (std::size_t i = 0; i < numbers.size(); i += 2)
        words.push_back(std::bit_cast<float>((std::bit_cast<std::uint32_t>(static_cast<float>(numbers[i + 1])) & 0xFFFF0000U) |
                                             (std::bit_cast<std::uint32_t>(static_cast<float>(numbers[i])) >> 16)));
    return words;
}
/// The other factor's: `numbers` are [32][16], two that follow each other in a column make a word.
std::vector<float> in_columns(std::vector<double> const& numbers)
{
    std::vector<double> order;
    for (std::size_t k = 0; k < numbers.size() / side; k += 2)
        for (std::size_t n = 0; n < side; ++n)
            for (std::size_t odd = 0; odd < 2; ++odd)
                order.push_back(numbers[(k + odd) * side + n]);
    return in_rows(order);
}

struct Factors
{
    std::vector<double> a, b;
    int tiles;
    Factors(int count, auto number) : tiles(count)
    {
        for (std::size_t i = 0; i < static_cast<std::size_t>(count * side * terms); ++i)
        {
            a.push_back(test::to_bf16(number(2 * i)));
            b.push_back(test::to_bf16(number(2 * i + 1)));
        }
    }
    [[nodiscard]] std::vector<float> product(cpu::Kernels const& kernels) const
    {
        std::vector<float> c(side * side, std::numeric_limits<float>::quiet_NaN());
        kernels.enter();
        kernels.multiply_tiles(in_rows(a).data(), in_columns(b).data(), tiles, c.data());
        kernels.leave();
        return c;
    }
    /// Element by element, in fp64: the product, or with `sizes` that of magnitudes.
    [[nodiscard]] std::vector<double> exact(bool sizes = false) const
    {
        std::vector<double> c(side * side, 0.0);
        for (std::size_t t = 0; t < static_cast<std::size_t>(tiles); ++t)
            for (std::size_t m = 0; m < side; ++m)
                for (std::size_t k = 0; k < terms; ++k)
                    for (std::size_t n = 0; n < side; ++n)
                    {
                        double const term = a[(t * side + m) * terms + k] * b[(t * terms + k) * side + n];
                        c[m * side + n] += sizes ? std::abs(term) : term;
                    }
        return c;
    }
};

class Tiles : public testing::TestWithParam<cpu::Kernels const*>
{
};

std::vector<cpu::Kernels const*> everyone()
{
    static cpu::Kernels const emulated = cpu::emulated::kernels();
    std::vector<cpu::Kernels const*> all{&emulated};
    for (cpu::Kernels const& kernels : cpu::bf16_kernels())
        all.push_back(&kernels);
    return all;
}

TEST_P(Tiles, MultiplyWholeNumbersExactly)
{
    Random const random(3, 1);
    Factors const factors(3, [&](std::size_t i) { return static_cast<double>(random.below(i, 255)) - 127.0; });
    std::vector<float> const c = factors.product(*GetParam());
    std::vector<double> const wanted = factors.exact();
    for (std::size_t i = 0; i < c.size(); ++i)
        EXPECT_EQ(c[i], wanted[i]) << i;
}

TEST_P(Tiles, SumInFp32)
{
    Random const random(4, 1);
    Factors const factors(40, [&](std::size_t i) { return random.normal(i); });
    std::vector<float> const c = factors.product(*GetParam());
    std::vector<double> const wanted = factors.exact(), sizes = factors.exact(true);
    for (std::size_t i = 0; i < c.size(); ++i)
        EXPECT_NEAR(c[i], wanted[i], 1e-6 * sizes[i]) << i;
}

TEST_P(Tiles, TakeAndGiveSubnormalNumbersAsZero)
{
    Factors subnormal_in(1, [](std::size_t) { return 0x1p-127; });
    subnormal_in.b.assign(subnormal_in.b.size(), 0x1p100);
    for (float const c : subnormal_in.product(*GetParam()))
        EXPECT_EQ(c, 0.0F);
    Factors const subnormal_out(1, [](std::size_t) { return 0x1p-70; });
    for (float const c : subnormal_out.product(*GetParam()))
        EXPECT_EQ(c, 0.0F);
}

TEST_P(Tiles, HandOnWhatIsNotFinite)
{
    Factors factors(1, [](std::size_t) { return 1.0; });
    factors.a[5] = std::numeric_limits<double>::infinity();
    factors.a[terms + 9] = std::numeric_limits<double>::quiet_NaN();
    factors.b[5 * side + 3] = 0.0;
    std::vector<float> const c = factors.product(*GetParam());
    EXPECT_EQ(c[0], std::numeric_limits<float>::infinity());
    EXPECT_TRUE(std::isnan(c[3])) << "infinity times 0";
    EXPECT_TRUE(std::isnan(c[side]));
    EXPECT_EQ(c[2 * side], 32.0F);
}
INSTANTIATE_TEST_SUITE_P(Everyone, Tiles, testing::ValuesIn(everyone()),
                         [](auto const& chosen) { return std::string(chosen.param->name).substr(0, std::string(chosen.param->name).find('-')); });

// Not every detail of the order in which a processor sums is documented: equal bits where nothing is rounded, else a bound.
TEST(ProcessorsTiles, GiveWhatTheEmulationGives)
{
    if (std::string const why = cpu::bf16_refusal(); !why.empty())
        GTEST_SKIP() << why;
    Random const random(5, 1);
    Factors const factors(20, [&](std::size_t i) { return random.normal(i) * std::exp2(static_cast<double>(random.below(i, 20)) - 10.0); });
    std::vector<float> const emulated = factors.product(cpu::emulated::kernels());
    std::vector<float> const real = factors.product(cpu::bf16_kernels().front());
    std::vector<double> const sizes = factors.exact(true);
    for (std::size_t i = 0; i < real.size(); ++i)
        EXPECT_NEAR(real[i], emulated[i], 1e-6 * sizes[i]) << i;
}
}  // namespace
