// Orders of epochs to come, drawn by the whole device before the blocks that train need them: a block alone would take longer for its order than
// for a step of a small network.
#pragma once

#include "mlp/cuda/shuffle.hpp"
#include "mlp/cuda/solo/work.hpp"

namespace ghee::mlp::cuda {

struct Draw
{
    using Work = DrawWork;
    static constexpr std::size_t shared_bytes = 0;
    static constexpr char const* name() { return "draw"; }

    /// A block draws 256 places of one order.
    GHEE_GPU static void run(Work const& w)
    {
        int const blocks = (w.count + threads_a_block - 1) / threads_a_block;
        int const order = machine::block() / blocks;
        int const i = (machine::block() - order * blocks) * threads_a_block + machine::thread();
        if (i >= w.count)
            return;
        int const replica = order / w.epochs, epoch = order - replica * w.epochs;
        std::uint32_t const place = shuffled(static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(w.count), w.keys[order]);
        std::uint32_t const row = w.rows != nullptr ? w.rows[static_cast<std::int64_t>(replica) * w.count + place] : place;
        w.orders[replica * w.orders_stride + static_cast<std::int64_t>(epoch) * w.count + i] = row;
    }
};

}  // namespace ghee::mlp::cuda
