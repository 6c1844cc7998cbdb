// One optimiser on one parameter; record/optimizer.hpp has the formulas.
#pragma once

#include <cmath>

#include "mlp/cuda/machine.hpp"
#include "mlp/cuda/work.hpp"

namespace ghee::mlp::cuda {

/// l1 sign(w) + 2 l2 w.
GHEE_GPU float penalty_slope(Rates const& o, float w) { return o.l2_twice * w + (w > 0.0F ? o.l1 : w < 0.0F ? -o.l1 : 0.0F); }

GHEE_GPU float updated(Rates const& o, StepRates const& now, float w, float g, float& m, float& v)
{
    switch (o.kind)
    {
        case OptimizerKind::sgd: return w - now.rate * g;
        case OptimizerKind::momentum: m = o.keep_first * m - now.rate * g; return w + m;
        case OptimizerKind::rmsprop: v = o.keep_second * v + o.take_second * (g * g); return w - now.rate * g / (::sqrtf(v) + now.epsilon);
        case OptimizerKind::adamw: w -= o.decay * w; [[fallthrough]];
        case OptimizerKind::adam:
            m = o.keep_first * m + o.take_first * g;
            v = o.keep_second * v + o.take_second * (g * g);
            return w - now.rate * m / (::sqrtf(v) + now.epsilon);
    }
    return w;
}

/// Of step `t`, counted from 1. Adam in both epsilon forms is w -= rate m / (sqrt v + epsilon).
GHEE_GPU StepRates rates_at(RatesWork const& o, std::int64_t t)
{
    StepRates now{static_cast<float>(o.learning_rate), static_cast<float>(o.epsilon)};
    if (o.kind == OptimizerKind::adam || o.kind == OptimizerKind::adamw)
    {
        double const root = ::sqrt(1.0 - ::pow(o.beta2, static_cast<double>(t)));
        now.rate = static_cast<float>(o.learning_rate * root / (1.0 - ::pow(o.beta1, static_cast<double>(t))));
        if (o.form == EpsilonForm::pytorch)
            now.epsilon = static_cast<float>(o.epsilon * root);
    }
    return now;
}

}  // namespace ghee::mlp::cuda
