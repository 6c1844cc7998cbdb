#include "mlp/cpu/schedule.hpp"

#include <cmath>

namespace ghee::mlp::cpu {

Rates Schedule::next()
{
    Optimizer const& o = optimizer_;
    Rates rates = constant_rates(o);
    if (o.kind == OptimizerKind::adam || o.kind == OptimizerKind::adamw)
    {
        power1_ *= o.beta1;
        power2_ *= o.beta2;
        double const root = std::sqrt(1.0 - power2_);
        rates.rate = static_cast<float>(o.learning_rate * root / (1.0 - power1_));
        if (o.epsilon_form == EpsilonForm::pytorch)  // r m_hat / (sqrt(v / c2) + eps) = r sqrt(c2) / c1 m / (sqrt(v) + eps sqrt(c2))
            rates.epsilon = static_cast<float>(o.epsilon * root);
    }
    return rates;
}

}  // namespace ghee::mlp::cpu
