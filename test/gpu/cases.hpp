// What every subject is checked on, in the order in which it is: a prefix of the list already has something of everything.
#pragma once

#include <string>
#include <vector>

#include "mlp/trainer.hpp"

namespace ghee::gpu {

struct Case
{
    std::string name;
    mlp::TrainerSpec spec;  ///< its precision is the subject's
    int steps = 0;          ///< 0: one step of plain descent, from which gradients follow
    double tolerance = 0;   ///< of fp32, per layer and relative: of gradients, or of weights after `steps`
};

/// Kinds of layers and losses, optimisers, shapes, wide networks, then the sweep over widths 1 to 70.
std::vector<Case> all_cases();

/// A few of them, small: one of each kind of kernel, for tools under which a program runs a hundred times slower.
std::vector<Case> few_cases();

}  // namespace ghee::gpu
