// From the results of replicas to the figures of their group.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "record/training.hpp"

namespace ghee::train {

/// Mean of an epoch's figures over the replicas that did it (NaN where one of theirs is), and the end of the last of them.
/// Precondition: one did.
EpochRecord mean_of(std::span<ReplicaResult const>, std::int64_t epoch);

/// Fills in what follows from the replicas: epochs, steps, samples, stop_reason and history; and `replicas`, where there are several.
void sum_up(std::span<ReplicaResult const>, TrainingResult&);

/// Of the run: failed where one was stopped, diverged where one diverged, else ok; and why.
Outcome outcome_of(std::span<ReplicaResult const>);
std::string reason_of(std::span<ReplicaResult const>);

}  // namespace ghee::train
