// What every subject's groups are checked on: replicas beyond and below the number of multiprocessors, tests, ends, rows and targets of their own.
#pragma once

#include <string>
#include <vector>

#include "mlp/group.hpp"

namespace ghee::gpu {

struct GroupCase
{
    std::string name;
    mlp::TrainerSpec spec;  ///< its precision, form and number of replicas are the group's
    int replicas = 1;
    int train_rows = 0;
    int test_rows = 0;
    bool own_targets = false;
    mlp::Lessons lessons;
    bool different_ends = false;  ///< lessons.stop.target_loss is to be such that some end early and others do not
    bool diverges = false;        ///< no loss stays finite
    double tolerance = 0;         ///< of losses and weights against the reference, relative, in fp32
};

std::vector<GroupCase> group_cases();

/// Fewer and smaller ones, for tools under which a program runs a hundred times slower.
std::vector<GroupCase> few_group_cases();

}  // namespace ghee::gpu
