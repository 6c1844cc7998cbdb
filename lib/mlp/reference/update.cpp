// One optimiser on one parameter, in fp64.
#include "mlp/reference/update.hpp"

#include <cmath>

namespace ghee::mlp::reference {

double penalty_slope(Optimizer const& o, double w)
{
    double const sign = w > 0.0 ? 1.0 : w < 0.0 ? -1.0 : 0.0;
    return o.l1 * sign + 2.0 * o.l2 * w;
}

double updated(Optimizer const& o, std::int64_t step, double w, double g, Moments& moments)
{
    double const r = o.learning_rate;
    double& m = moments.first;
    double& v = moments.second;
    switch (o.kind)
    {
        case OptimizerKind::sgd: return w - r * g;
        case OptimizerKind::momentum: m = o.momentum * m - r * g; return w + m;
        case OptimizerKind::rmsprop: v = o.rho * v + (1.0 - o.rho) * g * g; return w - r * g / (std::sqrt(v) + o.epsilon);
        case OptimizerKind::adamw: w -= r * o.weight_decay * w; [[fallthrough]];
        case OptimizerKind::adam:
        {
            m = o.beta1 * m + (1.0 - o.beta1) * g;
            v = o.beta2 * v + (1.0 - o.beta2) * g * g;
            double const t = static_cast<double>(step);
            double const c1 = 1.0 - std::pow(o.beta1, t);
            double const c2 = 1.0 - std::pow(o.beta2, t);
            if (o.epsilon_form == EpsilonForm::keras)
                return w - r * std::sqrt(c2) / c1 * m / (std::sqrt(v) + o.epsilon);
            return w - r * (m / c1) / (std::sqrt(v / c2) + o.epsilon);
        }
    }
    return w;
}

}  // namespace ghee::mlp::reference
