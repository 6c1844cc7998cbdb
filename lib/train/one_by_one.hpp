// A group of networks that each have a trainer of their own: for backends that train one network at a time.
//
// Each network is trained by one thread, epoch by epoch, and no thread writes what another reads, so results do not depend on how many
// threads share the networks. All are kept in step: nobody begins an epoch that is more than go_on() ahead of another's.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "data/dataset.hpp"
#include "mlp/backend.hpp"
#include "mlp/group.hpp"
#include "train/helpers.hpp"
#include "train/stopping.hpp"
#include "train/training.hpp"

namespace ghee::train {

/// A network with a trainer that has its data.
struct Pupil
{
    mlp::Trainer* trainer = nullptr;  ///< lives as long as the group
    std::uint64_t seed = 0;
    std::int64_t train_rows = 0;
    std::int64_t test_rows = 0;
};

class OneByOne : public mlp::Group
{
  public:
    /// The pupils are shared among `helpers`, who are not more than they.
    OneByOne(std::vector<Pupil>, mlp::Lessons const&, int batch, std::shared_ptr<Helpers> helpers, Clock&);

    [[nodiscard]] int replicas() const override { return static_cast<int>(desks_.size()); }
    void warm_up(Seconds budget) override;
    /// As many epochs of all as fit into a tenth of a second, each network's one after the other: threads meet seldom, and its data stay near.
    /// Of a network alone, one. `stepping` is the time in which the threads took that epoch's steps of all networks.
    std::vector<mlp::EpochDone> go_on() override;
    [[nodiscard]] bool over() const override;
    void reset() override;
    [[nodiscard]] mlp::Weights weights(int replica) const override;
    [[nodiscard]] std::string form() const override;
    [[nodiscard]] std::size_t memory_bytes() const override;

  private:
    struct Desk
    {
        int replica = 0;
        Pupil pupil;
        Ending ending;
        std::int64_t epochs = 0;  ///< done
    };
    mlp::EpochDone next_epoch(Desk&) const;

    mlp::Lessons lessons_;
    int batch_;
    std::shared_ptr<Helpers> helpers_;
    Clock& clock_;
    std::vector<Desk> desks_;
    std::int64_t at_once_ = 1;  ///< epochs of each network in a go_on()
};

/// Trainers of the backend, each with its own part of `data` (copied) and its own seed, as a group that at most `threads` share. The observer is
/// told how many are made, and asked whether to stop: then, and where memory is out, Error is thrown.
std::unique_ptr<mlp::Group> make_one_by_one(mlp::Backend const&, mlp::TrainerSpec const&, data::Dataset const& data, std::vector<mlp::Replica> const&,
                                            mlp::Lessons const&, int threads, Clock&, Observer const& = {});

}  // namespace ghee::train
