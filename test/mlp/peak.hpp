// The in-process peak that kernels are judged by: what this core does right now, on this machine, beside what they do.
#pragma once

#include <algorithm>
#include <chrono>

#include "mlp/cpu/plan.hpp"

namespace ghee::mlp::test {

/// Operations a second of one core, the best of some tries of about a millisecond each.
inline double peak(cpu::Kernels const& kernels, int tries = 20)
{
    constexpr std::int64_t rounds = 200'000;
    double best = 0;
    for (int i = 0; i < tries; ++i)
    {
        auto const begin = std::chrono::steady_clock::now();
        float const volatile kept = kernels.multiply_add(rounds);
        (void)kept;
        double const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        best = std::max(best, static_cast<double>(rounds) * kernels.flops_per_round / seconds);
    }
    return best;
}

}  // namespace ghee::mlp::test
