// Gradients of all layers and the optimiser. A warp makes a piece of 4 or 8 neurons times 4 inputs: each lane adds up every
// 32nd sample, the lanes meet by exchange, and in the end each has one parameter and takes its step.
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

/// One parameter, with its moments and gradients at the same place of their blocks.
GHEE_GPU void solo_step(SoloWork const& w, float* shared, int at, bool is_weight, float gradient, SoloLesson const& lesson)
{
    SoloPlan const& plan = w.plan;
    if (!lesson.first)
        gradient += shared[plan.gradients_at + at];
    if (!lesson.last)
    {
        shared[plan.gradients_at + at] = gradient;
        return;
    }
    float weight[] = {shared[at]};
    float first[] = {plan.first_at >= 0 ? shared[plan.first_at + at] : 0.0F};
    float second[] = {plan.second_at >= 0 ? shared[plan.second_at + at] : 0.0F};
    float const g[] = {is_weight ? gradient + penalty_slope(w.rates, weight[0]) : gradient};
    update(w.rates, lesson.now, weight, g, first, second);
    shared[at] = weight[0];
    if (plan.first_at >= 0)
        shared[plan.first_at + at] = first[0];
    if (plan.second_at >= 0)
        shared[plan.second_at + at] = second[0];
}

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
            int const column = job_number / blocks;
            SoloJob const job{(job_number - column * blocks) * Quads, column};
            SoloSums<Quads> sums{};
            solo_sum<Quads>(plan, layer, job, rows, lesson, input_at, sums);
            int const weight = solo_meet(sums.weights), n = 4 * job.neurons + weight / 4, k = 4 * column + weight % 4;
            // Where fewer sums than lanes remain, lanes beside each other have the same one.
            if (lane % (2 / Quads) == 0 && n < layer.outputs && k < layer.inputs)
                solo_step(w, shared, layer.weights_at + n * stride + k, true, sums.weights[0], lesson);
            if (column > 0)
                continue;
            int const bias = 4 * job.neurons + solo_meet(sums.biases);
            if (lane % (8 / Quads) == 0 && bias < layer.outputs)
                solo_step(w, shared, layer.biases_at + bias, false, sums.biases[0], lesson);
        }
        job_number -= layer.jobs;
    }
}

}  // namespace ghee::mlp::cuda
