// One network alive on one device: the door every backend stands behind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "record/configuration.hpp"
#include "record/network.hpp"
#include "record/optimizer.hpp"

namespace ghee::mlp {

/// Rows of a data set as the trainer reads them; memory belongs to the caller and outlives the trainer, unless that trains on a GPU: it has
/// its copy when load() returns.
struct Samples
{
    std::span<float const> inputs;   ///< [sample][feature]
    std::span<float const> targets;  ///< [sample][output]; one-hot for classification
    std::int64_t count = 0;
    int features = 0;
    int outputs = 0;
};

/// Weights of one dense layer.
struct Layer
{
    int inputs = 0;
    int outputs = 0;
    std::vector<double> weights;  ///< [output][input]
    std::vector<double> biases;   ///< [output]
    bool operator==(Layer const&) const = default;
};
using Weights = std::vector<Layer>;

struct TrainerSpec
{
    Network network;
    Optimizer optimizer;
    Precision precision = Precision::fp32;
    Initializer initializer = Initializer::glorot_uniform;
    std::uint64_t seed = 0;  ///< of the initial weights
    int batch = 256;         ///< the largest step
    int threads = 1;
    Form form = Form::automatic;
    int replicas = 1;  ///< networks trained side by side; a Trainer is one of them
};

/// What a run over samples gave. Losses exclude the penalties.
struct Pass
{
    double loss_sum = 0.0;     ///< sum over samples of the loss, each seen with the weights of its step
    std::int64_t correct = 0;  ///< argmax (or 0.5 threshold) agrees; 0 for regression
    std::int64_t samples = 0;
    std::int64_t steps = 0;
};

class Trainer
{
  public:
    virtual ~Trainer() = default;

    /// Gives the data; copies them to the device where it is not the host. Call once before train or evaluate.
    virtual void load(Samples train, Samples test) = 0;
    /// Trains on training rows `order`, in that order, in steps of `batch` (the last one may be smaller). Returns when done.
    /// A loss that is not finite is reported as it is, never hidden.
    virtual Pass train(std::span<std::uint32_t const> order) = 0;
    /// Whether it draws the order of an epoch itself, where its data are: then train_epoch() goes before train() with an order from outside.
    [[nodiscard]] virtual bool draws_order() const { return false; }
    /// Trains on all training rows, each once, in an order that follows from seed and epoch (from 1 on). Precondition: draws_order().
    virtual Pass train_epoch(std::uint64_t seed, std::int64_t epoch);
    /// Loss and hits on the whole test set, weights unchanged.
    virtual Pass evaluate() = 0;
    /// Copies of the present weights, and setting them (same shapes; optimiser state is left alone).
    [[nodiscard]] virtual Weights weights() const = 0;
    virtual void set_weights(Weights const&) = 0;
    /// Back to the initial weights and a fresh optimiser, as after construction.
    virtual void reset() = 0;
    /// Which of the backend's ways runs this network ("tiled avx512", ...), for the record.
    [[nodiscard]] virtual std::string form() const { return {}; }
    /// Memory of the device that it holds for itself, the data set aside. 0: it does not tell.
    [[nodiscard]] virtual std::size_t memory_bytes() const { return 0; }
};

}  // namespace ghee::mlp
