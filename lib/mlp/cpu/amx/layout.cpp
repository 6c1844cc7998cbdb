// Where everything of a network that trains in bf16 lies in its arena.
#include "mlp/cpu/amx/layout.hpp"

#include <algorithm>

#include "mlp/spec.hpp"

namespace ghee::mlp::cpu {

namespace {
std::size_t number(std::int64_t n) { return static_cast<std::size_t>(n); }

class Places
{
  public:
    explicit Places(Arena& arena) : arena_(arena) {}
    template<class T>
    void add(T*& pointer, std::size_t floats)
    {
        static_assert(sizeof(T) == sizeof(float));
        std::size_t const offset = arena_.reserve(floats);
        settings_.push_back([&arena = arena_, &pointer, offset] { pointer = reinterpret_cast<T*>(arena.at(offset)); });
    }
    Settings const& settings() const { return settings_; }

  private:
    Arena& arena_;
    Settings settings_;
};

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
    OptimizerKind const kind = spec.optimizer.kind;
    bool const has_first = kind == OptimizerKind::momentum || kind == OptimizerKind::adam || kind == OptimizerKind::adamw;
    bool const has_second = kind == OptimizerKind::rmsprop || kind == OptimizerKind::adam || kind == OptimizerKind::adamw;
    Bf16Plan& narrow = parts.plan;
    narrow.blocks = tiles_of(capacity);
    std::size_t const blocks = number(narrow.blocks);
    std::size_t const samples = blocks * tile_terms;

    Places places(arena);
    plan.deltas = spec.threads > 1 ? 3 : 2;
    int widest = 0;
    int widest_of_turn[3] = {};
    layers.assign(number(network.depth()), {});
    parts.layers.assign(layers.size(), {});
    for (int d = 0; d < network.depth(); ++d)
    {
        LayerPlan& layer = layers[number(d)];
        Bf16Layer& own = parts.layers[number(d)];
        layer.inputs = network.fan_in(d);
        layer.outputs = network.widths[number(d)];
        layer.adds_input = adds_input(network, d);
        layer.hidden = d < network.depth() - 1;
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
        if (layer.hidden && (network.residual || network.activation == Activation::gelu))
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
    plan.depth = network.depth();
    plan.activation = network.activation;
    plan.output_activation = network.output_activation;
    plan.loss = network.loss;
    return places.settings();
}

}  // namespace ghee::mlp::cpu
