// The optimiser over all parameters in one launch. The vendor has none.
#pragma once

#include "mlp/cuda/update.hpp"
#include "mlp/cudnn/alarm.hpp"

namespace ghee::mlp::cudnn {

struct Learn
{
    using Work = LearnWork;
    static constexpr std::size_t shared_bytes = 0;
    static constexpr char const* name() { return "learn"; }
    GHEE_GPU static void run(Work const& w)
    {
        std::int64_t const at = 4 * (static_cast<std::int64_t>(cuda::machine::block()) * cuda::threads_a_block + cuda::machine::thread());
        if (at >= w.floats)
            return;
        cuda::StepRates const now = *w.step_rates;
        cuda::Quad parameters = cuda::load_quad(w.parameters + at);
        cuda::Quad gradients = cuda::load_quad(w.gradients + at);
        cuda::Quad first = w.first != nullptr ? cuda::load_quad(w.first + at) : cuda::Quad{};
        cuda::Quad second = w.second != nullptr ? cuda::load_quad(w.second + at) : cuda::Quad{};
        GHEE_UNROLL
        for (int k = 0; k < 4; ++k)
            gradients.v[k] += at < w.weights ? cuda::penalty_slope(w.rates, parameters.v[k]) : 0.0F;
        cuda::update(w.rates, now, parameters.v, gradients.v, first.v, second.v);
        cuda::store_quad(w.parameters + at, parameters);
        if (w.alarms.network != nullptr && !all_finite(parameters))
            *w.alarms.network = NAN;
        if (w.first != nullptr)
            cuda::store_quad(w.first + at, first);
        if (w.second != nullptr)
            cuda::store_quad(w.second + at, second);
    }
};

}  // namespace ghee::mlp::cudnn
