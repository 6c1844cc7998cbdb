// The contenders of the program that tests the cpu backend, and its kernels.
#pragma once

#include <vector>

#include "contender.hpp"
#include "mlp/cpu/amx/machine.hpp"
#include "mlp/cpu/cpu.hpp"
#include "mlp/cpu/instruction_sets.hpp"

namespace ghee::mlp::cpu::emulated {
/// The product's bf16 kernels on emulated tile registers.
Kernels kernels();
}  // namespace ghee::mlp::cpu::emulated

namespace ghee::mlp::test {

/// The emulation is compiled for AVX2 on x86, where anything else would take minutes.
inline bool emulation_runs()
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return true;
#endif
}

/// bf16 on emulated tile registers, and on the processor's, which refuse where there are none.
std::vector<Contender> bf16_contenders();

/// All kernels of the cpu backend that run here, in fp32 and in bf16.
inline std::vector<cpu::Kernels> all_kernels()
{
    std::vector<cpu::Kernels> all;
    for (auto const& some : {cpu::instruction_sets(), cpu::bf16_kernels()})
        all.insert(all.end(), some.begin(), some.end());
    if (emulation_runs())
        all.push_back(cpu::emulated::kernels());
    return all;
}

}  // namespace ghee::mlp::test
