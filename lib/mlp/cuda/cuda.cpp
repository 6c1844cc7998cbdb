// The cuda backend as a module.
#include "mlp/cuda/cuda.hpp"

#include "mlp/cuda/device.hpp"
#include "mlp/cuda/form.hpp"
#include "mlp/cuda/solo/group.hpp"
#include "mlp/cuda/solo/plan.hpp"
#include "mlp/cuda/solo/trainer.hpp"
#include "mlp/cuda/trainer.hpp"

namespace ghee::mlp::cuda {

namespace {
std::string refusal_of_form(TrainerSpec const& spec, GpuFacts const& facts)
{
    std::string why = refusal(spec, facts);
    return why.empty() && spec.form == Form::solo ? solo_refusal(spec, facts) : why;
}

std::string refuses(TrainerSpec const& spec)
{
    // First what no GPU helps, so that nobody goes to look for one in vain.
    if (std::string why = refusal_of_form(spec, newest_gpu()); !why.empty())
        return why;
    if (std::string why = absence(); !why.empty())
        return why;
    if (std::string why = foreign_code(); !why.empty())
        return why;
    return refusal_of_form(spec, facts());
}

TrainerSpec alone(TrainerSpec spec)
{
    spec.replicas = 1;
    return spec;
}
}  // namespace

Backend backend()
{
    return {.name = "cuda",
            .device = Device::gpu,
            .absence = absence,
            .refuses = refuses,
            .make = [](TrainerSpec const& spec) -> std::unique_ptr<Trainer>
            {
                if (chosen_form(spec, facts()) == Form::solo)
                    return std::make_unique<SoloTrainer>(alone(spec), open_gpu(), solo_kernels());
                return std::make_unique<CudaTrainer>(spec, open_gpu(), all_kernels());
            },
            .memory_bytes =
                [](TrainerSpec const& spec)
            {
                if (chosen_form(spec, facts()) == Form::solo)
                    return SoloNetworks::bytes_for(plan_solo(spec, facts().shared_bytes_a_block), 1, 1);
                return bytes_for(spec);
            },
            .make_group = [](TrainerSpec const& spec, Samples data, std::vector<Replica> replicas, Lessons const& lessons) -> std::unique_ptr<Group>
            {
                if (chosen_form(spec, facts()) != Form::solo)
                    return nullptr;
                return std::make_unique<SoloGroup>(spec, open_gpu(), solo_kernels(), data, std::move(replicas), lessons);
            },
            .crossovers = [] { return crossovers(facts()); }};
}

}  // namespace ghee::mlp::cuda
