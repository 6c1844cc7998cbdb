// How many steps a second a group of networks takes, by wall clock, a launch after another.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cells.hpp"
#include "mlp/group.hpp"
#include "subjects.hpp"

namespace ghee::gpu {

/// What the benchmark and the campaign ask of a group: Adam, batch 256, fp32 or as the subject says.
mlp::TrainerSpec group_spec(Subject const&, Cell const&, int replicas);

/// The lessons of endless_group(): no end, an evaluation never.
mlp::Lessons endless_lessons(Cell const&);
/// Its replicas: each has all `rows` to train on and a batch of them to test on.
std::vector<mlp::Replica> alike(int replicas, std::int64_t rows);

/// Replicas that all learn from all rows and never come to an end; each is tested on one batch when it is over. Null: the subject has no groups
/// of this. Precondition: the backend does not refuse group_spec().
std::unique_ptr<mlp::Group> endless_group(Subject const&, Cell const&, mlp::Samples, int replicas);

struct GroupTimes
{
    double seconds = 0;
    std::int64_t steps = 0;       ///< of all replicas together
    std::int64_t samples = 0;     ///< likewise
    std::int64_t epochs = 0;      ///< likewise
    double longest_go_on = 0;     ///< seconds
    std::int64_t launches = 0;    ///< calls of go_on()
    std::vector<double> step_us;  ///< a call of go_on() each: microseconds a step of the group
    double loss = 0;              ///< mean of the epoch that ended last
};
/// Goes on for at least `seconds`, and until each replica may have ended an epoch. Epochs that were begun before count, those begun last do not.
/// Precondition: it has gone on once, so that what is made at first is made.
GroupTimes time_group(mlp::Group&, double seconds);

}  // namespace ghee::gpu
