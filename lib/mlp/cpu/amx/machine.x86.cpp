// bf16 on x86-64: feature bits by CPUID, permission by arch_prctl.
#include "mlp/cpu/amx/machine.hpp"

#include <cerrno>
#include <vector>

#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ghee::mlp::cpu {

namespace amx {
Kernels kernels();
}

namespace {
constexpr unsigned amx_bf16_bit = 1U << 22, amx_tile_bit = 1U << 24;  // leaf 7, edx
constexpr unsigned avx512_bf16_bit = 1U << 5;                         // leaf 7, subleaf 1, eax
constexpr long request_permission = 0x1023;                           // ARCH_REQ_XCOMP_PERM
constexpr long tile_data = 18;                                        // the state component of the registers' contents

Bf16Needs ask()
{
    Bf16Needs has;
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) != 0)
    {
        has.amx_bf16 = (d & amx_bf16_bit) != 0;
        has.amx_tile = (d & amx_tile_bit) != 0;
    }
    if (__get_cpuid_count(7, 1, &a, &b, &c, &d) != 0)
        has.avx512_bf16 = (a & avx512_bf16_bit) != 0;
    __builtin_cpu_init();
    has.avx512 = __builtin_cpu_supports("x86-64-v4") != 0;
    if (has.amx_tile && ::syscall(SYS_arch_prctl, request_permission, tile_data) != 0)
        has.permission = errno;
    return has;
}
}  // namespace

std::string const& bf16_refusal()
{
    static std::string const answer = bf16_refusal(ask());
    return answer;
}

std::span<Kernels const> bf16_kernels()
{
    // Where they are refused not even their names are asked for: what tells them is compiled for AVX-512, too.
    static std::vector<Kernels> const kernels = bf16_refusal().empty() ? std::vector{amx::kernels()} : std::vector<Kernels>();
    return kernels;
}

}  // namespace ghee::mlp::cpu
