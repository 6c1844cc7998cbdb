// The course of a training on a trainer that is ready: passes, epochs, evaluation, stopping, marks.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "mlp/trainer.hpp"
#include "record/configuration.hpp"
#include "record/training.hpp"
#include "train/training.hpp"

namespace ghee::train {

/// What a course needs to know beside the request.
struct CourseFacts
{
    std::int64_t train_rows = 0;
    bool has_accuracy = true;  ///< false for regression
};

/// Trains from the trainer's present (initial) state: whole passes, each from reset() on and with the same orders, until the span since
/// the first `train` mark, without marked `setup`, reaches request.min_window. Marks `train` first and then, around what lasts at least
/// request.mark_resolution, `evaluate` and `setup` (the reset between passes) with `train` behind it; these are told when they are over,
/// with the instants at which they began. The caller marks what comes after.
/// Fills in of the result: epochs, steps, samples, passes, seconds, train_seconds, step_us, stop_reason, history.
/// Drawing an epoch's order on the host counts in train_seconds but not in step_us, which is the trainer's own time, data copy included.
/// A pass gives the same losses as the one before (contract).
Report follow_course(mlp::Trainer&, Request const&, CourseFacts const&, Observer const&, Clock&);

}  // namespace ghee::train
