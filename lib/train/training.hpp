// One training, or replicas of it, from configuration to result: data in, epochs, evaluation, stopping, marks out.
#pragma once

#include <functional>
#include <string>

#include "base/clock.hpp"
#include "record/configuration.hpp"
#include "record/training.hpp"

namespace ghee::train {

/// How a training talks while it runs. All calls come from the thread that asked for it.
struct Observer
{
    std::function<void(Mark const&)> mark;                             ///< phases; may be empty
    std::function<void(std::int64_t pass, EpochRecord const&)> epoch;  ///< after each epoch, of a group with its mean; may be empty
    std::function<bool()> stop_requested;        ///< asked after each epoch, or some of them, and while replicas are made; may be empty
    std::function<void(int made, int of)> made;  ///< after some replicas of a group, before it trains; may be empty
};

struct Request
{
    Configuration configuration;
    std::uint64_t seed = 0;
    /// The training is repeated, from the same initial weights, until its measured span lasts this long.
    Seconds min_window{};
    /// Epochs shorter than this are not marked one by one: their evaluation is inside `train`, and result.seconds - train_seconds is its share.
    Seconds mark_resolution{0.2};
};

struct Report
{
    TrainingResult result;
    Outcome outcome = Outcome::ok;  ///< ok, diverged or failed (stopped from outside)
    std::string reason;
};

/// Network of a configuration for a data set of this many inputs and outputs. Throws Error for an impossible topology.
Network make_network(Configuration const&, int inputs, int outputs, OutputActivation, Loss);

/// Runs it, or with configuration.replicas > 1 a group of trainings side by side, each as it would run alone with its seed: setup, warmup (at most about 0.2 s, its steps undone), train (with evaluate inside), teardown are marked in this order.
/// Throws Error for what the user asked wrongly (no such data set, no backend that can).
Report run_training(Request const&, Observer const&, Clock&);

}  // namespace ghee::train
