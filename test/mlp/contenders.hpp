// Everything that must agree with the reference: each other backend, and the cpu backend on each instruction set of this machine.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mlp/backend.hpp"
#include "mlp/cpu/cpu.hpp"
#include "mlp/cpu/instruction_sets.hpp"

namespace ghee::mlp::test {

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

inline void PrintTo(Contender const& contender, std::ostream* out) { *out << contender.name; }

}  // namespace ghee::mlp::test
