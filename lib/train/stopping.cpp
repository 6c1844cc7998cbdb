// Targets and patience.
#include "train/stopping.hpp"

#include <cmath>

#include "base/contract.hpp"

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

std::string const& Ending::after(EpochRecord const& record)
{
    GHEE_EXPECT(!over());
    // The last step of an epoch may have thrown the weights away: its training loss does not show it yet, the test does.
    if (!std::isfinite(record.train_loss) || (tests(record.epoch) && !std::isfinite(record.test_loss)))
        reason_ = diverged;
    else if (tests(record.epoch))
        reason_ = rule_.after(record.test_loss, record.test_accuracy).value_or("");
    if (reason_.empty() && record.epoch == lessons_.epochs)
        reason_ = "epochs";
    return reason_;
}

EpochRecord figures_of(mlp::EpochDone const& done, mlp::Lessons const& lessons)
{
    EpochRecord record;
    record.epoch = done.epoch;
    record.train_loss = done.trained.loss_sum / static_cast<double>(done.trained.samples);
    if (!done.tested || !std::isfinite(record.train_loss))
        return record;
    auto const samples = static_cast<double>(done.tested->samples);
    record.test_loss = done.tested->loss_sum / samples;
    if (lessons.has_accuracy)
        record.test_accuracy = static_cast<double>(done.tested->correct) / samples;
    return record;
}

}  // namespace ghee::train
