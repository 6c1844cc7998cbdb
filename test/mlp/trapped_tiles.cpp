// The product's machine code for AMX on a processor without it: each instruction on tile registers is illegal there, so the program
// is told, carries it out by its encoding and goes on behind it. Needs the rest that those kernels use: AVX-512 with bf16.
#include <csignal>
#include <ucontext.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include <cpuid.h>

#include <gtest/gtest.h>

#include "contenders.hpp"
#include "distance.hpp"
#include "networks.hpp"

namespace ghee::mlp::cpu::amx {
Kernels kernels();
}

namespace {
using namespace ghee;
using namespace ghee::mlp;

struct Seen
{
    int configured, released, zeroed, loaded, stored, multiplied;
};
Seen seen;

/// The registers, all of 16 rows of 64 bytes, which is the only shape that the kernels ask for.
std::uint8_t tiles[8][16][64];
bool configured = false;

/// In a signal handler there is no better way to fail.
void require(bool good)
{
    if (!good)
        std::abort();
}

/// The 64 bytes of LDTILECFG's operand.
void configure(std::uint8_t const* shape)
{
    for (int i = 0; i < 64; ++i)
    {
        int const wanted = i == 0 ? 1 : i >= 16 && i < 32 ? (i % 2 == 0 ? 64 : 0) : i >= 48 && i < 56 ? 16 : 0;
        require(shape[i] == wanted);
    }
    std::memset(tiles, 0, sizeof tiles);
    configured = true;
}

float number(std::uint8_t const* half)
{
    std::uint16_t bits;
    std::memcpy(&bits, half, sizeof bits);
    float const x = std::bit_cast<float>(std::uint32_t(bits) << 16);
    return std::abs(x) < 0x1p-126F ? std::copysign(0.0F, x) : x;
}
float without_subnormal(float x) { return std::abs(x) < 0x1p-126F ? std::copysign(0.0F, x) : x; }

void multiply(int c, int a, int b)
{
    require(c != a && c != b && a != b);  // else the processor refuses, too
    for (int m = 0; m < 16; ++m)
        for (int n = 0; n < 16; ++n)
        {
            float sums[2] = {};
            for (int k = 0; k < 16; ++k)
                for (int odd = 0; odd < 2; ++odd)
                    sums[odd] = without_subnormal(std::fma(number(&tiles[a][m][4 * k + 2 * odd]), number(&tiles[b][k][4 * n + 2 * odd]), sums[odd]));
            float sum;
            std::memcpy(&sum, &tiles[c][m][4 * n], sizeof sum);
            sum = without_subnormal(sum + without_subnormal(sums[0] + sums[1]));
            std::memcpy(&tiles[c][m][4 * n], &sum, sizeof sum);
        }
}

/// One instruction in VEX encoding of three bytes.
class Instruction
{
  public:
    explicit Instruction(gregset_t& registers) : registers_(registers), at_(reinterpret_cast<std::uint8_t const*>(registers[REG_RIP]))
    {
        require(at_[0] == 0xC4 && (at_[1] & 0x1F) == 2 && (at_[2] & 0x84) == 0);  // map 0F38, W0, 128 bits
        extend_index_ = (at_[1] & 0x40) == 0 ? 8 : 0;
        extend_base_ = (at_[1] & 0x20) == 0 ? 8 : 0;
        third_ = ~(at_[2] >> 3) & 15;
        prefix_ = at_[2] & 3;
        code_ = at_[3];
        modrm_ = at_[4];
        at_ += 5;
        if (modrm_ < 0xC0)
            read_address();
    }
    void carry_out()
    {
        int const reg = (modrm_ >> 3) & 7, rm = modrm_ & 7;
        bool const in_memory = modrm_ < 0xC0;
        if (code_ == 0x49 && prefix_ == 0 && in_memory)
            ++seen.configured, configure(address_);
        else if (code_ == 0x49 && prefix_ == 0 && modrm_ == 0xC0)
            ++seen.released, configured = false;
        else
        {
            require(configured);
            if (code_ == 0x49 && prefix_ == 3 && !in_memory && rm == 0)
                ++seen.zeroed, std::memset(tiles[reg], 0, sizeof tiles[reg]);
            else if (code_ == 0x4B && prefix_ == 3 && in_memory)
                for (int r = (++seen.loaded, 0); r < 16; ++r)
                    std::memcpy(tiles[reg][r], address_ + r * stride_, 64);
            else if (code_ == 0x4B && prefix_ == 2 && in_memory)
                for (int r = (++seen.stored, 0); r < 16; ++r)
                    std::memcpy(address_ + r * stride_, tiles[reg][r], 64);
            else if (code_ == 0x5C && prefix_ == 2 && !in_memory)
                ++seen.multiplied, multiply(reg, rm, third_);
            else
                require(false);
        }
        registers_[REG_RIP] = reinterpret_cast<greg_t>(at_);
    }

