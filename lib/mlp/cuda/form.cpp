// A reckoning of both forms, whose constants are to be replaced by measurements (test/gpu/run reports where forms really cross).
#include "mlp/cuda/form.hpp"

#include <cmath>

#include "mlp/cuda/solo/plan.hpp"
#include "mlp/topology.hpp"

namespace ghee::mlp::cuda {

namespace {
/// From one launch of a graph to the next, with what a small layer's kernel waits for.
constexpr double launch_us = 2.5;
constexpr double clock_mhz = 1700;

/// A network as the table of targets has them: few inputs and one output while it is small.
TrainerSpec network_of(std::int64_t parameters, int depth, int replicas)
{
    bool const small = parameters <= 2048;
    TrainerSpec spec;
    spec.network.inputs = small ? 8 : 64;
    spec.network.widths = find_topology(Shape::rectangle, parameters, depth, spec.network.inputs, small ? 1 : 10).widths;
    spec.network.loss = small ? Loss::mse : Loss::cross_entropy;
    spec.network.output_activation = small ? OutputActivation::linear : OutputActivation::softmax;
    spec.replicas = replicas;
    return spec;
}
}  // namespace

double layers_us(TrainerSpec const& spec)
{
    // Two launches a layer; one network after the other. What the kernels compute counts only beyond the sizes that fit into a block.
    return spec.replicas * 2.0 * spec.network.depth() * launch_us;
}

double solo_us(TrainerSpec const& spec, GpuFacts const& facts)
{
    SoloPlan const plan = plan_solo(spec, facts.shared_bytes_a_block);
    return solo_rounds(plan, spec.replicas, facts) * solo_cycles(plan, spec.batch) / clock_mhz;
}

Form chosen_form(TrainerSpec const& spec, GpuFacts const& facts)
{
    if (spec.form != Form::automatic)
        return spec.form;
    if (!solo_refusal(spec, facts).empty())
        return Form::layers;
    return solo_us(spec, facts) < layers_us(spec) ? Form::solo : Form::layers;
}

Crossovers crossovers(GpuFacts const& facts)
{
    Crossovers all;
    all.conditions = "shape rectangle, batch 256, Adam, fp32, " + facts.name;
    all.origin = "reckoned, not measured: test/gpu/run measures it";
    for (int const replicas : {1, facts.multiprocessors})
        for (int const depth : {2, 4, 10})
        {
            Crossover one{.depth = depth, .replicas = replicas, .parameters = 0, .below = Form::solo, .above = Form::layers};
            for (int quarter = 4 * 5; quarter <= 4 * 18; ++quarter)
            {
                auto const parameters = static_cast<std::int64_t>(std::llround(std::exp2(quarter / 4.0)));
                if (chosen_form(network_of(parameters, depth, replicas), facts) == Form::solo)
                    one.parameters = parameters;
            }
            all.list.push_back(one);
        }
    return all;
}

}  // namespace ghee::mlp::cuda
