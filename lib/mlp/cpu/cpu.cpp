// The cpu backend: one trainer over the kernels of one instruction set.
#include "mlp/cpu/cpu.hpp"

#include <algorithm>

#include "base/contract.hpp"
#include "mlp/cpu/amx/machine.hpp"
#include "mlp/cpu/flush_to_zero.hpp"
#include "mlp/cpu/instruction_sets.hpp"
#include "mlp/cpu/layout.hpp"
#include "mlp/cpu/threads_that_pay.hpp"
#include "mlp/spec.hpp"

namespace ghee::mlp {

namespace {
constexpr int most_threads = 256;
constexpr std::size_t held_by_near_caches = std::size_t(1) << 20;

/// What no machine does.
std::string refuses_everywhere(TrainerSpec const& spec)
{
    if (std::string why = impossible(spec); !why.empty())
        return why;
    if (spec.precision != Precision::fp32 && spec.precision != Precision::bf16)
        return "it computes in fp32 or bf16, not in " + std::string(name_of(spec.precision));
    if (spec.threads > most_threads)
        return "it uses at most " + std::to_string(most_threads) + " threads";
    return refuses_forms(spec);
}

std::string refuses(TrainerSpec const& spec)
{
    std::string why = refuses_everywhere(spec);
    return why.empty() && spec.precision == Precision::bf16 ? cpu::bf16_refusal() : why;
}

std::span<cpu::Kernels const> kernels_for(Precision precision)
{
    return precision == Precision::bf16 ? cpu::bf16_kernels() : cpu::instruction_sets();
}

/// What a thread is while it computes.
class AtWork
{
  public:
    explicit AtWork(cpu::Kernels const& kernels) : kernels_(kernels)
    {
        if (kernels_.enter)
            kernels_.enter();
    }
    ~AtWork()
    {
        if (kernels_.leave)
            kernels_.leave();
    }
    AtWork(AtWork const&) = delete;
    AtWork& operator=(AtWork const&) = delete;

