// When a training is over before its epochs are up.
#pragma once

#include <limits>
#include <optional>
#include <string>

#include "mlp/group.hpp"
#include "record/configuration.hpp"
#include "record/training.hpp"

namespace ghee::train {

/// Watches the test set's figures of one pass, in order.
class StopRule
{
  public:
    explicit StopRule(Stopping const& wanted) : wanted_(wanted) {}

    /// After an evaluation; the reason to stop ("target_loss", "target_accuracy", "patience"), or nothing.
    /// `accuracy` is NaN for regression, which reaches no target.
    std::optional<std::string> after(double test_loss, double test_accuracy);

  private:
    Stopping wanted_;
    double best_ = std::numeric_limits<double>::infinity();
    int since_best_ = 0;
};

/// Why a training ended that went wrong.
inline constexpr char const* diverged = "diverged";

/// Follows one network through a pass: after which epochs it is tested, and which is its last.
class Ending
{
  public:
    explicit Ending(mlp::Lessons const& lessons) : lessons_(lessons), rule_(lessons.stop) {}

    /// Whether the test set is due after this epoch.
    [[nodiscard]] bool tests(std::int64_t epoch) const { return epoch == lessons_.epochs || epoch % lessons_.evaluate_every == 0; }
    /// After each epoch, in order: why it was the last ("epochs", "target_loss", "target_accuracy", "patience", "diverged"); empty: it was not.
    /// A training loss that is not finite ends it there, whatever the test says.
    std::string const& after(EpochRecord const&);
    [[nodiscard]] bool over() const { return !reason_.empty(); }

  private:
    mlp::Lessons lessons_;
    StopRule rule_;
    std::string reason_;
};

/// Losses and accuracy of an epoch; its time is left to whoever knows when the training began.
EpochRecord figures_of(mlp::EpochDone const&, mlp::Lessons const&);

}  // namespace ghee::train
