// A block's tile of a product from the first slab to the sums in shared memory.
#pragma once

#include "mlp/cuda/tile.hpp"

namespace ghee::mlp::cuda {

template<class Tile, class Arithmetic, Order a_order, Order b_order>
struct Product
{
    using A = Stage<a_order, Tile::M>;
    using B = Stage<b_order, Tile::N>;
    static constexpr int slices = Arithmetic::template slices<Tile>;
    static constexpr int stage_floats = A::floats + B::floats;
    /// Stages first, then the list of rows; sums take their place in the end.
    static constexpr int list_at = Tile::Stages * stage_floats;
    static constexpr int sum_floats = slices * Tile::M * Tile::N;

    static constexpr std::size_t shared_bytes(int listed)
    {
        int const floats = list_at + listed;
        return sizeof(float) * static_cast<std::size_t>(floats > sum_floats ? floats : sum_floats);
    }

    /// Where a kernel lists the rows that operands are to be read from, before it calls sum().
    GHEE_GPU static std::uint32_t* list() { return reinterpret_cast<std::uint32_t*>(machine::shared() + list_at); }

    /// Leaves the sums of tile (m, n) in shared memory. `each_slab` is called with every slab of `a`, of which all threads see everything.
    template<class EachSlab>
    GHEE_GPU static void sum(Operand const& a, Operand const& b, int m, int n, int terms, EachSlab const& each_slab)
    {
        float* const shared = machine::shared();
        typename Arithmetic::template Sums<Tile> sums;
        int const slabs = (terms + slab - 1) / slab;
        auto const bring_slab = [&](int which)
        {
            if (which < slabs)
            {
                float* const stage = shared + which % Tile::Stages * stage_floats;
                bring<a_order, Tile::M>(stage, a, m, which * slab);
                bring<b_order, Tile::N>(stage + A::floats, b, n, which * slab);
            }
            machine::end_copies();
        };
        GHEE_UNROLL
        for (int ahead = 0; ahead < Tile::Stages - 1; ++ahead)
            bring_slab(ahead);
        for (int which = 0; which < slabs; ++which)
        {
            machine::wait_for_copies<Tile::Stages - 2>();
            machine::barrier();  // this slab is there for all, and all are done with the one before, whose place the next one takes
            bring_slab(which + Tile::Stages - 1);
            float const* const stage = shared + which % Tile::Stages * stage_floats;
            Arithmetic::template multiply<Tile, a_order, b_order>(sums, stage, stage + A::floats);
            each_slab(stage);
        }
        machine::wait_for_copies<0>();
        machine::barrier();
        Arithmetic::template store<Tile, a_order, b_order>(sums, shared);
        machine::barrier();
    }

    /// Four sums beside each other, of all slices; n is a multiple of 4.
    GHEE_GPU static Quad total(int m, int n)
    {
        float const* const at = machine::shared() + sum_at<Tile>(m, n);
        Quad sum = *reinterpret_cast<Quad const*>(at);
        GHEE_UNROLL
        for (int slice = 1; slice < slices; ++slice)
        {
            Quad const more = *reinterpret_cast<Quad const*>(at + slice * Tile::M * Tile::N);
            GHEE_UNROLL
            for (int i = 0; i < 4; ++i)
                sum.v[i] += more.v[i];
        }
        return sum;
    }

    /// Calls use(m, n, sums, fetched) with every four sums of the tile, where fetched is what fetch(m, n) gave: some are fetched at a time
    /// before the first is used, so that many loads are under way.
    template<class Fetch, class Use>
    GHEE_GPU static void for_each_quad(Fetch const& fetch, Use const& use)
    {
        constexpr int quads = Tile::M * Tile::N / 4 / threads_a_block;
        constexpr int together = quads < 4 ? quads : 4;
        for (int begin = 0; begin < quads; begin += together)
        {
            decltype(fetch(0, 0)) fetched[together];
            GHEE_UNROLL
            for (int q = 0; q < together; ++q)
                fetched[q] = fetch(line_of(begin + q), column_of(begin + q));
            GHEE_UNROLL
            for (int q = 0; q < together; ++q)
            {
                int const m = line_of(begin + q), n = column_of(begin + q);
                use(m, n, total(m, n), fetched[q]);
            }
        }
    }

    /// The same where nothing has to be fetched.
    template<class Use>
    GHEE_GPU static void for_each_quad(Use const& use)
    {
        for_each_quad([](int, int) { return 0; }, [&](int m, int n, Quad const& sums, int) { use(m, n, sums); });
    }

    /// Of the q-th four sums of this thread.
    GHEE_GPU static int line_of(int q) { return (machine::thread() + q * threads_a_block) / (Tile::N / 4); }
    GHEE_GPU static int column_of(int q) { return (machine::thread() + q * threads_a_block) % (Tile::N / 4) * 4; }
};

/// Lists the places of the samples from `first` on.
GHEE_GPU void list_rows(std::uint32_t* list, Rows const& rows, int first, int most)
{
    std::int64_t const begin = (rows.progress->step + rows.step) * rows.batch + first;
    for (int i = machine::thread(); i < most && first + i < rows.count; i += threads_a_block)
        list[i] = rows.order != nullptr ? rows.order[begin + i] : static_cast<std::uint32_t>(begin + i);
    machine::barrier();
}

GHEE_GPU Quad load_quad(float const* from) { return *reinterpret_cast<Quad const*>(from); }
GHEE_GPU void store_quad(float* to, Quad const& quad) { *reinterpret_cast<Quad*>(to) = quad; }

}  // namespace ghee::mlp::cuda
