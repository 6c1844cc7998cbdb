// A layer of a network that lies in shared memory, forward and backward through its samples. Threads beside each other have samples beside
// each other, so most of a warp reads the same weights at a time; groups of threads share the neurons. Sums go through their terms in order,
// whichever thread makes them.
#pragma once

#include "mlp/cuda/functions.hpp"
#include "mlp/cuda/solo/work.hpp"
#include "mlp/cuda/tile.hpp"

namespace ghee::mlp::cuda {

/// What of a chunk a thread has: samples `slot`, slot + lanes ..., and of the quads of neurons every groups-th from `group` on.
struct SoloShare
{
    int slot;
    int group;
    int groups;
};

GHEE_GPU SoloShare share_of_thread(SoloPlan const& plan)
{
    int const thread = machine::thread();
    if (plan.lanes == threads_a_block)
        return {thread, 0, 1};
    return {thread & (plan.lanes - 1), thread / plan.lanes, threads_a_block / plan.lanes};
}

GHEE_GPU int smaller(int a, int b) { return a < b ? a : b; }
GHEE_GPU Quad quad_at(float const* place) { return *reinterpret_cast<Quad const*>(place); }

GHEE_GPU void put_quad(float* place, Quad const& q) { machine::store_four(place, q.v[0], q.v[1], q.v[2], q.v[3]); }

template<int Together>
struct SoloRows
{
    float* row[Together];
    GHEE_GPU SoloRows(SoloPlan const& plan, float* rows, SoloShare const& share)
    {
        GHEE_UNROLL
        for (int i = 0; i < Together; ++i)
            row[i] = rows + (share.slot + i * plan.lanes) * plan.row_floats;
    }
};

/// Outputs of `layer`, and slopes where they are kept; of the last layer sums. `input_at`: where in a row its inputs lie.
template<int Together, int Quads>
GHEE_GPU void solo_forward(SoloLayer const& layer, float const* parameters, SoloRows<Together> const& rows, SoloShare const& share, int input_at,
                           Activation activation)
{
    int const quads = quads_of(layer.outputs), stride = stride_of(layer.inputs);
    for (int q = share.group * Quads; q < quads; q += share.groups * Quads)
    {
        float sum[Together][4 * Quads];
        float const* line[4 * Quads];
        GHEE_UNROLL
        for (int j = 0; j < 4 * Quads; ++j)
        {
            int const n = smaller(4 * q + j, layer.outputs - 1);
            line[j] = parameters + layer.weights_at + n * stride;
            GHEE_UNROLL
            for (int i = 0; i < Together; ++i)
                sum[i][j] = parameters[layer.biases_at + n];
        }
        for (int k = 0; k < stride; k += 4)
        {
            Quad x[Together];
            GHEE_UNROLL
            for (int i = 0; i < Together; ++i)
                x[i] = quad_at(rows.row[i] + input_at + k);
            GHEE_UNROLL
            for (int j = 0; j < 4 * Quads; ++j)
            {
                Quad const weights = quad_at(line[j] + k);
                GHEE_UNROLL
                for (int i = 0; i < Together; ++i)
                {
                    GHEE_UNROLL
                    for (int c = 0; c < 4; ++c)
                        sum[i][j] += x[i].v[c] * weights.v[c];
                }
            }
        }
        with_kind(activation,
                  [&](auto kind)
                  {
                      GHEE_UNROLL
                      for (int i = 0; i < Together; ++i)
                      {
                          GHEE_UNROLL
                          for (int b = 0; b < Quads; ++b)
                              if (q + b < quads)
                                  solo_finish<decltype(kind)::value>(layer, rows.row[i], sum[i] + 4 * b, q + b);
                      }
                  });
    }
}

template<Activation kind>
GHEE_GPU void solo_finish(SoloLayer const& layer, float* row, float const* sums, int q)
{
    int const outputs = layer.outputs, kept = layer.slope_at;
    Quad y, slope;
    Quad const beside = layer.adds_input != 0 ? quad_at(row + layer.input_at + 4 * q) : Quad{};
    GHEE_UNROLL
    for (int c = 0; c < 4; ++c)
    {
        bool const there = 4 * q + c < outputs;
        float const active = activated(kind, sums[c]) + beside.v[c];
        y.v[c] = there ? active : 0.0F;
    }
    put_quad(row + layer.output_at + 4 * q, y);
    if (kept < 0)
        return;
    GHEE_UNROLL
    for (int c = 0; c < 4; ++c)
    {
        float const s = slope_at(kind, sums[c]);
        slope.v[c] = 4 * q + c < outputs ? s : 0.0F;
    }
    put_quad(row + kept + 4 * q, slope);
}

/// Deltas of the layer below `layer`.
template<int Together, int Quads>
GHEE_GPU void solo_spread(SoloWork const& w, SoloLayer const& layer, SoloLayer const& below, float const* parameters, SoloRows<Together> const& rows,
                          SoloShare const& share)
{
    int const quads = quads_of(layer.inputs), stride = stride_of(layer.inputs);
    for (int q = share.group * Quads; q < quads; q += share.groups * Quads)
    {
        float sum[Together][4 * Quads] = {};
        for (int n = 0; n < layer.outputs; n += 4)
        {
            Quad delta[Together];
            GHEE_UNROLL
            for (int i = 0; i < Together; ++i)
                delta[i] = quad_at(rows.row[i] + layer.delta_at + n);
            GHEE_UNROLL
            for (int j = 0; j < 4; ++j)
            {
                float const* const line = parameters + layer.weights_at + smaller(n + j, layer.outputs - 1) * stride;
                GHEE_UNROLL
                for (int b = 0; b < Quads; ++b)
                {
                    Quad const weights = quad_at(line + 4 * smaller(q + b, quads - 1));
                    GHEE_UNROLL
                    for (int i = 0; i < Together; ++i)
                    {
                        GHEE_UNROLL
                        for (int c = 0; c < 4; ++c)
                            sum[i][4 * b + c] += delta[i].v[j] * weights.v[c];
                    }
                }
            }
        }
        with_kind(w.activation,
                  [&](auto kind)
                  {
                      GHEE_UNROLL
                      for (int i = 0; i < Together; ++i)
                      {
                          GHEE_UNROLL
                          for (int b = 0; b < Quads; ++b)
                              if (q + b < quads)
                                  solo_finish_delta<decltype(kind)::value>(w, layer, below, rows.row[i], sum[i] + 4 * b, q + b);
                      }
                  });
    }
}

template<Activation kind>
GHEE_GPU void solo_finish_delta(SoloWork const& w, SoloLayer const& layer, SoloLayer const& below, float* row, float const* sums, int q)
{
    Quad total{};
    Quad const beside = layer.adds_input != 0 ? quad_at(row + w.plan.through_at + 4 * q) : Quad{};
    GHEE_UNROLL
    for (int c = 0; c < 4; ++c)
        total.v[c] = sums[c] + beside.v[c];
    if (below.adds_input != 0)  // the next layer down asks for it
        put_quad(row + w.plan.through_at + 4 * q, total);
    bool const kept = below.slope_at >= 0;
    Quad const told = quad_at(row + (kept ? below.slope_at : below.output_at) + 4 * q);
    GHEE_UNROLL
    for (int c = 0; c < 4; ++c)
    {
        float const slope = kept ? told.v[c] : slope_of_output(kind, told.v[c]);
        total.v[c] = 4 * q + c < layer.inputs ? total.v[c] * slope : 0.0F;
    }
    put_quad(row + below.delta_at + 4 * q, total);
}

}  // namespace ghee::mlp::cuda
