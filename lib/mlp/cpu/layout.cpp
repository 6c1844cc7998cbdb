// Where everything of a network lies in its arena.
#include "mlp/cpu/layout.hpp"

#include <algorithm>

namespace ghee::mlp::cpu {

namespace {
constexpr std::size_t group_floats = 16384;  // a group's gradient, 64 KiB: read back from the second-level cache
constexpr std::size_t one_go_floats = 4096;
constexpr int many_rows = 48;
constexpr int few_rows = 16;
constexpr int very_wide = 4096;
// An evaluation is quickest so many samples at a time; where the batch is smaller, it may take this much memory more for them.
constexpr int evaluated_at_once = 256;
constexpr double evaluation_bytes = 32 * 1024;
constexpr double evaluation_share = 0.05;

std::size_t number(std::int64_t n) { return static_cast<std::size_t>(n); }

int group_of(LayerPlan const& layer)
{
    if (layer.floats <= group_floats)
        return layer.outputs;
    return layer.inputs < very_wide ? many_rows : few_rows;
}
/// Turning costs per input and sample, and pays per neuron.
int turned_of(LayerPlan const& layer)
{
    constexpr int enough_inputs = 32, enough_outputs = 32;
    return layer.inputs < enough_inputs || layer.outputs < enough_outputs ? 0 : layer.inputs / fill_samples * fill_samples;
}
/// Neurons of the first layer that go through both layers at a time (chunks.inc), 0: all. A chunk's outputs and deltas stay in the
/// second-level cache, and the second layer's sums in the first.
int chunk_of(Network const& network, int samples)
{
    constexpr std::int64_t wide_floats = 1 << 19;
    constexpr int narrow = 64, chunk = 96;
    if (network.depth() < 2 || network.residual || network.widths[1] > narrow)
        return 0;
    return std::int64_t{network.widths[0]} * samples >= wide_floats ? chunk : 0;
}
/// Narrower where threads would else find no block: a narrow tile is slower than a wide one, but not than none.
int block_for(int batch, int threads)
{
    int block = most_block_samples;
    while (block > fill_samples && (batch + block - 1) / block < threads)
        block /= 2;
    return block;
}
/// The row of ones behind `rows` rows of every whole block.
void write_ones(float* array, int rows, int block, std::size_t samples)
{
    std::size_t const a_block = number(rows + 1) * number(block);
    for (std::size_t b = 0; b < samples / number(block); ++b)
        std::fill_n(array + b * a_block + number(rows) * number(block), block, 1.0F);
}
int filled(int samples) { return (samples + fill_samples - 1) / fill_samples * fill_samples; }

/// Finds a place for everything. The settings point to `arena`, `layers` and `plan`.
Settings reserve(TrainerSpec const& spec, int capacity, Arena& arena, std::vector<LayerPlan>& layers, Plan& plan)
{
    Network const& network = spec.network;
    bool const has_first = has_first_moment(spec.optimizer.kind);
    bool const has_second = has_second_moment(spec.optimizer.kind);
    std::size_t const samples = number(filled(capacity));
    Places places(arena);
    describe(spec, layers, plan);
    std::size_t widest = 0;
    std::size_t widest_of_turn[3] = {};
    plan.chunk = chunk_of(network, filled(spec.batch));
    std::size_t largest_group = 0;
    int most_terms = 0;  // of packed weights
    for (int d = 0; d < network.depth(); ++d)
    {
        LayerPlan& layer = layers[number(d)];
        std::size_t const columns = number(layer.inputs) + 1;
        layer.floats = (number(layer.outputs) * columns + 15) / 16 * 16;
        layer.group = group_of(layer);
        layer.turned = turned_of(layer);
        widest = std::max(widest, number(layer.outputs));
        // The last layer's deltas come first; the arrays take turns from there downward.
        std::size_t& widest_here = widest_of_turn[(network.depth() - 1 - d) % plan.deltas];
        bool const by_chunks = plan.chunk > 0 && d < 2;
        if (!by_chunks || d > 0)
            widest_here = std::max(widest_here, number(layer.outputs));
        if (by_chunks)
            largest_group = std::max(largest_group, d == 0 ? number(plan.chunk) * columns : number(layer.outputs) * number(plan.chunk + 1));
        else if (layer.group == layer.outputs)
            largest_group = std::max(largest_group, layer.floats);
        else
            largest_group = std::max(largest_group, std::min(layer.floats, number(layer.group) * columns));
        if (layer.floats > packed_from && d > 0 && !by_chunks)
            most_terms = std::max(most_terms, std::min(layer.outputs, terms_at_once));
        places.add(layer.output, (number(layer.outputs) + 1) * samples);
        if (layer.hidden && keeps_slopes(network))
            places.add(layer.slope, number(layer.outputs) * samples);
    }
    // Parameters of all layers lie together, and so do their moments: a small network's are updated in one go.
    std::size_t all_floats = 0;
    // Packing reads a few floats behind a layer's last one: not those of the layer above, which other threads may be changing.
    for (LayerPlan& layer : layers)
        places.add(layer.parameters, layer.floats + (layer.floats > packed_from ? panel_excess : 0));
    for (LayerPlan& layer : layers)
        if (has_first)
            places.add(layer.first, layer.floats);
    for (LayerPlan& layer : layers)
    {
        if (has_second)
            places.add(layer.second, layer.floats);
        all_floats += layer.floats;
    }
    // Chunks take gradients and use them at once, however few weights their layers have.
    plan.in_one_go = plan.chunk == 0 && all_floats <= one_go_floats ? all_floats : 0;
    largest_group = std::max(largest_group, plan.in_one_go);
    places.add(plan.input, (number(network.inputs) + 1) * samples);
    places.add(plan.target, number(network.outputs()) * samples);
    plan.block = block_for(spec.batch, spec.threads);
    for (int i = 0; i < plan.deltas; ++i)
        places.add(plan.delta[i], widest_of_turn[i] * samples);
    plan.chunk_floats = number(plan.chunk) * samples;
    if (plan.chunk > 0)
        places.add(plan.chunk_delta, number(spec.threads) * plan.chunk_floats);
    places.add(plan.losses, samples);
    places.add(plan.hits, samples);
    if (network.residual)
        places.add(plan.through, widest * samples);
    // Whole cache lines a thread: none of them writes into another's.
    plan.gradient_floats = (largest_group + 31) / 16 * 16;
    places.add(plan.gradient, number(spec.threads) * plan.gradient_floats);
    plan.panel_tile_floats = filled(panel_columns * most_terms + panel_excess);
    if (most_terms > 0)
        places.add(plan.panel, number(spec.threads) * panel_tiles * number(plan.panel_tile_floats));
    places.then(
        [&plan, &layers, samples]
        {
            write_ones(plan.input, layers.front().inputs, plan.block, samples);
            for (LayerPlan const& layer : layers)
                write_ones(layer.output, layer.outputs, plan.block, samples);
        });
    return places.settings();
}

Settings reserve(TrainerSpec const& spec, int capacity, Arena& arena, std::vector<LayerPlan>& layers, Bf16Parts& bf16, Plan& plan)
{
    return spec.precision == Precision::bf16 ? reserve_bf16(spec, capacity, arena, layers, bf16, plan) : reserve(spec, capacity, arena, layers, plan);
}
}  // namespace

Plan lay_out(TrainerSpec const& spec, int capacity, Arena& arena, std::vector<LayerPlan>& layers, Bf16Parts& bf16)
{
    Plan plan;
    Settings const settings = reserve(spec, capacity, arena, layers, bf16, plan);
    arena.open();
    for (auto const& set : settings)
        set();
    plan.layers = layers.data();
    return plan;
}

std::size_t bytes_of(TrainerSpec const& spec, int capacity)
{
    Arena arena;
    std::vector<LayerPlan> layers;
    Bf16Parts bf16;
    Plan plan;
    reserve(spec, capacity, arena, layers, bf16, plan);
    return arena.bytes();
}

int capacity_for(TrainerSpec const& spec)
{
    int const least = filled(spec.batch);
    if (least >= evaluated_at_once)
        return spec.batch;
    TrainerSpec alone = spec;
    alone.threads = 1;  // however many there are: losses are summed capacity by capacity
    auto const wanted = [&alone](int samples) { return static_cast<double>(bytes_of(alone, samples)); };
    double const spare = std::max(evaluation_bytes, evaluation_share * wanted(least));
    double const a_vector = (wanted(evaluated_at_once) - wanted(least)) / (evaluated_at_once - least) * fill_samples;
    // A vector more costs nothing where arrays have room for whole blocks anyhow.
    double const vectors = std::min(spare / a_vector, 1.0 * (evaluated_at_once - least) / fill_samples);
    return least + static_cast<int>(vectors) * fill_samples;
}

}  // namespace ghee::mlp::cpu
