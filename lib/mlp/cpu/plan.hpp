// What the kernels of one instruction set are handed: plain numbers and pointers into the trainer's arena.
//
// Arrays of samples are [block][row][sample]: 64 samples a block (32 or 16 where many threads share a small batch), so that a block's
// rows lie one after another; the last block is narrower (a multiple of 16) when the batch is. Layer inputs and outputs have one row
// more than neurons, all ones: the bias is the weight of that row. Samples that only fill a vector up repeat the last real one and have a delta of exactly 0.
#pragma once

#include <cstddef>
#include <cstdint>

#include "mlp/rates.hpp"
#include "record/configuration.hpp"
#include "record/network.hpp"

namespace ghee::mlp::cpu {

constexpr int most_block_samples = 64;
constexpr int fill_samples = 16;
/// Layers of more floats than this have their weights packed for the backward product.
constexpr std::size_t packed_from = 400000;
/// Terms of a sum taken at a time: 64 KiB of a block's samples.
constexpr int terms_at_once = 256;
/// Weights are packed for that many tiles at a time, of at most six columns; eight floats are written where six are meant.
constexpr int panel_tiles = 32;
constexpr int panel_columns = 6;
constexpr int panel_excess = 16;

struct LayerPlan
{
    int inputs = 0;
    int outputs = 0;
    bool adds_input = false;      ///< its input is added to its output
    bool hidden = false;          ///< has the network's activation; the last layer has the output activation
    std::size_t floats = 0;       ///< outputs * (inputs + 1), rounded up to 16
    float* parameters = nullptr;  ///< [output][input + 1]; the last column is the bias
    float* first = nullptr;       ///< moments, as parameters; null where the optimiser has none
    float* second = nullptr;
    float* output = nullptr;  ///< [block][output + 1][sample]; of the last layer: before its activation
    float* slope = nullptr;   ///< [block][output][sample] derivative of the activation, null where the output tells it
    int turned = 0;           ///< inputs, from the first on, whose gradients are taken from turned samples; a multiple of 16
    int group = 0;            ///< rows of parameters whose gradient is taken and used at once; a multiple of 16, or all
};

struct Bf16Plan;

struct Plan
{
    LayerPlan const* layers = nullptr;
    int depth = 0;
    Activation activation = Activation::relu;
    OutputActivation output_activation = OutputActivation::linear;
    Loss loss = Loss::mse;
    float* input = nullptr;          ///< [block][input + 1][sample]
    float* target = nullptr;         ///< [block][output][sample]
    int block = most_block_samples;  ///< samples a block
    /// [block][neuron][sample] of the widest layer: derivatives with respect to a layer's sums. Two take turns; a third where several
    /// threads share the step, because one may still read what another has done with.
    float* delta[3] = {};
    int deltas = 2;
    /// Neurons a chunk, where the first two layers go by chunks of the first one's neurons (chunks.inc); 0: they do not. Deltas of the
    /// first layer are then kept of one chunk only, [block][neuron][sample], `chunk_floats` for each thread.
    int chunk = 0;
    float* chunk_delta = nullptr;
    std::size_t chunk_floats = 0;
    float* losses = nullptr;       ///< [sample]
    std::int32_t* hits = nullptr;  ///< [sample]: 1 where the network is right
    std::size_t in_one_go = 0;     ///< floats of all parameters where one thread updates them together, after all gradients; else 0
    float* through = nullptr;      ///< the same with respect to a layer's output; residual networks only
    float* gradient = nullptr;     ///< the largest group of any layer; one for each thread
    float* panel = nullptr;        ///< packed weights, `panel_tiles` times as much as one tile's for each thread; null where no layer is large
    std::size_t gradient_floats = 0;
    int panel_tile_floats = 0;
    Bf16Plan const* bf16 = nullptr;  ///< of kernels in bf16, which use parameters, first, second, the last output, target and what
                                     ///< the loss needs from here; delta[0] is that of the loss
};

struct Meeting;
/// One of `size` threads that take a step together, each with the same plan, batch and rates.
struct Crew
{
    int index = 0;
    int size = 1;
    Meeting* meeting = nullptr;  ///< null: alone
};
/// Returns when all threads of the crew have come; what they wrote before is then seen.
void meet(Crew const&);

/// The rows of one step; memory is the caller's.
struct Batch
{
    float const* inputs = nullptr;        ///< [sample][feature]
    float const* targets = nullptr;       ///< [sample][output]
    std::uint32_t const* rows = nullptr;  ///< which samples; null: `first`, `first` + 1 ...
    std::int64_t first = 0;
    int count = 0;     ///< >= 1
    int upcoming = 0;  ///< how many entries of `rows` behind these the next step will want
};

struct StepLoss
{
    double loss = 0;  ///< sum over samples
    std::int64_t correct = 0;
};

/// What a step is made of, to be timed one by one.
enum class Part { gather, forward, loss, backward, turn, gradient, update };

/// The kernels of one instruction set. Those in bf16 have no part, no apply and no multiply_add.
struct Kernels
{
    char const* name = nullptr;  ///< "x86-64-v4", "x86-64-v3", "baseline", "amx-bf16"
    Precision precision = Precision::fp32;
    double flops_per_s = 0;  ///< what a quick core sustains: by it is reckoned how many threads pay
    /// All threads of the crew call them; the first gets the result, the others nothing.
    StepLoss (*step)(Plan const&, Batch const&, Rates const&, Crew const&) = nullptr;
    StepLoss (*infer)(Plan const&, Batch const&, Crew const&) = nullptr;
    /// Called once parameters were set from outside: makes anew what the kernels keep beside them. Null: nothing.
    void (*renew)(Plan const&) = nullptr;
    /// Each thread calls them before its first step or inference and after its last one. Null: nothing to prepare.
    void (*enter)() = nullptr;
    void (*leave)() = nullptr;
    /// c, [16][16]: the sum of `terms` products of tiles, those of a and of b one after another. Lets tests see the tile registers.
    void (*multiply_tiles)(float const* a, float const* b, int terms, float* c) = nullptr;
    /// One part of a step alone, of layer `layer` where it is a layer's, by one thread, on whatever the arena holds.
    void (*part)(Part, Plan const&, Batch const&, Rates const&, int layer) = nullptr;
    /// y[i] = f(x[i]), `count` a multiple of 16: lets tests see how good each function is.
    void (*apply)(char const* function, float const* x, float* y, int count) = nullptr;
    /// Keeps the arithmetic units busy from registers alone, for `rounds` x `flops_per_round` operations: the peak by which kernels are judged.
    float (*multiply_add)(std::int64_t rounds) = nullptr;
    int flops_per_round = 0;
};

}  // namespace ghee::mlp::cpu
