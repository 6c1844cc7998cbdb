// Bringing samples: lists of the rows that a chunk is made of, and asynchronous copies of their inputs and targets.
#pragma once

#include "mlp/cuda/solo/place.hpp"

namespace ghee::mlp::cuda {

/// The row of the data that the i-th sample of a chunk is.
GHEE_GPU std::uint32_t row_of(SoloWork const& w, SoloReplica const& replica, SoloPlace const& p, int i)
{
    if (!p.testing)
        return replica.orders[(p.epoch - w.orders_from) * w.train_count + p.first + i];
    return replica.test_rows != nullptr ? replica.test_rows[p.first + i] : static_cast<std::uint32_t>(p.first + i);
}

/// Starts the copies of a chunk whose rows are listed, into one of the two places of a row.
GHEE_GPU void bring_samples(SoloWork const& w, SoloReplica const& replica, SoloPlace const& p, std::uint32_t const* list, float* rows, int which)
{
    SoloPlan const& plan = w.plan;
    float const* const inputs = p.testing ? w.test_inputs : w.train_inputs;
    float const* const targets = p.testing ? w.test_targets : replica.train_targets;
    int const input_quads = plan.input_floats / 4;
    // Short rows: a thread brings a sample, which takes no quotient. Long ones: threads beside each other bring quads beside each other.
    if (plan.quads_of_row <= 8)
    {
        if (machine::thread() >= p.count)
            return;
        auto const row = static_cast<std::int64_t>(list[machine::thread()]);
        float* const to = rows + machine::thread() * plan.row_floats;
        for (int at = 0; at < plan.input_floats; at += 4)
            machine::copy_quad(to + which * plan.input_floats + at, inputs + row * plan.input_floats + at, true);
        for (int at = 0; at < plan.target_floats; at += 4)
            machine::copy_quad(to + plan.targets_at + which * plan.target_floats + at, targets + row * plan.target_floats + at, true);
        return;
    }
    int const all = p.count * static_cast<int>(plan.quads_of_row);
    for (int at = machine::thread(); at < all; at += threads_a_block)
    {
        int const sample = static_cast<int>(static_cast<std::uint64_t>(at) * plan.by_quads_of_row >> 32);
        int const quad = at - sample * static_cast<int>(plan.quads_of_row);
        auto const row = static_cast<std::int64_t>(list[sample]);
        float* const to = rows + sample * plan.row_floats;
        if (quad < input_quads)
            machine::copy_quad(to + which * plan.input_floats + 4 * quad, inputs + row * plan.input_floats + 4 * quad, true);
        else
            machine::copy_quad(to + plan.targets_at + which * plan.target_floats + 4 * (quad - input_quads),
                               targets + row * plan.target_floats + 4 * (quad - input_quads), true);
    }
}

}  // namespace ghee::mlp::cuda
