// Whether this machine can train in bf16: what the processor has, and what the operating system lets this process use.
#pragma once

#include <span>
#include <string>

#include "mlp/cpu/plan.hpp"

namespace ghee::mlp::cpu {

/// What the bf16 kernels need.
struct Bf16Needs
{
    bool amx_tile = false;
    bool amx_bf16 = false;
    bool avx512_bf16 = false;
    bool avx512 = false;  ///< all of x86-64-v4
    int permission = 0;   ///< errno of the system's answer to the wish for tile registers; asked only where the processor has them
};
/// Why these do not do, and what to do instead; empty: they do.
std::string bf16_refusal(Bf16Needs const&);

/// Of this machine. Asks the processor and the system once for the whole process. From then on signal frames of threads that hold tile
/// registers are 8 KiB larger, and there is no way back.
std::string const& bf16_refusal();
/// The kernels in bf16; none where this machine is refused.
std::span<Kernels const> bf16_kernels();

}  // namespace ghee::mlp::cpu
