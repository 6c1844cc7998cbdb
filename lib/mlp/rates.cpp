// Rounding an optimiser's numbers.
#include "mlp/rates.hpp"

namespace ghee::mlp {

Rates constant_rates(Optimizer const& o)
{
    auto const rounded = [](double x) { return static_cast<float>(x); };
    double const keep_second = o.kind == OptimizerKind::rmsprop ? o.rho : o.beta2;
    return {.kind = o.kind,
            .rate = rounded(o.learning_rate),
            .keep_first = rounded(o.kind == OptimizerKind::momentum ? o.momentum : o.beta1),
            .take_first = rounded(1.0 - o.beta1),
            .keep_second = rounded(keep_second),
            .take_second = rounded(1.0 - keep_second),
            .epsilon = rounded(o.epsilon),
            .decay = rounded(o.learning_rate * o.weight_decay),
            .l1 = rounded(o.l1),
            .l2_twice = rounded(2.0 * o.l2)};
}

bool has_first_moment(OptimizerKind kind) { return kind == OptimizerKind::momentum || kind == OptimizerKind::adam || kind == OptimizerKind::adamw; }

bool has_second_moment(OptimizerKind kind) { return kind == OptimizerKind::rmsprop || kind == OptimizerKind::adam || kind == OptimizerKind::adamw; }

}  // namespace ghee::mlp
