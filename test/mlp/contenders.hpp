// Everything that must agree with the reference: each other backend, and the cpu backend on each instruction set of this machine.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mlp/backend.hpp"
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

struct Contender
{
    std::string name;
    std::function<std::string(TrainerSpec const&)> refuses;
    std::function<std::unique_ptr<Trainer>(TrainerSpec const&)> make;
};

inline std::vector<Contender> contenders()
{
    std::vector<Contender> all;
    for (Backend const& backend : backends())
        if (backend.name != "reference" && backend.name != "cpu")
            all.push_back({std::string(backend.name), backend.refuses, backend.make});
    std::string (*const refuses)(TrainerSpec const&) = cpu_backend().refuses;
    for (cpu::Kernels const& kernels : cpu::instruction_sets())
    {
        std::string name = std::string("cpu_") + kernels.name;
        std::replace(name.begin(), name.end(), '-', '_');
        all.push_back({name, refuses, [&kernels](TrainerSpec const& spec) { return std::make_unique<CpuTrainer>(spec, kernels); }});
    }
    return all;
}

/// The same for bf16: on emulated tile registers, and on the processor's, which refuse where there are none. Whatever precision the spec
/// has, theirs is bf16.
inline std::vector<Contender> bf16_contenders()
{
    auto const make = [](TrainerSpec spec, cpu::Kernels const& kernels)
    {
        spec.precision = Precision::bf16;
        return std::make_unique<CpuTrainer>(std::move(spec), kernels);
    };
    return {{"bf16_emulated", [](TrainerSpec const&) { return std::string(emulation_runs() ? "" : "the emulated tile registers need AVX2 here"); },
             [make](TrainerSpec const& spec) { return make(spec, cpu::emulated::kernels()); }},
            {"bf16_amx", [](TrainerSpec const&) { return cpu::bf16_refusal(); },
             [make](TrainerSpec const& spec) { return make(spec, cpu::bf16_kernels().front()); }}};
}

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

inline void PrintTo(Contender const& contender, std::ostream* out) { *out << contender.name; }

}  // namespace ghee::mlp::test
