// Where the processor is not an x86-64 there is no AMX.
#include "mlp/cpu/amx/machine.hpp"

namespace ghee::mlp::cpu {

std::string const& bf16_refusal()
{
    static std::string const answer = bf16_refusal({});
    return answer;
}

std::span<Kernels const> bf16_kernels() { return {}; }

}  // namespace ghee::mlp::cpu
