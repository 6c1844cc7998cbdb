// Each backend but the reference, and the cpu backend on each instruction set of this machine.
#include "contenders.hpp"

#include <algorithm>

#include "mlp/backend.hpp"

namespace ghee::mlp::test {

std::vector<Contender> contenders()
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

std::vector<Contender> bf16_contenders()
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

std::vector<Contender> rough_contenders() { return bf16_contenders(); }

}  // namespace ghee::mlp::test
