// An optimiser's numbers for one step as kernels take them.
#pragma once

#include "record/optimizer.hpp"

namespace ghee::mlp {

/// Rounded once. Adam in both epsilon forms is w -= rate m / (sqrt v + epsilon).
struct Rates
{
    OptimizerKind kind = OptimizerKind::sgd;
    float rate = 0;
    float keep_first = 0;   ///< momentum or beta1
    float take_first = 0;   ///< 1 - beta1
    float keep_second = 0;  ///< rho or beta2
    float take_second = 0;  ///< 1 - that
    float epsilon = 0;
    float decay = 0;  ///< adamw: learning rate times weight decay
    float l1 = 0;
    float l2_twice = 0;
};

/// What is the same in every step; of Adam, rate and epsilon are those without correction.
Rates constant_rates(Optimizer const&);

/// Whether the optimiser keeps a first, a second moment of each parameter.
bool has_first_moment(OptimizerKind);
bool has_second_moment(OptimizerKind);

}  // namespace ghee::mlp
