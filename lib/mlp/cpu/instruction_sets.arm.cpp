// Instruction sets on 64-bit Arm: chosen by what the system says the processor has, never by its name.
#include "mlp/cpu/instruction_sets.hpp"

#include <asm/hwcap.h>
#include <sys/auxv.h>
#include <sys/prctl.h>

#include <vector>

namespace ghee::mlp::cpu {

namespace neon {
Kernels kernels();
}
namespace sve256 {
Kernels kernels();
}
namespace sve512 {
Kernels kernels();
}

namespace {
/// Bits of this thread's SVE vectors, which threads it starts inherit; 0 without SVE.
int sve_bits()
{
    if ((::getauxval(AT_HWCAP) & HWCAP_SVE) == 0)
        return 0;
    int const state = ::prctl(PR_SVE_GET_VL);
    return state < 0 ? 0 : (state & PR_SVE_VL_LEN_MASK) * 8;
}
}  // namespace

std::span<Kernels const> instruction_sets()
{
    // Kernels for one length of vectors give wrong numbers with any other. Vectors of 128 bits are NEON's.
    static std::vector<Kernels> const sets = []
    {
        std::vector<Kernels> found;
        int const bits = sve_bits();
        if (bits == 512)
            found.push_back(sve512::kernels());
        if (bits == 256)
            found.push_back(sve256::kernels());
        found.push_back(neon::kernels());
        return found;
    }();
    return sets;
}

}  // namespace ghee::mlp::cpu
