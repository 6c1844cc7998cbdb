// Where the processor is neither x86-64 nor 64-bit Arm: the compiler's own vectors of four, for whatever it compiles for.
#include "mlp/cpu/instruction_sets.hpp"

#include <array>

namespace ghee::mlp::cpu {

namespace baseline {
Kernels kernels();
}

std::span<Kernels const> instruction_sets()
{
    static std::array const sets{baseline::kernels()};
    return sets;
}

}  // namespace ghee::mlp::cpu
