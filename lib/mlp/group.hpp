// Networks of equal shape that are trained side by side on one device: the door for replicas, and for whoever trains many epochs at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/quantity.hpp"
#include "mlp/trainer.hpp"
#include "record/configuration.hpp"

namespace ghee::mlp {

/// What one replica learns from: rows of a data set that all of its group share.
struct Replica
{
    std::uint64_t seed = 0;                 ///< of its initial weights and of the orders of its epochs
    std::vector<std::uint32_t> train_rows;  ///< of the group's data set; as many in every replica
    std::vector<std::uint32_t> test_rows;   ///< likewise
    std::vector<float> train_targets;       ///< [train row][output] where they are not the data set's; else empty
};

/// How long every replica trains.
struct Lessons
{
    std::int64_t epochs = 1;
    int evaluate_every = 1;  ///< epochs; the last one is always evaluated
    bool has_accuracy = true;
    Stopping stop;  ///< a replica whose test says so, or whose loss is not finite, takes no further epoch
};

/// An epoch that a replica has done.
struct EpochDone
{
    int replica = 0;
    std::int64_t epoch = 0;  ///< 1 is the first
    Pass trained;
    std::optional<Pass> tested;  ///< where it was evaluated
    Instant begin{};             ///< of the epoch
    Instant trained_at{};        ///< its training was over; by the device's clock, on the host's time axis, where the host looks seldom
    Instant tested_at{};         ///< its evaluation was over; trained_at where there was none
    /// Of its training, what the trainer itself took: the drawing of an order on the host left out.
    Seconds stepping{};
};

class Group
{
  public:
    virtual ~Group() = default;

    [[nodiscard]] virtual int replicas() const = 0;
    /// Takes steps for about `budget`, more only where one step takes longer, and undoes them. Only before the first go_on() or after reset().
    virtual void warm_up(Seconds budget) = 0;
    /// Goes on with every replica that is not over, for about a tenth of a second or one epoch. Gives the epochs that ended, each replica's in
    /// order; perhaps none. Precondition: not over().
    virtual std::vector<EpochDone> go_on() = 0;
    /// Whether every replica has come to its end.
    [[nodiscard]] virtual bool over() const = 0;
    /// All back to their initial weights and before their first epoch.
    virtual void reset() = 0;
    [[nodiscard]] virtual Weights weights(int replica) const = 0;
    /// As Trainer's.
    [[nodiscard]] virtual std::string form() const = 0;
    [[nodiscard]] virtual std::size_t memory_bytes() const { return 0; }
};

}  // namespace ghee::mlp
