// The optimisers on some parameters; record/optimizer.hpp has the formulas.
#pragma once

#include <cmath>

#include "mlp/cuda/machine.hpp"
#include "mlp/cuda/work.hpp"

namespace ghee::mlp::cuda {

/// l1 sign(w) + 2 l2 w.
GHEE_GPU float penalty_slope(Rates const& o, float w) { return o.l2_twice * w + (w > 0.0F ? o.l1 : w < 0.0F ? -o.l1 : 0.0F); }

/// Some parameters w with their gradients g and moments m, v; those that the optimiser does not have stay as they are. The kind is the same
/// for all threads, so it is looked at once and not for each parameter.
template<int count>
GHEE_GPU void update(Rates const& o, StepRates const& now, float (&w)[count], float const (&g)[count], float (&m)[count], float (&v)[count])
{
    auto const for_each = [](auto const& change)
    {
        GHEE_UNROLL
        for (int i = 0; i < count; ++i)
            change(i);
    };
    auto const adam = [&](int i)
    {
        m[i] = o.keep_first * m[i] + o.take_first * g[i];
        v[i] = o.keep_second * v[i] + o.take_second * (g[i] * g[i]);
        w[i] -= now.rate * machine::quotient(m[i], machine::root(v[i]) + now.epsilon);
    };
    switch (o.kind)
    {
        case OptimizerKind::sgd: return for_each([&](int i) { w[i] -= now.rate * g[i]; });
        case OptimizerKind::momentum:
            return for_each(
                [&](int i)
                {
                    m[i] = o.keep_first * m[i] - now.rate * g[i];
                    w[i] += m[i];
                });
        case OptimizerKind::rmsprop:
            return for_each(
                [&](int i)
                {
                    v[i] = o.keep_second * v[i] + o.take_second * (g[i] * g[i]);
                    w[i] -= now.rate * machine::quotient(g[i], machine::root(v[i]) + now.epsilon);
                });
        case OptimizerKind::adam: return for_each(adam);
        case OptimizerKind::adamw:
            return for_each(
                [&](int i)
                {
                    w[i] -= o.decay * w[i];
                    adam(i);
                });
    }
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
