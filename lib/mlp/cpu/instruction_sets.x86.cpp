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
    static std::vector<Kernels> const sets = []
    {
        __builtin_cpu_init();
        std::vector<Kernels> found;
        if (__builtin_cpu_supports("x86-64-v4"))
            found.push_back(v4::kernels());
        if (__builtin_cpu_supports("x86-64-v3"))
            found.push_back(v3::kernels());
        found.push_back(baseline::kernels());
        return found;
    }();
    return sets;
}

}  // namespace ghee::mlp::cpu
