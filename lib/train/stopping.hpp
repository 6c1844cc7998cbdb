// When a training is over before its epochs are up.
#pragma once

#include <limits>
#include <optional>
#include <string>

#include "record/configuration.hpp"

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

}  // namespace ghee::train
