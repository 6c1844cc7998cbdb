// Networks of the solo kernel on one device: their parameters, states, samples and orders there, and the launches that train them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mlp/cuda/data_set.hpp"
#include "mlp/cuda/gpu.hpp"
#include "mlp/cuda/kernels.hpp"
#include "mlp/cuda/solo/work.hpp"
#include "mlp/trainer.hpp"
#include "record/configuration.hpp"

namespace ghee::mlp::cuda {

/// Epochs that end in one launch at most.
constexpr std::int64_t most_solo_records = 1024;

/// What a launch is to do with every network that is not over.
struct SoloTask
{
    std::int64_t epochs = 1;  ///< of the whole training
    int evaluate_every = 1;
    bool evaluates = true;
    bool has_accuracy = true;
    Stopping stop;
    std::int64_t most_chunks = INT64_MAX;
    std::int64_t orders_from = 1;  ///< epochs whose orders lie there: as many as can end in a launch at most
    std::int64_t orders_end = INT64_MAX;
};

class SoloNetworks
{
  public:
    /// As many as spec.replicas, by a plan of plan_solo(), for trainings of so many epochs. Throws Error where memory is short.
    SoloNetworks(TrainerSpec const&, Gpu&, SoloKernels const&, SoloPlan const&, std::int64_t epochs);

    [[nodiscard]] int count() const { return spec_.replicas; }
    [[nodiscard]] SoloPlan const& plan() const { return plan_; }

    [[nodiscard]] int train_count() const { return train_count_; }

    /// Both remain the caller's; rows of the data are numbered from 0.
    void use(DataSet const& train, DataSet const& test);
    /// Of every network: the rows of the data that it is trained and tested on (the same number in each). None: all of them, in their order.
    void use_rows(std::vector<std::span<std::uint32_t const>> const& train, std::vector<std::span<std::uint32_t const>> const& test);
    /// Targets of a network in place of the data's: [training row][output], in the order of its rows.
    void use_targets(int network, std::span<std::uint32_t const> rows, std::span<float const> targets);

    void set_weights(int network, Weights const&);
    [[nodiscard]] Weights weights(int network) const;
    /// All moments 0, no step taken, before the first epoch.
    void begin_anew();
    /// The weights that there are are those to begin with: begin_anew() brings them back from now on. It costs their memory once more.
    void keep_beginning();

    /// Epochs whose orders there is room for.
    [[nodiscard]] std::int64_t epochs_of_orders() const;
    /// Draws the orders of epochs [from, from + count) of every network, by the keys [network][epoch].
    void draw(std::vector<std::uint64_t> const& keys, int count);
    /// One order for the only network, of any length; it then trains on so many samples.
    void use_order(std::span<std::uint32_t const> order);

    /// Sets where they are. Their sums of a pass that was broken off are dropped.
    void set_states(std::vector<SoloState>);
    [[nodiscard]] std::vector<SoloState> const& states() const { return states_; }
    /// Begins to train.
    void launch(SoloTask const&);
    /// Waits until that is done; states() then tells where they are.
    void finish();
    /// Epochs that ended in the launch that was finished last, of a network that was not over before.
    [[nodiscard]] std::vector<SoloRecord> records(int network) const;

    /// What is held whatever the data are.
    [[nodiscard]] std::size_t bytes() const;
    static std::size_t bytes_for(SoloPlan const&, int replicas, std::int64_t epochs);

  private:
    [[nodiscard]] float* parameters_of(int network) const;
    void place_orders(std::int64_t of_each);
    void tell_replicas();

    TrainerSpec spec_;
    Gpu& gpu_;
    SoloPlan plan_;
    std::int64_t most_records_;  ///< of each network
    Kernel train_;
    Kernel draw_;
    DeviceArray<float> parameters_;  ///< and moments: [network][plan.state_floats]
    DeviceArray<float> beginning_;   ///< the same, kept; or none
    DeviceArray<SoloState> device_states_;
    DeviceArray<SoloSum> sums_;
    DeviceArray<SoloRecord> records_;  ///< [record][network], so that those of a launch are fetched at once
    DeviceArray<SoloReplica> replicas_;
    DeviceArray<std::uint32_t> train_rows_, test_rows_;  ///< [network][row]
    DeviceArray<std::uint32_t> orders_;                  ///< [network][epoch][sample]
    DeviceArray<std::uint64_t> keys_;
    std::vector<DeviceArray<float>> own_targets_;
    std::vector<SoloState> states_;
    std::vector<SoloRecord> ended_;  ///< [record][network]
    std::vector<SoloReplica> told_;  ///< what replicas_ holds
    Matrix train_inputs_, train_targets_, test_inputs_, test_targets_;
    int train_count_ = 0, test_count_ = 0;
    std::int64_t orders_of_each_ = 0;  ///< places
};

}  // namespace ghee::mlp::cuda
