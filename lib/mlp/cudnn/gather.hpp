// Brings the samples of a step together: the vendor's products read rows that follow each other.
#pragma once

#include "mlp/cudnn/alarm.hpp"

namespace ghee::mlp::cudnn {

struct Gather
{
    using Work = GatherWork;
    static constexpr std::size_t shared_bytes = 0;
    static constexpr char const* name() { return "gather"; }
    GHEE_GPU static void run(Work const& w)
    {
        int const quads = w.inputs.stride() / 4;
        std::int64_t const at = static_cast<std::int64_t>(cuda::machine::block()) * cuda::threads_a_block + cuda::machine::thread();
        if (at >= static_cast<std::int64_t>(w.rows.count) * quads)
            return;
        std::int64_t const nth = (w.rows.progress->step + w.rows.step) * w.rows.batch + at / quads;
        std::int64_t const row = w.rows.order != nullptr ? w.rows.order[nth] : nth;
        cuda::Quad const numbers = cuda::load_quad(w.inputs.data + row * w.inputs.stride() + at % quads * 4);
        cuda::store_quad(w.batch + 4 * at, numbers);
        if (w.alarms.samples != nullptr && !all_finite(numbers))
            w.alarms.samples[at / quads] = NAN;
    }
};

}  // namespace ghee::mlp::cudnn
