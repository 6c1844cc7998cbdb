// The course of a training on a group that is ready: passes, epochs, stopping, marks, and what comes of them.
#pragma once

#include "base/clock.hpp"
#include "mlp/group.hpp"
#include "record/configuration.hpp"
#include "record/training.hpp"
#include "train/training.hpp"

namespace ghee::train {

/// What a course needs to know beside the request.
struct CourseFacts
{
    bool has_accuracy = true;  ///< false for regression
};

mlp::Lessons lessons_of(Configuration const&, CourseFacts const&);

/// Trains the group from its present (initial) state: whole passes, each from reset() on, until the span since the first `train` mark,
/// without marked `setup`, reaches request.min_window. Marks `train` first and then, around what lasts at least request.mark_resolution,
/// `evaluate` and `setup` (the reset between passes) with `train` behind it; these are told when they are over, with the instants at which
/// they began. Where several networks train, one tests while another trains, and evaluation is inside `train`. The caller marks what comes
/// after. The group's lessons are lessons_of(the configuration, facts) (contract: it ends where these say).
/// The observer is told of an epoch when every replica that still trains has done it, with the mean over those that did.
/// Fills in of the result: epochs, steps, samples, passes, seconds, train_seconds, step_us, stop_reason, history, replicas.
/// Drawing an epoch's order on the host counts in train_seconds but not in step_us, which is the trainer's own time, data copy included.
/// A pass gives the same losses as the one before (contract).
Report follow_course(mlp::Group&, Request const&, CourseFacts const&, Observer const&, Clock&);

}  // namespace ghee::train
