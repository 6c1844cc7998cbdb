// Products of a slab by tensor cores: TF32, three times TF32, bf16. Operands are kept in fp32 and rounded as they are read.
#pragma once

#include "mlp/cuda/tile.hpp"

namespace ghee::mlp::cuda {

/// `Core` has: name; steps_a_slab; struct A, B; read(A&, at) and read(B&, at), where at(line, term) is the number at line and term, counted
/// from the warp's own; multiply(c, A, B).
template<class Core>
struct Tensor
{
    static constexpr char const* name = Core::name;
    template<class Tile>
    static constexpr int slices = Tile::warp_slices;

    template<class Tile>
    struct Sums
    {
        static constexpr int high = Tile::WarpM / 16, wide = Tile::WarpN / 8;
        float c[high][wide][4] = {};
    };

    template<class Tile>
    struct Place
    {
        int m, n, slice, lane;
        GHEE_GPU Place()
        {
            constexpr int warps_wide = Tile::N / Tile::WarpN, warps_high = Tile::M / Tile::WarpM;
            int const warp = machine::thread() / 32;
            lane = machine::thread() % 32;
            slice = warp / (warps_wide * warps_high);
            m = warp / warps_wide % warps_high * Tile::WarpM;
            n = warp % warps_wide * Tile::WarpN;
        }
    };

    template<class Tile, Order a_order, Order b_order>
    GHEE_GPU static void multiply(Sums<Tile>& sums, float const* a, float const* b)
    {
        constexpr int high = Sums<Tile>::high, wide = Sums<Tile>::wide;
        constexpr int terms = slab / Core::steps_a_slab;
        constexpr int steps = Core::steps_a_slab / slices<Tile>;
        static_assert(steps > 0);
        Place<Tile> const at;
        int const g = at.lane / 4, t = at.lane % 4;
        GHEE_UNROLL
        for (int step = 0; step < steps; ++step)
        {
            int const first = (at.slice * steps + step) * terms + t;
            typename Core::A fa[high];
            typename Core::B fb[wide];
            GHEE_UNROLL
            for (int i = 0; i < high; ++i)
                Core::read(fa[i], [&](int line, int term) { return a[Stage<a_order, Tile::M>::at(at.m + i * 16 + g + line, first + term)]; });
            GHEE_UNROLL
            for (int j = 0; j < wide; ++j)
                Core::read(fb[j], [&](int line, int term) { return b[Stage<b_order, Tile::N>::at(at.n + j * 8 + g + line, first + term)]; });
            GHEE_UNROLL
            for (int i = 0; i < high; ++i)
                GHEE_UNROLL
            for (int j = 0; j < wide; ++j)
                Core::multiply(sums.c[i][j], fa[i], fb[j]);
        }
    }

    template<class Tile, Order a_order, Order b_order>
    GHEE_GPU static void store(Sums<Tile> const& sums, float* to)
    {
        Place<Tile> const at;
        int const g = at.lane / 4, t = at.lane % 4;
        to += at.slice * Tile::M * Tile::N;
        GHEE_UNROLL
        for (int i = 0; i < Sums<Tile>::high; ++i)
            GHEE_UNROLL
        for (int j = 0; j < Sums<Tile>::wide; ++j)
            GHEE_UNROLL
        for (int v = 0; v < 4; ++v)
            to[sum_at<Tile>(at.m + i * 16 + g + v / 2 * 8, at.n + j * 8 + 2 * t + v % 2)] = sums.c[i][j][v];
    }
};

/// One product of operands rounded to 10 bits of mantissa.
struct Tf32Core
{
    static constexpr char const* name = "tf32";
    static constexpr int steps_a_slab = 4;
    struct A
    {
        std::uint32_t v[4];
    };
    struct B
    {
        std::uint32_t v[2];
    };
    template<class At>
    GHEE_GPU static void read(A& to, At const& at)
    {
        GHEE_UNROLL
        for (int i = 0; i < 4; ++i)
            to.v[i] = machine::tf32_of(at(i % 2 * 8, i / 2 * 4));
    }
    template<class At>
    GHEE_GPU static void read(B& to, At const& at)
    {
        GHEE_UNROLL
        for (int i = 0; i < 2; ++i)
            to.v[i] = machine::tf32_of(at(0, i * 4));
    }
    GHEE_GPU static void multiply(float (&c)[4], A const& a, B const& b) { machine::multiply_tf32(c, a.v, b.v); }
};

/// Each operand is two such numbers, the rounded one and what that left; three of the four products, the smallest one left out. A tensor core
/// cuts off what does not fit at each of its additions, so it is given few terms at a time, and these sums are added up with rounding.
struct Tf32x3Core
{
    static constexpr char const* name = "tf32x3";
    static constexpr int steps_a_slab = 4;
    struct A
    {
        std::uint32_t high[4], low[4];
    };
    struct B
    {
        std::uint32_t high[2], low[2];
    };
    GHEE_GPU static void split(float x, std::uint32_t& high, std::uint32_t& low)
    {
        high = machine::tf32_of(x);
        low = machine::tf32_of(x - machine::float_of(high));
    }
    template<class At>
    GHEE_GPU static void read(A& to, At const& at)
    {
        GHEE_UNROLL
        for (int i = 0; i < 4; ++i)
            split(at(i % 2 * 8, i / 2 * 4), to.high[i], to.low[i]);
    }
    template<class At>
    GHEE_GPU static void read(B& to, At const& at)
    {
        GHEE_UNROLL
        for (int i = 0; i < 2; ++i)
            split(at(0, i * 4), to.high[i], to.low[i]);
    }
    GHEE_GPU static void multiply(float (&c)[4], A const& a, B const& b)
    {
        float part[4] = {};
        machine::multiply_tf32(part, a.low, b.high);
        machine::multiply_tf32(part, a.high, b.low);
        machine::multiply_tf32(part, a.high, b.high);
        GHEE_UNROLL
        for (int i = 0; i < 4; ++i)
            c[i] += part[i];
    }
};

/// One product of operands rounded to bf16. Which terms make a pair is free as long as both operands agree: those four apart, whose reads
/// meet in no bank.
struct Bf16Core
{
    static constexpr char const* name = "bf16";
    static constexpr int steps_a_slab = 2;
    struct A
    {
        std::uint32_t v[4];
    };
    struct B
    {
        std::uint32_t v[2];
    };
    template<class At>
    GHEE_GPU static void read(A& to, At const& at)
    {
        GHEE_UNROLL
        for (int i = 0; i < 4; ++i)
            to.v[i] = machine::bf16_pair(at(i % 2 * 8, i / 2 * 8), at(i % 2 * 8, i / 2 * 8 + 4));
    }
    template<class At>
    GHEE_GPU static void read(B& to, At const& at)
    {
        GHEE_UNROLL
        for (int i = 0; i < 2; ++i)
            to.v[i] = machine::bf16_pair(at(0, i * 8), at(0, i * 8 + 4));
    }
    GHEE_GPU static void multiply(float (&c)[4], A const& a, B const& b) { machine::multiply_bf16(c, a.v, b.v); }
};

using Tf32 = Tensor<Tf32Core>;
using Tf32x3 = Tensor<Tf32x3Core>;
using Bf16 = Tensor<Bf16Core>;

}  // namespace ghee::mlp::cuda
