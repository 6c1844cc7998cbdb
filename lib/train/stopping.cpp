// Targets and patience.
#include "train/stopping.hpp"

namespace ghee::train {

std::optional<std::string> StopRule::after(double test_loss, double test_accuracy)
{
    if (wanted_.target_loss && test_loss <= *wanted_.target_loss)
        return "target_loss";
    if (wanted_.target_accuracy && test_accuracy >= *wanted_.target_accuracy)
        return "target_accuracy";
    if (test_loss < best_)
    {
        best_ = test_loss;
        since_best_ = 0;
    }
    else
        ++since_best_;
    if (wanted_.patience > 0 && since_best_ >= wanted_.patience)
        return "patience";
    return std::nullopt;
}

}  // namespace ghee::train
