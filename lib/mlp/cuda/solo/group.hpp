// Replicas in form solo: a block of one launch each, many epochs a launch, their figures read when it is over. The next launch is begun before
// they are told: where epochs are short the host takes longer to tell them than the device to do them.
#pragma once

#include <memory>
#include <optional>
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
    /// A launch that the device is at, or that is over.
    struct Launch
    {
        Instant begin{}, end{};                   ///< as the host saw it: asked for, seen to be over
        std::int64_t begun_ns = 0, ended_ns = 0;  ///< first block's beginning, last block's end, by the device's clock
        std::vector<SoloState> before;
    };
    void start(Seconds span);
    Launch finish();
    [[nodiscard]] std::int64_t chunks_of_an_epoch() const;
    void tell(std::vector<EpochDone>& done, int replica, Launch const&);

    TrainerSpec spec_;
    std::unique_ptr<Gpu> gpu_;
    SoloNetworks networks_;
    DataSet data_;
    std::vector<std::uint64_t> seeds_;
    Lessons lessons_;
    Clock& clock_;
    std::int64_t train_rows_ = 0, test_rows_ = 0;
    Seconds of_a_chunk_{};                      ///< of_a_chunk()
    std::optional<Launch> flying_;              ///< the device is at it
    std::vector<Instant> epoch_began_;          ///< by replica
    std::optional<std::int64_t> clocks_apart_;  ///< nanoseconds: the host's clock less the device's
    bool began_ = false;
};

}  // namespace ghee::mlp::cuda
