#include "mlp/cpu/threads_that_pay.hpp"

#include <algorithm>

#include "mlp/topology.hpp"

namespace ghee::mlp::cpu {

namespace {
/// Of a step, for each thread. Measured with two (docs/performance.md): they gain 1.5 times and more above, little or nothing below.
constexpr double worth_a_thread_s = 10e-6;
/// A meeting takes 0.1 to 0.3 us where nobody is late; there is one a layer and one more.
constexpr double worth_a_meeting_s = 1e-6;
}  // namespace

int threads_that_pay(TrainerSpec const& spec, Kernels const& kernels, int processors)
{
    // On a slower core than that a step lasts longer, and gains more.
    double const alone_s = flops_per_step(spec.network, spec.batch) / kernels.flops_per_s;
    double const share_s = std::max(worth_a_thread_s, worth_a_meeting_s * (spec.network.depth() + 1));
    // More threads than whole blocks would each have narrower ones, which are slower.
    int const blocks = (spec.batch + most_block_samples - 1) / most_block_samples;
    int const busy = static_cast<int>(std::min(alone_s / share_s, 1.0 * blocks));
    return std::clamp(busy, 1, std::max(processors, 1));
}

}  // namespace ghee::mlp::cpu
