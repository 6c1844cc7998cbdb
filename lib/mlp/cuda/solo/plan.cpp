// Places in shared memory, and the reckoning by which threads share the work.
#include "mlp/cuda/solo/plan.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "mlp/rates.hpp"
#include "mlp/spec.hpp"

namespace ghee::mlp::cuda {

namespace {
constexpr int largest_chunk = threads_a_block;
constexpr int smallest_chunk = 32;
/// As many rows as a read of 16 bytes a thread takes at a time.
constexpr int fewest_lanes = 8;

/// Rows begin an odd number of quads apart, so that eight rows beside each other meet in no bank.
int row_floats_for(int floats) { return 4 * (quads_of(floats) | 1); }

/// What follows from the network alone.
SoloPlan placed(Network const& network, int places)
{
    SoloPlan plan;
    plan.places = places;
    plan.depth = network.depth();
    plan.input_floats = stride_of(network.inputs);
    plan.target_floats = stride_of(network.outputs());
    int row = 0, parameters = 0;
    auto const take = [](int& end, int floats)
    {
        int const at = end;
        end += stride_of(floats);
        return at;
    };
    take(row, places * plan.input_floats);
    plan.targets_at = take(row, places * plan.target_floats);
    bool const keeps_slopes = network.residual || network.activation == Activation::gelu;
    for (int d = 0; d < plan.depth; ++d)
    {
        SoloLayer& layer = plan.layers[d];
        bool const hidden = d < plan.depth - 1;
        layer.inputs = network.fan_in(d);
        layer.outputs = network.widths[static_cast<std::size_t>(d)];
        layer.weights_at = take(parameters, layer.outputs * stride_of(layer.inputs));
        layer.biases_at = take(parameters, layer.outputs);
        layer.input_at = d == 0 ? 0 : plan.layers[d - 1].output_at;
        layer.output_at = take(row, layer.outputs);
        layer.slope_at = hidden && keeps_slopes ? take(row, layer.outputs) : -1;
        layer.delta_at = hidden ? take(row, layer.outputs) : layer.output_at;
        layer.adds_input = adds_input(network, d) ? 1 : 0;
    }
    plan.through_at = take(row, network.residual ? *std::max_element(network.widths.begin(), network.widths.end()) : 0);
    plan.row_floats = row_floats_for(row);
    plan.parameter_floats = parameters;
    plan.quads_of_row = static_cast<std::uint32_t>((plan.input_floats + plan.target_floats) / 4);
    plan.by_quads_of_row = static_cast<std::uint32_t>(((std::uint64_t(1) << 32) + plan.quads_of_row - 1) / plan.quads_of_row);
    return plan;
}

/// Everything behind the parameters, for a chunk of so many samples.
void lay_out(SoloPlan& plan, OptimizerKind kind, int batch, int chunk)
{
    int end = plan.parameter_floats;
    auto const take = [&](bool wanted, int floats)
    {
        int const at = wanted ? end : -1;
        end += wanted ? stride_of(floats) : 0;
        return at;
    };
    plan.chunk = chunk;
    plan.first_at = take(has_first_moment(kind), plan.parameter_floats);
    plan.second_at = take(has_second_moment(kind), plan.parameter_floats);
    plan.state_floats = end;
    plan.gradients_at = take(batch > chunk, plan.parameter_floats);
    plan.rates_at = take(true, rates_ahead * static_cast<int>(sizeof(StepRates) / sizeof(float)));
    plan.lists_at = take(true, 2 * chunk);
    plan.sums_at = take(true, threads_a_block / 32 * static_cast<int>(sizeof(SoloSum) / sizeof(float)));
    plan.rows_at = end;
    plan.shared_floats = end + chunk * plan.row_floats;
}

constexpr double barrier_cycles = 40;
/// Samples from the second-level cache.
constexpr double copy_wait_cycles = 800, copied_bytes_a_cycle = 32;
/// Until the first access to shared memory has come back, at the beginning of a layer and at that of a turn.
constexpr double turn_cycles = 30;
/// What every thread does for a chunk beside its layers: where it is, what is brought, the loss of a sample. Counted on the emulated machine.
constexpr double instructions_of_a_chunk = 300;

/// What passes through shared memory (reads of 16 bytes a thread take a multiprocessor four cycles a warp), or instructions at four a cycle; but
/// a warp gets no more than one a cycle.
double of_warps(double warps, double reads, double instructions)
{
    double const rounds = static_cast<double>(static_cast<int>(warps / 8 + 0.999));
    return std::max({warps * 4 * reads, warps * instructions / 4, rounds * instructions});
}

/// A layer forward, or its deltas: `made` numbers of every sample, each a sum over `terms`.
double layer_cycles(SoloPlan const& plan, int made, int terms)
{
    double const groups = threads_a_block / plan.lanes, blocks = (quads_of(made) + plan.quads - 1) / plan.quads;
    double const turns = static_cast<double>(static_cast<int>(blocks / groups + 0.999));
    double const reads = plan.together + 4.0 * plan.quads, sums = 4.0 * plan.together * plan.quads;
    double const instructions = 30 + turns * (12 + quads_of(terms) * (reads + 4 * sums) + 5 * sums);
    double const warps = std::min(groups, blocks) * plan.lanes / 32.0;
    double const waits = turn_cycles + turns * turn_cycles;
    return waits + of_warps(warps, turns * quads_of(terms) * reads, instructions) + (groups > 1 ? barrier_cycles : 0);
}

/// By lanes together: a job reads rows, multiplies and adds, and exchanges its sums.
double together_cycles(SoloPlan const& plan)
{
    double jobs = 0;
    for (int d = 0; d < plan.depth; ++d)
        jobs += plan.layers[d].jobs;
    double const turns = plan.chunk / 32.0, reads = 1.0 + plan.quads, sums = 16.0 * plan.quads;
    return of_warps(jobs, turns * reads + sums / 4, turns * (reads + 1.25 * sums + 5) + 4 * sums + 80);
}

double by_thread_cycles(SoloPlan const& plan)
{
    int pieces = 0;
    for (int d = 0; d < plan.depth; ++d)
        pieces += quads_of(plan.layers[d].outputs) * quads_of(plan.layers[d].inputs);
    return of_warps((pieces + 31) / 32, plan.chunk * 2.0 + 4 * 6, plan.chunk * 25.0 + 4 * 100);
}

double learn_cycles(SoloPlan const& plan) { return (plan.by_thread != 0 ? by_thread_cycles(plan) : together_cycles(plan)) + 2 * barrier_cycles; }

double chunk_cycles(SoloPlan const& plan)
{
    double sum = of_warps(8, 0, instructions_of_a_chunk);
    for (int d = 0; d < plan.depth; ++d)
    {
        SoloLayer const& layer = plan.layers[d];
        sum += layer_cycles(plan, layer.outputs, layer.inputs);
        if (d > 0)
            sum += layer_cycles(plan, layer.inputs, layer.outputs);
    }
    return sum + learn_cycles(plan);
}

bool fits(SoloPlan const& plan, std::size_t shared_bytes) { return static_cast<std::size_t>(plan.shared_floats) * sizeof(float) <= shared_bytes; }

/// Which way of making gradients a chunk has; never by the way in which threads share the rest, for it matters to the last bit.
int by_thread(SoloPlan const& plan) { return by_thread_cycles(plan) < together_cycles(with_way(plan, solo_ways.back())) ? 1 : 0; }

/// Where a layer's rows alone are more than a block has, long before a place overflows.
bool hopeless(TrainerSpec const& spec, std::size_t shared_bytes)
{
    std::int64_t widest = spec.network.inputs;
    for (int const width : spec.network.widths)
        widest = std::max<std::int64_t>(widest, width);
    return spec.network.depth() > most_solo_layers || widest > 16384 ||
           static_cast<std::size_t>(spec.network.parameters()) * sizeof(float) > shared_bytes;
}

SoloPlan quickest(SoloPlan const& plan)
{
    SoloPlan best;
    double least = 0;
    for (SoloWay const& way : solo_ways)
    {
        if (plan.chunk / way.together < fewest_lanes)
            continue;
        SoloPlan const one = with_way(plan, way);
        double const cycles = chunk_cycles(one);
        if (best.chunk == 0 || cycles < least)
        {
            best = one;
            least = cycles;
        }
    }
    return best;
}
}  // namespace

SoloPlan with_way(SoloPlan plan, SoloWay const& way)
{
    plan.together = way.together;
    plan.quads = way.quads;
    plan.lanes = plan.chunk / way.together;
    for (int d = 0; d < plan.depth; ++d)
        plan.layers[d].jobs = (quads_of(plan.layers[d].outputs) + way.quads - 1) / way.quads * quads_of(plan.layers[d].inputs);
    return plan;
}

SoloPlan plan_in_chunks(TrainerSpec const& spec, std::size_t shared_bytes, int chunk)
{
    if (hopeless(spec, shared_bytes))
        return {};
    for (int const places : {2, 1})
    {
        SoloPlan plan = placed(spec.network, places);
        lay_out(plan, spec.optimizer.kind, spec.batch, chunk);
        if (!fits(plan, shared_bytes))
            continue;
        plan.by_thread = by_thread(plan);
        return quickest(plan);
    }
    return {};
}

/// Two places in a row go before a large chunk.
SoloPlan plan_solo(TrainerSpec const& spec, std::size_t shared_bytes)
{
    SoloPlan best;
    for (int chunk = largest_chunk; chunk >= smallest_chunk; chunk /= 2)
    {
        if (chunk / 2 >= spec.batch && chunk > smallest_chunk)
            continue;
        SoloPlan const plan = plan_in_chunks(spec, shared_bytes, chunk);
        if (plan.chunk > 0 && (best.chunk == 0 || plan.places > best.places))
            best = plan;
    }
    return best;
}

std::string solo_refusal(TrainerSpec const& spec, GpuFacts const& facts)
{
    if (spec.precision != Precision::fp32)
        return "form solo computes in fp32, not in " + std::string(name_of(spec.precision)) + "; use form = \"layers\"";
    if (spec.network.depth() > most_solo_layers)
        return "form solo takes at most " + std::to_string(most_solo_layers) + " layers, this has " + std::to_string(spec.network.depth()) +
               "; use form = \"layers\"";
    if (plan_solo(spec, facts.shared_bytes_a_block).chunk == 0)
        return "form solo keeps a network in the shared memory of one block, " + std::to_string(facts.shared_bytes_a_block / 1024) + " KiB on " +
               facts.name + ", and this one takes more; use form = \"layers\"";
    return {};
}

double solo_rounds(SoloPlan const& plan, int replicas, GpuFacts const& facts)
{
    // Two blocks beside each other on a multiprocessor fill each other's waits; more have no registers.
    constexpr double beside_each_other = 2;
    double const block_bytes = plan.shared_floats * static_cast<double>(sizeof(float));
    double const resident = std::clamp(std::floor(static_cast<double>(facts.shared_bytes_a_block) / block_bytes), 1.0, beside_each_other);
    double const of_a_multiprocessor = std::ceil(static_cast<double>(replicas) / facts.multiprocessors);
    return std::max(1.0, of_a_multiprocessor / resident);
}

double solo_cycles(SoloPlan const& plan, int batch)
{
    auto const chunks = static_cast<double>((batch + plan.chunk - 1) / plan.chunk);
    double const copies = copy_wait_cycles + plan.chunk * 16.0 * plan.quads_of_row / copied_bytes_a_cycle;
    return chunks * (plan.places == 2 ? std::max(copies, chunk_cycles(plan)) : copies + chunk_cycles(plan));
}

}  // namespace ghee::mlp::cuda
