// When a replica of a group is tested and when it is over, by the figures that it gave: the rule that a group's device follows, said once more.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "mlp/group.hpp"

namespace ghee::gpu {

/// Whether an epoch ends with a test.
inline bool is_tested(mlp::Lessons const& lessons, std::int64_t epoch) { return epoch == lessons.epochs || epoch % lessons.evaluate_every == 0; }

/// Watches one replica's epochs, in order.
class Ending
{
  public:
    explicit Ending(mlp::Lessons const& lessons) : lessons_(lessons) {}

    /// Whether this epoch is the replica's last.
    bool after(mlp::EpochDone const& done)
    {
        if (!std::isfinite(done.trained.loss_sum) || done.epoch == lessons_.epochs)
            return true;
        if (!done.tested)
            return false;
        auto const samples = static_cast<double>(done.tested->samples);
        double const loss = done.tested->loss_sum / samples, accuracy = static_cast<double>(done.tested->correct) / samples;
        Stopping const& stop = lessons_.stop;
        if (!std::isfinite(loss) || (stop.target_loss && loss <= *stop.target_loss) ||
            (stop.target_accuracy && lessons_.has_accuracy && accuracy >= *stop.target_accuracy))
            return true;
        since_best_ = loss < best_ ? 0 : since_best_ + 1;
        best_ = std::min(best_, loss);
        return stop.patience > 0 && since_best_ >= stop.patience;
    }

  private:
    mlp::Lessons lessons_;
    double best_ = std::numeric_limits<double>::infinity();
    int since_best_ = 0;
};

}  // namespace ghee::gpu
