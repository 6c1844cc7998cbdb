// Replicas in form solo: a block of one launch each, many epochs a launch, their figures read when it is over.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "mlp/cuda/solo/networks.hpp"
#include "mlp/group.hpp"

namespace ghee::mlp::cuda {

class SoloGroup final : public Group
{
  public:
    /// `data` is read here and not later. Precondition: solo_refusal() is empty and spec.replicas is the number of replicas. Throws Error where
    /// memory is short. `plan`: another one for that spec than plan_solo()'s.
    SoloGroup(TrainerSpec, std::unique_ptr<Gpu>, SoloKernels const&, Samples data, std::vector<Replica>, Lessons, SoloPlan const* plan = nullptr,
              Clock& = monotonic_clock());

    [[nodiscard]] int replicas() const override { return networks_.count(); }
    void warm_up(Seconds budget) override;
    std::vector<EpochDone> go_on() override;
    /// The same in a launch of about `span`, for who only wants its time.
    std::vector<EpochDone> go_on(Seconds span);
    /// What the last launch took for a chunk of every network; reckoned before the first.
    [[nodiscard]] Seconds of_a_chunk() const { return of_a_chunk_; }
    [[nodiscard]] bool over() const override;
    void reset() override;
    [[nodiscard]] Weights weights(int replica) const override { return networks_.weights(replica); }
    [[nodiscard]] std::string form() const override;
    [[nodiscard]] std::size_t memory_bytes() const override { return networks_.bytes(); }

  private:
    struct Launch
    {
        Instant begin{}, end{};
    };
    /// Of a launch, from the first block's beginning to the last one's end, by the device's clock.
    struct DeviceSpan
    {
        std::int64_t begin = 0, end = 0;
    };
    Launch launch(Seconds span);
    [[nodiscard]] std::int64_t chunks_of_an_epoch() const;
    void tell(std::vector<EpochDone>& done, int replica, SoloState const& before, Launch const&, DeviceSpan const&);

    TrainerSpec spec_;
    std::unique_ptr<Gpu> gpu_;
    SoloNetworks networks_;
    DataSet data_;
    std::vector<std::uint64_t> seeds_;
    Lessons lessons_;
    Clock& clock_;
    std::int64_t train_rows_ = 0, test_rows_ = 0;
    Seconds of_a_chunk_{};              ///< of_a_chunk()
    std::vector<Instant> epoch_began_;  ///< by replica; unset before its first
    bool began_ = false;
};

}  // namespace ghee::mlp::cuda
