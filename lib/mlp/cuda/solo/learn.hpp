// Gradients of all layers and the optimiser, in one of two ways that the plan chooses. Where pieces are few, a warp makes one of 4 or 8
// neurons times 4 inputs: each lane adds up every 32nd sample, the lanes meet by exchange, and in the end each has one parameter and takes its
// step. Where pieces are many, or a chunk has few samples, a thread makes one of 4 times 4 by itself.
#pragma once

#include "mlp/cuda/solo/forward.hpp"
#include "mlp/cuda/update.hpp"

namespace ghee::mlp::cuda {

/// Of the step that a chunk belongs to.
struct SoloLesson
{
    int count;         ///< samples of the chunk
    bool first, last;  ///< chunk of the step
    StepRates now;
    int input_at;  ///< of layer 0
};

/// What a warp makes of a layer: from a quad of neurons on, a quad of inputs, and with the first one the biases.
struct SoloJob
{
    int neurons;
    int inputs;
};

template<int Quads>
struct SoloSums
{
    float weights[16 * Quads];  ///< [neuron][input]
    float biases[4 * Quads];
};

template<int Quads>
GHEE_GPU void solo_sum(SoloPlan const& plan, SoloLayer const& layer, SoloJob const& job, float const* rows, SoloLesson const& lesson, int input_at,
                       SoloSums<Quads>& sums)
{
    int const quads = quads_of(layer.outputs);
    for (int s = machine::thread() % 32; s < lesson.count; s += 32)
    {
        float const* const row = rows + s * plan.row_floats;
        Quad const x = quad_at(row + input_at + 4 * job.inputs);
        GHEE_UNROLL
        for (int b = 0; b < Quads; ++b)
        {
            Quad const delta = quad_at(row + layer.delta_at + 4 * smaller(job.neurons + b, quads - 1));
            GHEE_UNROLL
            for (int n = 0; n < 4; ++n)
            {
                sums.biases[4 * b + n] += delta.v[n];
                GHEE_UNROLL
                for (int k = 0; k < 4; ++k)
                    sums.weights[16 * b + 4 * n + k] += delta.v[n] * x.v[k];
            }
        }
    }
}

/// Lanes that differ in a bit of their number, 16 at first, exchange halves of their sums until one remains to each.
template<int Half, int Mask, int Count>
GHEE_GPU int solo_halve(float (&sum)[Count], int lane)
{
    if constexpr (Half > 0)
    {
        bool const upper = (lane & Mask) != 0;
        GHEE_UNROLL
        for (int i = 0; i < Half; ++i)
        {
            float const kept = upper ? sum[i + Half] : sum[i], given = upper ? sum[i] : sum[i + Half];
            sum[i] = kept + machine::of_lane(given, Mask);
        }
        return (upper ? Half : 0) + solo_halve<Half / 2, Mask / 2>(sum, lane);
    }
    else if constexpr (Mask > 0)
    {
        sum[0] += machine::of_lane(sum[0], Mask);
        return solo_halve<0, Mask / 2>(sum, lane);
    }
    else
        return 0;
}

/// Adds up over the lanes: the sum that remains to a lane, in sum[0], is that of the number it gives back.
template<int Count>
GHEE_GPU int solo_meet(float (&sum)[Count])
{
    return solo_halve<Count / 2, 16>(sum, machine::thread() % 32);
}

/// Parameters side by side, one or a quad of them, with their moments and gradients at the same places of their blocks. What fills a row up
/// has no gradient, no weight and no moment, and every optimiser leaves it 0.
template<class Numbers>
GHEE_GPU void solo_step(SoloWork const& w, float* shared, int at, bool are_weights, Numbers gradient, SoloLesson const& lesson)
{
    SoloPlan const& plan = w.plan;
    constexpr int count = sizeof(Numbers) / sizeof(float);
    auto const get = [&](int block) { return block >= 0 ? *reinterpret_cast<Numbers const*>(shared + block + at) : Numbers{}; };
    auto const put = [&](int block, Numbers const& x)
    {
        if (block < 0)
            return;
        if constexpr (count == 4)
            machine::store_four(shared + block + at, x.v[0], x.v[1], x.v[2], x.v[3]);
        else
            *reinterpret_cast<Numbers*>(shared + block + at) = x;
    };
    if (!lesson.first)
    {
        Numbers const before = get(plan.gradients_at);
        GHEE_UNROLL
        for (int i = 0; i < count; ++i)
            gradient.v[i] += before.v[i];
    }
    if (!lesson.last)
        return put(plan.gradients_at, gradient);
    Numbers weights = get(0), first = get(plan.first_at), second = get(plan.second_at);
    if (are_weights && (w.rates.l1 != 0.0F || w.rates.l2_twice != 0.0F))
    {
        GHEE_UNROLL
        for (int i = 0; i < count; ++i)
            gradient.v[i] += penalty_slope(w.rates, weights.v[i]);
    }
    update(w.rates, lesson.now, weights.v, gradient.v, first.v, second.v);
    put(0, weights);
    put(plan.first_at, first);
    put(plan.second_at, second);
}

struct Single
{
    float v[1];
};

template<int Quads>
GHEE_GPU void solo_learn(SoloWork const& w, float* shared, float const* rows, SoloLesson const& lesson)
{
    SoloPlan const& plan = w.plan;
    constexpr int warps = threads_a_block / 32;
    int const lane = machine::thread() % 32;
    int job_number = machine::thread() / 32;
    for (int d = 0; d < plan.depth; ++d)
    {
        SoloLayer const& layer = plan.layers[d];
        int const blocks = (quads_of(layer.outputs) + Quads - 1) / Quads;
        int const stride = stride_of(layer.inputs);
        int const input_at = d == 0 ? lesson.input_at : layer.input_at;
        for (; job_number < layer.jobs; job_number += warps)
        {
            int const column = blocks == 1 ? job_number : job_number / blocks;
            SoloJob const job{(job_number - column * blocks) * Quads, column};
            SoloSums<Quads> sums{};
            solo_sum<Quads>(plan, layer, job, rows, lesson, input_at, sums);
            int const weight = solo_meet(sums.weights), n = 4 * job.neurons + weight / 4, k = 4 * column + weight % 4;
            int const bias = column == 0 ? 4 * job.neurons + solo_meet(sums.biases) : 0;
            // Where fewer sums than lanes remain, lanes beside each other have the same one.
            if (lane % (2 / Quads) == 0 && n < layer.outputs && k < layer.inputs)
                solo_step(w, shared, layer.weights_at + n * stride + k, true, Single{{sums.weights[0]}}, lesson);
            if (column > 0)
                continue;
            if (lane % (8 / Quads) == 0 && bias < layer.outputs)
                solo_step(w, shared, layer.biases_at + bias, false, Single{{sums.biases[0]}}, lesson);
        }
        job_number -= layer.jobs;
    }
}

/// Threads beside each other have inputs beside each other.
GHEE_GPU void solo_learn_by_thread(SoloWork const& w, float* shared, float const* rows, SoloLesson const& lesson)
{
    SoloPlan const& plan = w.plan;
    int piece = machine::thread();
    for (int d = 0; d < plan.depth; ++d)
    {
        SoloLayer const& layer = plan.layers[d];
        int const columns = quads_of(layer.inputs), stride = stride_of(layer.inputs), pieces = columns * quads_of(layer.outputs);
        int const input_at = d == 0 ? lesson.input_at : layer.input_at;
        for (; piece < pieces; piece += threads_a_block)
        {
            int const neurons = piece / columns, column = piece - neurons * columns;
            Quad sums[4] = {}, biases{};
            for (int s = 0; s < lesson.count; ++s)
            {
                float const* const row = rows + s * plan.row_floats;
                Quad const x = quad_at(row + input_at + 4 * column), delta = quad_at(row + layer.delta_at + 4 * neurons);
                GHEE_UNROLL
                for (int n = 0; n < 4; ++n)
                {
                    biases.v[n] += delta.v[n];
                    GHEE_UNROLL
                    for (int k = 0; k < 4; ++k)
                        sums[n].v[k] += delta.v[n] * x.v[k];
                }
            }
            GHEE_UNROLL
            for (int n = 0; n < 4; ++n)
                if (4 * neurons + n < layer.outputs)
                    solo_step(w, shared, layer.weights_at + (4 * neurons + n) * stride + 4 * column, true, sums[n], lesson);
            if (column == 0)
                solo_step(w, shared, layer.biases_at + 4 * neurons, false, biases, lesson);
        }
        piece -= pieces;
    }
}

}  // namespace ghee::mlp::cuda