  private:
    [[nodiscard]] greg_t value(int number) const
    {
        constexpr int order[] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                 REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
        return registers_[order[number]];
    }
    /// Base, index times scale (the stride between a tile's rows), displacement.
    void read_address()
    {
        int const mode = modrm_ >> 6;
        int base = modrm_ & 7;
        if (base == 4)
        {
            std::uint8_t const sib = *at_++;
            base = sib & 7;
            int const index = ((sib >> 3) & 7) + extend_index_;
            stride_ = index == 4 ? 0 : value(index) * (1 << (sib >> 6));
        }
        require(base != 5 || mode != 0);
        greg_t address = value(base + extend_base_);
        if (mode == 1)
            address += static_cast<std::int8_t>(*at_++);
        if (mode == 2)
        {
            std::int32_t displacement;
            std::memcpy(&displacement, at_, sizeof displacement);
            at_ += sizeof displacement;
            address += displacement;
        }
        address_ = reinterpret_cast<std::uint8_t*>(address);
    }

    gregset_t& registers_;
    std::uint8_t const* at_;
    int extend_index_ = 0, extend_base_ = 0, third_ = 0, prefix_ = 0;
    std::uint8_t code_ = 0, modrm_ = 0;
    std::uint8_t* address_ = nullptr;
    std::ptrdiff_t stride_ = 0;
};

/// While it lives, illegal instructions of this program are taken for those of tile registers. One thread at a time.
class Trap
{
  public:
    Trap()
    {
        struct sigaction action = {};
        action.sa_sigaction = [](int, siginfo_t*, void* context) { Instruction(static_cast<ucontext_t*>(context)->uc_mcontext.gregs).carry_out(); };
        action.sa_flags = SA_SIGINFO;
        ::sigaction(SIGILL, &action, &before_);
    }
    ~Trap() { ::sigaction(SIGILL, &before_, nullptr); }
    Trap(Trap const&) = delete;
    Trap& operator=(Trap const&) = delete;

  private:
    struct sigaction before_ = {};
};

bool has_bf16_vectors()
{
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __builtin_cpu_supports("x86-64-v4") && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & (1U << 5)) != 0;
}

struct Case
{
    std::string name;
    Network network;
    Optimizer optimizer;
    int batch;
};

class TrappedTiles : public testing::TestWithParam<Case>
{
};

TEST_P(TrappedTiles, TrainAsTheEmulatedOnes)
{
    if (cpu::bf16_refusal().empty())
        GTEST_SKIP() << "this processor has tile registers";
    if (!has_bf16_vectors())
        GTEST_SKIP() << "this processor has no AVX-512 with bf16";
    Case const& one = GetParam();
    test::Rows const rows(one.network, 150, 4);
    TrainerSpec const spec{.network = one.network, .optimizer = one.optimizer, .precision = Precision::bf16, .seed = 3, .batch = one.batch};
    auto const run = [&](cpu::Kernels const& kernels)
    {
        CpuTrainer trainer(spec, kernels);
        trainer.load(rows.samples(), rows.samples());
        double const loss = trainer.train(test::in_order(static_cast<std::size_t>(std::min(150, 8 * one.batch)))).loss_sum;
        return std::tuple(loss, trainer.evaluate().loss_sum, trainer.weights());
    };
    seen = {};
    auto const [loss, after, weights] = [&]
    {
        Trap const trap;
        return run(cpu::amx::kernels());
    }();
    // The bits are the same where a compiler fuses the same products and sums in both files; more is not promised.
    auto const [wanted_loss, wanted_after, wanted] = run(cpu::emulated::kernels());
    EXPECT_NEAR(loss, wanted_loss, 5e-5 * wanted_loss);
    EXPECT_NEAR(after, wanted_after, 5e-5 * wanted_after);
    for (std::size_t d = 0; d < wanted.size(); ++d)
        EXPECT_LE(test::distance(weights[d], wanted[d], nullptr), 5e-5) << "layer " << d;
    EXPECT_EQ(seen.configured, 2) << "once for the training, once for the evaluation";
    EXPECT_EQ(seen.released, 2);
    EXPECT_FALSE(configured);
    EXPECT_GT(std::min({seen.zeroed, seen.loaded, seen.stored, seen.multiplied}), 0);
}

std::vector<Case> cases()
{
    using test::network;
    using enum Activation;
    return {{"one_sample", network(9, {11, 4}, Loss::mse, tanh), {.kind = OptimizerKind::sgd, .learning_rate = 0.01}, 1},
            {"whole_tiles", network(32, {64, 64, 32}, Loss::cross_entropy), {}, 64},
            {"odd_widths", network(17, {33, 65, 7, 5}, Loss::cross_entropy, leaky_relu), {.kind = OptimizerKind::rmsprop}, 47},
            {"residual", network(5, {18, 18, 18, 3}, Loss::binary_cross_entropy, gelu, true), {.kind = OptimizerKind::adamw}, 33},
            {"cut", network(40, {270, 20, 2}, Loss::mse, sigmoid), {.kind = OptimizerKind::momentum, .l1 = 1e-4, .l2 = 1e-4}, 100}};
}
INSTANTIATE_TEST_SUITE_P(All, TrappedTiles, testing::ValuesIn(cases()), [](auto const& chosen) { return chosen.param.name; });
}  // namespace
