// Where everything of a network that trains in bf16 lies in its arena.
#include "mlp/cpu/amx/layout.hpp"

#include <algorithm>

namespace ghee::mlp::cpu {

namespace {
std::size_t number(std::int64_t n) { return static_cast<std::size_t>(n); }

void add_activations(Places& places, Bf16Activations& activations, int neurons, std::size_t blocks)
{
    activations.neurons = neurons;
    activations.strips = std::max(strips_of(neurons + 1), 2 * tiles_of(neurons));
    std::size_t const words = number(activations.strips) * blocks * tile_words;
    places.add(activations.pairs, words);
    places.add(activations.turned, words);
}
}  // namespace

Settings reserve_bf16(TrainerSpec const& spec, int capacity, Arena& arena, std::vector<LayerPlan>& layers, Bf16Parts& parts, Plan& plan)
{
    Network const& network = spec.network;
    bool const has_first = has_first_moment(spec.optimizer.kind);
    bool const has_second = has_second_moment(spec.optimizer.kind);
    Bf16Plan& narrow = parts.plan;
    narrow.blocks = tiles_of(capacity);
    std::size_t const blocks = number(narrow.blocks);
    std::size_t const samples = blocks * tile_terms;

    Places places(arena);
    describe(spec, layers, plan);
    int widest = 0;
    int widest_of_turn[3] = {};
    parts.layers.assign(layers.size(), {});
    for (int d = 0; d < network.depth(); ++d)
    {
        LayerPlan& layer = layers[number(d)];
        Bf16Layer& own = parts.layers[number(d)];
        layer.floats = number(layer.outputs) * (number(layer.inputs) + 1);
        widest = std::max(widest, layer.outputs);
        int& widest_here = widest_of_turn[(network.depth() - 1 - d) % plan.deltas];
        widest_here = std::max(widest_here, layer.outputs);
        places.add(layer.parameters, layer.floats);
        if (has_first)
            places.add(layer.first, layer.floats);
        if (has_second)
            places.add(layer.second, layer.floats);
        places.add(own.weights, number(strips_of(layer.outputs)) * number(tiles_of(layer.inputs)) * tile_words);
        if (d > 0)
            places.add(own.transposed, number(strips_of(layer.inputs)) * number(tiles_of(layer.outputs)) * tile_words);
        if (layer.hidden)
            add_activations(places, own.output, layer.outputs, blocks);
        else
            places.add(layer.output, (number(layer.outputs) + 1) * samples);
        if (layer.hidden && keeps_slopes(network))
            places.add(own.slope, number(own.output.strips) * blocks * tile_words);
    }
    add_activations(places, narrow.input, network.inputs, blocks);
    places.add(plan.target, number(network.outputs()) * samples);
    places.add(plan.delta[0], number(network.outputs()) * samples);
    plan.block = tile_terms;
    for (int i = 0; i < plan.deltas; ++i)
    {
        places.add(narrow.delta_pairs[i], number(2 * tiles_of(widest_of_turn[i])) * blocks * tile_words);
        places.add(narrow.delta_rows[i], number(strips_of(widest_of_turn[i])) * blocks * tile_words);
    }
    places.add(plan.losses, samples);
    places.add(plan.hits, samples);
    if (network.residual)
        places.add(plan.through, number(widest) * samples);
    plan.gradient_floats = number(tile_terms) * bf16_gradient_width;
    places.add(plan.gradient, number(spec.threads) * plan.gradient_floats);
    narrow.layers = parts.layers.data();
    plan.bf16 = &narrow;
    return places.settings();
}

}  // namespace ghee::mlp::cpu
