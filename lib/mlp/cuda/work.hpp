// What kernels are handed: plain numbers and pointers into the device's memory.
//
// Matrices lie row by row, rows `stride` floats apart, a multiple of 4, so that every row begins on 16 bytes; what fills a row up is
// always 0. Samples are rows. Weights are [output][input], apart from their biases. Weights and biases exist twice: a step reads the one
// and writes the other, so that the deltas of the layer below and the update are taken in one launch.
#pragma once

#include <cstdint>

#include "mlp/rates.hpp"
#include "record/network.hpp"

namespace ghee::mlp::cuda {

/// Samples of a step at most: as many places as a block keeps in its shared memory.
constexpr int most_samples_a_step = 2048;
/// Outputs at most of a last layer that goes on with the loss.
constexpr int most_judged_outputs = 64;

constexpr int quads_of(int columns) { return (columns + 3) / 4; }
constexpr int stride_of(int columns) { return 4 * quads_of(columns); }

struct Matrix
{
    float const* data = nullptr;
    int rows = 0;
    int columns = 0;
    [[nodiscard]] constexpr int stride() const { return stride_of(columns); }
};

/// Where a course of steps is; lives on the device. Written by the kernels begin and advance alone.
struct Progress
{
    std::int64_t step = 0;   ///< done since the course began
    std::int64_t taken = 0;  ///< by the optimiser since the last reset
    double loss = 0;         ///< sum over samples since the course began
    std::int64_t hits = 0;
};

/// What a sample gave in its step.
struct Verdict
{
    float loss = 0;
    std::int32_t hit = 0;
};

/// What of an optimiser's rates changes from step to step.
struct StepRates
{
    float rate = 0;
    float epsilon = 0;
};

/// The samples of one step: entry (progress->step + step) * batch + i of `order` is the i-th, or that number itself where there is no order.
struct Rows
{
    std::uint32_t const* order = nullptr;
    Progress const* progress = nullptr;
    int step = 0;   ///< of the graph's steps
    int batch = 0;  ///< samples of every step but the last one
    int count = 0;  ///< of this one
};

struct LossWork
{
    Loss loss = Loss::mse;
    OutputActivation output_activation = OutputActivation::linear;
    Rows rows;
    Matrix targets;               ///< of the data set
    float* delta = nullptr;       ///< [sample][output] derivatives of the step's mean loss by the last layer's sums; null: not wanted
    Verdict* verdicts = nullptr;  ///< [sample]
};

/// One layer forward: output = activation(input weights^T + biases) (+ input).
struct ForwardWork
{
    Matrix input;  ///< of the step's samples, or the data set where `gathered`
    bool gathered = false;
    bool hidden = false;  ///< has the network's activation; the last layer's output is its sums
    bool adds_input = false;
    bool judges = false;  ///< goes on with the loss; its outputs fit into one tile
    /// Where few outputs have very many inputs, blocks share the terms of a sum: each split writes its own sums, without biases, `split_floats`
    /// behind those of the one before.
    int splits = 1;
    int terms_a_split = 0;
    std::int64_t split_floats = 0;
    Rows rows;
    Matrix weights;
    float const* biases = nullptr;
    float* output = nullptr;
    float* slope = nullptr;  ///< derivative of the activation; null where the output tells it
    Activation activation = Activation::linear;
    LossWork loss;
    int row_tiles = 0;
};

/// Loss and deltas of outputs that no one block has made.
struct JudgeWork
{
    LossWork loss;
    float const* sums = nullptr;  ///< [split][sample][output]
    int splits = 1;
    std::int64_t split_floats = 0;
    float const* biases = nullptr;  ///< to be added to the sums of all splits; null: they are in them
};

/// One layer backward: deltas of the layer below, and the new weights of this one.
struct BackwardWork
{
    Matrix delta;  ///< [sample][output]
    Matrix input;  ///< as in ForwardWork
    bool gathered = false;
    bool beside = false;  ///< what `through` holds goes round this layer
    Rows rows;
    // The layer below: through = delta weights (+ through), below = through * slope. Where there is none, below is null.
    float* below = nullptr;
    float* through = nullptr;  ///< null where nothing goes round
    float const* slope = nullptr;
    Activation activation = Activation::linear;
    int spread_blocks = 0;  ///< the first blocks are theirs
    int spread_row_tiles = 0;
    // The update.
    Matrix weights;
    float const* biases = nullptr;
    float* new_weights = nullptr;
    float* new_biases = nullptr;
    float* first[2] = {};  ///< moments of weights and of biases; null where the optimiser has none
    float* second[2] = {};
    Rates rates;
    StepRates const* step_rates = nullptr;  ///< of this step
    int neuron_tiles = 0;
};

/// The step-dependent rates of `steps` steps to come.
struct RatesWork
{
    OptimizerKind kind = OptimizerKind::sgd;
    EpsilonForm form = EpsilonForm::keras;
    double learning_rate = 0;
    double beta1 = 0;
    double beta2 = 0;
    double epsilon = 0;
    StepRates* rates = nullptr;
    int steps = 0;
};

/// Those of an optimiser, without a place yet.
inline RatesWork rates_work(Optimizer const& o)
{
    return {.kind = o.kind, .form = o.epsilon_form, .learning_rate = o.learning_rate, .beta1 = o.beta1, .beta2 = o.beta2, .epsilon = o.epsilon};
}

/// Begins a course of steps: none done, no loss yet.
struct BeginWork
{
    Progress* progress = nullptr;
    RatesWork rates;
};

/// After `steps` steps of `count` samples: their losses are added up and the place moves on.
struct AdvanceWork
{
    Progress* progress = nullptr;
    RatesWork rates;
    Verdict const* verdicts = nullptr;  ///< [step][stride]
    int stride = 0;
    int steps = 0;
    int count = 0;
    bool training = false;
};

/// The order of an epoch (shuffle.hpp).
struct ShuffleWork
{
    std::uint32_t* order = nullptr;
    std::uint32_t count = 0;
    std::uint64_t key = 0;
};

}  // namespace ghee::mlp::cuda
