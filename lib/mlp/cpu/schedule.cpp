#include "mlp/cpu/schedule.hpp"

#include <cmath>

namespace ghee::mlp::cpu {

Rates Schedule::next()
{
    Optimizer const& o = optimizer_;
    auto const rounded = [](double x) { return static_cast<float>(x); };
    Rates rates;
    rates.kind = o.kind;
    rates.rate = rounded(o.learning_rate);
    rates.epsilon = rounded(o.epsilon);
    rates.decay = rounded(o.learning_rate * o.weight_decay);
    rates.l1 = rounded(o.l1);
    rates.l2_twice = rounded(2.0 * o.l2);
    rates.keep_first = rounded(o.kind == OptimizerKind::momentum ? o.momentum : o.beta1);
    rates.take_first = rounded(1.0 - o.beta1);
    double const keep_second = o.kind == OptimizerKind::rmsprop ? o.rho : o.beta2;
    rates.keep_second = rounded(keep_second);
    rates.take_second = rounded(1.0 - keep_second);
    if (o.kind == OptimizerKind::adam || o.kind == OptimizerKind::adamw)
    {
        power1_ *= o.beta1;
        power2_ *= o.beta2;
        double const root = std::sqrt(1.0 - power2_);
        rates.rate = rounded(o.learning_rate * root / (1.0 - power1_));
        if (o.epsilon_form == EpsilonForm::pytorch)  // r m_hat / (sqrt(v / c2) + eps) = r sqrt(c2) / c1 m / (sqrt(v) + eps sqrt(c2))
            rates.epsilon = rounded(o.epsilon * root);
    }
    return rates;
}

}  // namespace ghee::mlp::cpu
