// Tiles: the piece of a product that a block makes, and how its operands pass through shared memory.
//
// A product is c[m][n] = sum over terms k of a(m, k) b(n, k). A block makes M x N of it, a slab of 32 terms at a time; slabs come by
// asynchronous copies, some slabs ahead. An operand lies in the device's memory either with the terms of a line side by side (by_term:
// activations and weights forward) or with the lines of a term side by side (by_line: weights backward; deltas and inputs in gradients)
// and is kept in shared memory the way it came, rows padded so that the reads of a warp meet in no bank.
#pragma once

#include "mlp/cuda/machine.hpp"
#include "mlp/cuda/work.hpp"

namespace ghee::mlp::cuda {

constexpr int slab = 32;

/// What a block of 256 threads makes. Threads of an FFMA product have Micro x Micro numbers each, warps of a tensor product WarpM x WarpN;
/// where that needs fewer than 256 threads (8 warps), slices of them take turns at the terms of a slab, and their sums are added at the end.
template<int M_, int N_, int Micro_, int WarpM_, int WarpN_, int Stages_>
struct Tile
{
    static constexpr int M = M_, N = N_, Micro = Micro_, WarpM = WarpM_, WarpN = WarpN_, Stages = Stages_;
    static constexpr int thread_slices = threads_a_block / (M / Micro * (N / Micro));
    static constexpr int warp_slices = threads_a_block / 32 / (M / WarpM * (N / WarpN));
};
using Tile32 = Tile<32, 32, 4, 16, 16, 3>;
using Tile64 = Tile<64, 64, 8, 32, 32, 3>;
using Tile128x64 = Tile<128, 64, 8, 32, 32, 2>;
using Tile128 = Tile<128, 128, 8, 64, 32, 2>;

enum class Order { by_term, by_line };

/// The place of one slab of an operand of `Lines` lines in shared memory.
template<Order order, int Lines>
struct Stage
{
    static constexpr int row = order == Order::by_term ? slab + 4 : Lines + 8;
    static constexpr int floats = order == Order::by_term ? Lines * row : slab * row;
    GHEE_GPU static int at(int line, int term) { return order == Order::by_term ? line * row + term : term * row + line; }
};

/// An operand in the device's memory; `list`, where there is one, says at which row of the data the rows from `line` (by_term) or from the
/// beginning (by_line) on are to be found.
struct Operand
{
    float const* data = nullptr;
    int stride = 0;
    int rows = 0;
    int columns = 0;
    std::uint32_t const* list = nullptr;
};
GHEE_GPU Operand operand(Matrix const& m, std::uint32_t const* list = nullptr) { return {m.data, m.stride(), m.rows, m.columns, list}; }

/// Starts the copies of one slab; zeros where the operand ends.
template<Order order, int Lines>
GHEE_GPU void bring(float* stage, Operand const& from, int line, int term)
{
    using Place = Stage<order, Lines>;
    constexpr int row_quads = (order == Order::by_term ? slab : Lines) / 4;
    constexpr int rows = order == Order::by_term ? Lines : slab;
    constexpr int rows_at_once = threads_a_block / row_quads;
    static_assert(threads_a_block % row_quads == 0 && rows % rows_at_once == 0);
    int const first_row = order == Order::by_term ? line : term;
    int const mine = machine::thread() / row_quads;
    int const quad = machine::thread() % row_quads * 4;
    int const column = (order == Order::by_term ? term : line) + quad;
    GHEE_UNROLL
    for (int i = 0; i < rows / rows_at_once; ++i)
    {
        int const r = mine + i * rows_at_once;
        bool const there = first_row + r < from.rows && column < from.columns;
        float const* source = from.data;
        if (there)
        {
            std::int64_t const place = from.list != nullptr ? from.list[order == Order::by_term ? r : first_row + r] : first_row + r;
            source += place * from.stride + column;
        }
        machine::copy_quad(stage + r * Place::row + quad, source, there);
    }
}

/// Where in shared memory the sum of (m, n) lies: rows without padding, columns exchanged so that rows beside each other meet in no bank.
template<class Tile>
GHEE_GPU int sum_at(int m, int n)
{
    return m * Tile::N + (n ^ ((m & 3) << 3));
}

struct alignas(16) Quad
{
    float v[4];
};

}  // namespace ghee::mlp::cuda