  private:
    cpu::FlushToZero flushed_;
    cpu::Kernels const& kernels_;
};
}  // namespace

Backend cpu_backend()
{
    return {.name = "cpu",
            .device = Device::cpu,
            .absence = [] { return std::string(); },
            .refuses = refuses,
            .make = [](TrainerSpec const& spec) -> std::unique_ptr<Trainer>
            { return std::make_unique<CpuTrainer>(spec, kernels_for(spec.precision).front()); },
            .memory_bytes = [](TrainerSpec const& spec) { return cpu::bytes_of(spec, cpu::capacity_for(spec)); },
            .threads_that_pay = [](TrainerSpec const& spec, int processors)
            { return cpu::threads_that_pay(spec, kernels_for(spec.precision).front(), std::min(processors, most_threads)); }};
}

CpuTrainer::CpuTrainer(TrainerSpec spec, cpu::Kernels const& kernels)
    : spec_(std::move(spec)), kernels_(kernels), capacity_(cpu::capacity_for(spec_)), schedule_(spec_.optimizer), team_(spec_.threads)
{
    GHEE_EXPECT(refuses_everywhere(spec_).empty() && kernels_.precision == spec_.precision);
    plan_ = cpu::lay_out(spec_, capacity_, arena_, layers_, bf16_);
    reset();
}

std::string CpuTrainer::form() const
{
    return std::string("fused step, ") + kernels_.name + (team_.size() > 1 ? ", " + std::to_string(team_.size()) + " threads" : "");
}

void CpuTrainer::reset()
{
    for (cpu::LayerPlan const& layer : layers_)
        for (float* const part : {layer.parameters, layer.first, layer.second})
            if (part != nullptr)
                std::fill_n(part, layer.floats, 0.0F);
    schedule_ = cpu::Schedule(spec_.optimizer);
    set_weights(initial_weights(spec_.network, spec_.initializer, spec_.seed));
}

void CpuTrainer::set_weights(Weights const& weights)
{
    GHEE_EXPECT(weights.size() == layers_.size());
    for (std::size_t d = 0; d < layers_.size(); ++d)
    {
        auto const inputs = static_cast<std::size_t>(layers_[d].inputs);
        auto const outputs = static_cast<std::size_t>(layers_[d].outputs);
        GHEE_EXPECT(weights[d].weights.size() == inputs * outputs && weights[d].biases.size() == outputs);
        float* row = layers_[d].parameters;
        for (std::size_t n = 0; n < outputs; ++n, row += inputs + 1)
        {
            for (std::size_t k = 0; k < inputs; ++k)
                row[k] = static_cast<float>(weights[d].weights[n * inputs + k]);
            row[inputs] = static_cast<float>(weights[d].biases[n]);
        }
    }
    if (kernels_.renew)
        kernels_.renew(plan_);
}

Weights CpuTrainer::weights() const
{
    Weights weights;
    for (cpu::LayerPlan const& plan : layers_)
    {
        Layer layer{.inputs = plan.inputs, .outputs = plan.outputs, .weights = {}, .biases = {}};
        float const* row = plan.parameters;
        for (int n = 0; n < plan.outputs; ++n, row += plan.inputs + 1)
        {
            layer.weights.insert(layer.weights.end(), row, row + plan.inputs);
            layer.biases.push_back(row[plan.inputs]);
        }
        weights.push_back(std::move(layer));
    }
    return weights;
}

void CpuTrainer::load(Samples train, Samples test)
{
    for (Samples const& samples : {train, test})
        GHEE_EXPECT(samples.count == 0 || (samples.features == spec_.network.inputs && samples.outputs == spec_.network.outputs()));
    train_ = train;
    asks_ahead_ = train.inputs.size_bytes() > held_by_near_caches;
    test_ = test;
}

Pass CpuTrainer::train(std::span<std::uint32_t const> order)
{
    for (std::uint32_t const row : order)
        GHEE_EXPECT(row < train_.count);
    Pass pass;
    cpu::Schedule after = schedule_;
    team_.run(
        [&](cpu::Crew const& crew)
        {
            AtWork const at_work(kernels_);
            cpu::Schedule schedule = schedule_;
            auto const batch = static_cast<std::size_t>(spec_.batch);
            for (std::size_t begin = 0; begin < order.size(); begin += batch)
            {
                std::size_t const count = std::min(batch, order.size() - begin);
                std::size_t const upcoming = asks_ahead_ ? std::min(batch, order.size() - begin - count) : 0;
                cpu::StepLoss const step = kernels_.step(plan_,
                                                         {.inputs = train_.inputs.data(),
                                                          .targets = train_.targets.data(),
                                                          .rows = order.data() + begin,
                                                          .count = static_cast<int>(count),
                                                          .upcoming = static_cast<int>(upcoming)},
                                                         schedule.next(), crew);
                if (crew.index != 0)
                    continue;
                pass.loss_sum += step.loss;
                pass.correct += step.correct;
                pass.samples += static_cast<std::int64_t>(count);
                ++pass.steps;
            }
            if (crew.index == 0)
                after = schedule;
        });
    schedule_ = after;
    return pass;
}

Pass CpuTrainer::evaluate()
{
    Pass pass;
    team_.run(
        [&](cpu::Crew const& crew)
        {
            AtWork const at_work(kernels_);
            for (std::int64_t first = 0; first < test_.count; first += capacity_)
            {
                auto const count = static_cast<int>(std::min<std::int64_t>(capacity_, test_.count - first));
                cpu::StepLoss const part = kernels_.infer(
                    plan_, {.inputs = test_.inputs.data(), .targets = test_.targets.data(), .rows = nullptr, .first = first, .count = count}, crew);
                if (crew.index != 0)
                    continue;
                pass.loss_sum += part.loss;
                pass.correct += part.correct;
                pass.samples += count;
            }
        });
    return pass;
}

}  // namespace ghee::mlp
