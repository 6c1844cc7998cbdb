// Products of a slab by fused multiply-adds on fp32.
#pragma once

#include "mlp/cuda/tile.hpp"

namespace ghee::mlp::cuda {

struct Fp32
{
    static constexpr char const* name = "fp32";
    template<class Tile>
    static constexpr int slices = Tile::thread_slices;

    /// A thread's numbers. Where the operand came by_term its lines are those Micro times the height of the block's threads apart, else
    /// fours beside each other: either way a warp reads from different banks.
    template<class Tile>
    struct Sums
    {
        float c[Tile::Micro][Tile::Micro] = {};
    };

    template<class Tile>
    struct Place
    {
        static constexpr int high = Tile::M / Tile::Micro, wide = Tile::N / Tile::Micro;
        int y, x, slice;
        GHEE_GPU Place()
        {
            int const warp = machine::thread() / 32, lane = machine::thread() % 32;
            constexpr int warps_wide = wide / 8, warps_high = high / 4;
            slice = warp / (warps_wide * warps_high);
            y = warp / warps_wide % warps_high * 4 + lane / 8;
            x = warp % warps_wide * 8 + lane % 8;
        }
    };

    template<Order order, int Threads>
    GHEE_GPU static int line(int thread, int i)
    {
        return order == Order::by_term ? thread + i * Threads : thread * 4 + i % 4 + i / 4 * 4 * Threads;
    }

    /// Four terms of Micro lines, or one term of them.
    template<int Micro, Order order, int Lines, int Threads>
    GHEE_GPU static void read_term(float (&to)[Micro], float const* stage, int thread, int term)
    {
        GHEE_UNROLL
        for (int i = 0; i < Micro; i += 4)
        {
            Quad const quad = *reinterpret_cast<Quad const*>(stage + Stage<order, Lines>::at(line<order, Threads>(thread, i), term));
            GHEE_UNROLL
            for (int j = 0; j < 4; ++j)
                to[i + j] = quad.v[j];
        }
    }

    template<class Tile, Order a_order, Order b_order>
    GHEE_GPU static void multiply(Sums<Tile>& sums, float const* a, float const* b)
    {
        constexpr int micro = Tile::Micro;
        using Where = Place<Tile>;
        Where const at;
        constexpr int terms = slab / slices<Tile>;
        GHEE_UNROLL
        for (int q = 0; q < terms; q += 4)
        {
            int const term = at.slice * terms + q;
            Quad qa[micro];
            if constexpr (a_order == Order::by_term)
            {
                GHEE_UNROLL
                for (int i = 0; i < micro; ++i)
                    qa[i] = *reinterpret_cast<Quad const*>(a + Stage<a_order, Tile::M>::at(line<a_order, Where::high>(at.y, i), term));
            }
            if constexpr (a_order == Order::by_term && b_order == Order::by_term)
            {
                GHEE_UNROLL
                for (int j = 0; j < micro; ++j)
                {
                    Quad const qb = *reinterpret_cast<Quad const*>(b + Stage<b_order, Tile::N>::at(line<b_order, Where::wide>(at.x, j), term));
                    GHEE_UNROLL
                    for (int k = 0; k < 4; ++k)
                        GHEE_UNROLL
                    for (int i = 0; i < micro; ++i)
                        sums.c[i][j] += qa[i].v[k] * qb.v[k];
                }
            }
            else
            {
                static_assert(b_order == Order::by_line);
                GHEE_UNROLL
                for (int k = 0; k < 4; ++k)
                {
                    float fa[micro], fb[micro];
                    if constexpr (a_order == Order::by_line)
                        read_term<micro, a_order, Tile::M, Where::high>(fa, a, at.y, term + k);
                    else
                        GHEE_UNROLL
                    for (int i = 0; i < micro; ++i)
                        fa[i] = qa[i].v[k];
                    read_term<micro, b_order, Tile::N, Where::wide>(fb, b, at.x, term + k);
                    GHEE_UNROLL
                    for (int i = 0; i < micro; ++i)
                        GHEE_UNROLL
                    for (int j = 0; j < micro; ++j)
                        sums.c[i][j] += fa[i] * fb[j];
                }
            }
        }
    }

    /// Writes them as [slice][m][n] (sum_at).
    template<class Tile, Order a_order, Order b_order>
    GHEE_GPU static void store(Sums<Tile> const& sums, float* to)
    {
        using Where = Place<Tile>;
        Where const at;
        to += at.slice * Tile::M * Tile::N;
        GHEE_UNROLL
        for (int i = 0; i < Tile::Micro; ++i)
        {
            int const m = line<a_order, Where::high>(at.y, i);
            if constexpr (b_order == Order::by_line)
            {
                GHEE_UNROLL
                for (int j = 0; j < Tile::Micro; j += 4)
                {
                    Quad quad;
                    GHEE_UNROLL
                    for (int k = 0; k < 4; ++k)
                        quad.v[k] = sums.c[i][j + k];
                    *reinterpret_cast<Quad*>(to + sum_at<Tile>(m, line<b_order, Where::wide>(at.x, j))) = quad;
                }
            }
            else
            {
                GHEE_UNROLL
                for (int j = 0; j < Tile::Micro; ++j)
                    to[sum_at<Tile>(m, line<b_order, Where::wide>(at.x, j))] = sums.c[i][j];
            }
        }
    }
};

}  // namespace ghee::mlp::cuda
