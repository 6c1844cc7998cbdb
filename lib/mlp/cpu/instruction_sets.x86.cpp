// Instruction sets on x86-64: chosen by what the processor says it has, never by its name.
#include "mlp/cpu/instruction_sets.hpp"

#include <vector>

namespace ghee::mlp::cpu {

namespace v4 {
Kernels kernels();
}
namespace v3 {
Kernels kernels();
}
namespace baseline {
Kernels kernels();
}

std::span<Kernels const> instruction_sets()
{
    static std::vector<Kernels> const sets = [] {
        __builtin_cpu_init();
        bool const has_v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
        bool const has_v4 = has_v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                            __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                            __builtin_cpu_supports("avx512vl");
        std::vector<Kernels> found;
        if (has_v4)
            found.push_back(v4::kernels());
        if (has_v3)
            found.push_back(v3::kernels());
        found.push_back(baseline::kernels());
        return found;
    }();
    return sets;
}

}  // namespace ghee::mlp::cpu
