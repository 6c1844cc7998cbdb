// The suite's look at groups, taken at the kernels of form solo on the emulated machine: what it will ask of a GPU is asked of them every day.
#include <chrono>
#include <memory>

#include "check_groups.hpp"
#include "emulated_gpu.hpp"
#include "mlp/cuda/solo/group.hpp"
#include "mlp/cuda/solo/plan.hpp"
#include "mlp/cuda/solo/trainer.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;
using cuda::emulated::EmulatedGpu;

std::unique_ptr<Trainer> make(TrainerSpec const& spec)
{
    return std::make_unique<cuda::SoloTrainer>(spec, std::make_unique<EmulatedGpu>(), cuda::solo_kernels());
}

std::unique_ptr<Group> make_group(TrainerSpec const& spec, Samples data, std::vector<Replica> replicas, Lessons const& lessons)
{
    return std::make_unique<cuda::SoloGroup>(spec, std::make_unique<EmulatedGpu>(), cuda::solo_kernels(), data, std::move(replicas), lessons);
}
}  // namespace

int main()
{
    Backend const backend{.name = "emulated",
                          .device = Device::gpu,
                          .absence = [] { return std::string(); },
                          .refuses = [](TrainerSpec const& spec) { return cuda::solo_refusal(spec, cuda::emulated::facts_with(8)); },
                          .make = make,
                          .make_group = make_group};
    gpu::Subject const subject{&backend, Precision::fp32, Form::solo};
    auto const checked = gpu::check_groups(subject, true, 1, std::chrono::steady_clock::now() + std::chrono::minutes(5));
    return checked.wrong > 0 || !checked.all_ran ? 1 : 0;
}
