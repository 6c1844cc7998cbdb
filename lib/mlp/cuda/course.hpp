// What a course of steps needs beside its layers: rates, the sum of losses, where it is. One block each.
#pragma once

#include "mlp/cuda/update.hpp"

namespace ghee::mlp::cuda {

GHEE_GPU void set_rates(RatesWork const& w, std::int64_t taken)
{
    for (int i = machine::thread(); i < w.steps; i += threads_a_block)
        w.rates[i] = rates_at(w, taken + i + 1);
}

struct Begin
{
    using Work = BeginWork;
    static constexpr std::size_t shared_bytes = 0;
    static constexpr char const* name() { return "begin"; }
    GHEE_GPU static void run(Work const& w)
    {
        set_rates(w.rates, w.progress->taken);
        if (machine::thread() != 0)
            return;
        w.progress->step = 0;
        w.progress->loss = 0.0;
        w.progress->hits = 0;
    }
};

struct Advance
{
    using Work = AdvanceWork;
    struct Sum
    {
        double loss;
        std::int64_t hits;
    };
    static constexpr std::size_t shared_bytes = threads_a_block * sizeof(Sum);
    static constexpr char const* name() { return "advance"; }

    /// Always added in the same order.
    GHEE_GPU static void run(Work const& w)
    {
        Sum* const sums = reinterpret_cast<Sum*>(machine::shared());
        int const thread = machine::thread();
        std::int64_t const taken = w.progress->taken + (w.training ? w.steps : 0);
        Sum mine{};
        for (int i = thread; i < w.steps * w.count; i += threads_a_block)
        {
            Verdict const one = w.verdicts[static_cast<std::int64_t>(i / w.count) * w.stride + i % w.count];
            mine.loss += static_cast<double>(one.loss);
            mine.hits += one.hit;
        }
        sums[thread] = mine;
        for (int half = threads_a_block / 2; half > 0; half /= 2)
        {
            machine::barrier();
            if (thread < half)
            {
                sums[thread].loss += sums[thread + half].loss;
                sums[thread].hits += sums[thread + half].hits;
            }
        }
        set_rates(w.rates, taken);
        if (thread != 0)
            return;
        w.progress->loss += sums[0].loss;
        w.progress->hits += sums[0].hits;
        w.progress->step += w.steps;
        w.progress->taken = taken;
    }
};

}  // namespace ghee::mlp::cuda
