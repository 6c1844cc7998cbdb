// What the solo kernels are handed, and what they keep between launches. One block trains one network; a row of its shared memory holds all
// that belongs to a sample: inputs and targets twice (those that are worked on, those that are on their way; once where that does not fit),
// outputs, slopes, deltas.
//
// Shared memory in floats: parameters of all layers | first moments | second moments | gradients | rates of steps | lists of rows | sums | rows.
// In the device's memory a network has its parameters and moments in the same order.
#pragma once

#include "mlp/cuda/work.hpp"

namespace ghee::mlp::cuda {

constexpr int most_solo_layers = 32;
/// Steps whose rates are kept ready.
constexpr int rates_ahead = threads_a_block;

/// Offsets are in floats: `*_at` of parameters from the beginning of a block of parameters, of the others from the beginning of a row.
struct SoloLayer
{
    int inputs = 0;
    int outputs = 0;
    int weights_at = 0;  ///< [output][stride_of(inputs)]
    int biases_at = 0;
    int input_at = 0;   ///< of layer 0: the first place
    int output_at = 0;  ///< of the last layer: its sums, then its deltas
    int slope_at = -1;  ///< -1: the output tells it
    int delta_at = 0;
    int jobs = 0;  ///< pieces of its gradients, one for a warp
    int adds_input = 0;
};

/// How a block is used; follows from network, batch, optimiser and device, and never from the number of replicas.
struct SoloPlan
{
    SoloLayer layers[most_solo_layers];
    int depth = 0;
    int chunk = 0;      ///< samples worked on at a time: lanes times the samples of a lane
    int lanes = 0;      ///< 8 to 256; 256 / lanes groups of threads share the neurons
    int together = 1;   ///< samples of a lane: 1, 2 or 4
    int quads = 1;      ///< quads of neurons taken together: 1 or 2
    int by_thread = 0;  ///< whether threads make gradients alone, not lanes of a warp together
    int row_floats = 0;
    int places = 2;         ///< for inputs and targets in a row; 1: the next chunk is brought when this one is done
    int input_floats = 0;   ///< of one place at the beginning of a row
    int target_floats = 0;  ///< likewise
    int targets_at = 0;
    int through_at = 0;
    int parameter_floats = 0;
    int state_floats = 0;  ///< parameters and moments
    int first_at = -1;     ///< in shared memory; -1: there is none
    int second_at = -1;
    int gradients_at = -1;  ///< where a step has more samples than a chunk
    int rates_at = 0;
    int lists_at = 0;
    int sums_at = 0;
    int rows_at = 0;
    int shared_floats = 0;
    std::uint32_t quads_of_row = 0;     ///< that are brought for a sample: inputs and targets
    std::uint32_t by_quads_of_row = 0;  ///< 2^32 / that, rounded up: a product in place of a quotient
};

/// Losses and hits of some samples.
struct SoloSum
{
    double loss = 0;
    std::int64_t hits = 0;
};

/// Where a network is in its training. Written by its block at the end of a launch.
struct SoloState
{
    std::int64_t epoch = 1;
    std::int32_t first = 0;    ///< samples of the pass that are done
    std::int32_t testing = 0;  ///< the pass is over the test set
    std::int32_t over = 0;
    std::int32_t since_best = 0;
    double best = 0;           ///< test loss; infinite at first
    std::int64_t taken = 0;    ///< steps, by the optimiser
    SoloSum trained;           ///< of the epoch, once its training is over
    std::int64_t records = 0;  ///< epochs that ended in this launch
    std::int64_t chunks = 0;   ///< that were taken in this launch
    std::int64_t trained_ns = 0;
    std::int64_t begun_ns = 0;  ///< the launch, and its end
    std::int64_t ended_ns = 0;
};

struct SoloRecord
{
    std::int64_t epoch = 0;
    SoloSum trained;
    SoloSum tested;
    std::int64_t was_tested = 0;
    std::int64_t trained_ns = 0;
    std::int64_t tested_ns = 0;
};

/// The orders of some epochs: order [replica][epoch][sample].
struct DrawWork
{
    std::uint32_t* orders = nullptr;
    std::int64_t orders_stride = 0;       ///< from replica to replica
    std::uint32_t const* rows = nullptr;  ///< [replica][sample]: what is ordered; null: 0, 1, 2 ...
    std::uint64_t const* keys = nullptr;  ///< [replica][epoch]
    std::int32_t count = 0;
    std::int32_t epochs = 0;
};

struct SoloReplica
{
    float* parameters = nullptr;  ///< and moments
    SoloState* state = nullptr;
    SoloSum* sums = nullptr;                   ///< of a pass that was broken off, by thread
    SoloRecord* records = nullptr;             ///< SoloWork::records_stride apart
    std::uint32_t const* orders = nullptr;     ///< [epoch - orders_from][sample]: rows of the data
    std::uint32_t const* test_rows = nullptr;  ///< null: the rows in their order
    float const* train_targets = nullptr;      ///< of the same shape as the data's
};

struct SoloWork
{
    SoloPlan plan;
    SoloReplica const* replicas = nullptr;  ///< [block]
    float const* train_inputs = nullptr;    ///< [row][stride_of(inputs)]
    float const* test_inputs = nullptr;
    float const* test_targets = nullptr;
    std::int32_t train_count = 0;
    std::int32_t test_count = 0;  ///< 0: no evaluation
    std::int32_t batch = 0;
    std::int32_t evaluate_every = 1;
    std::int64_t epochs = 0;
    std::int64_t orders_from = 1;  ///< epochs whose orders are there
    std::int64_t orders_end = 1;
    std::int64_t most_chunks = 0;     ///< a launch ends with the first step that makes so many
    std::int64_t records_stride = 1;  ///< from a record of a network to its next one
    Activation activation = Activation::linear;
    Loss loss = Loss::mse;
    OutputActivation output_activation = OutputActivation::linear;
    std::int32_t has_accuracy = 0;
    double target_loss = 0;      ///< NaN: none
    double target_accuracy = 0;  ///< NaN: none
    std::int32_t patience = 0;
    Rates rates;
    RatesWork step_rates;  ///< without a place
};

}  // namespace ghee::mlp::cuda
