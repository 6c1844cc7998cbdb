// Initial weights: one stream of counter-based numbers, the same for every backend and every machine.
#include <cmath>

#include "base/contract.hpp"
#include "base/random.hpp"
#include "mlp/backend.hpp"

namespace ghee::mlp {

namespace {
/// The stream of Random that belongs to initial weights ("weights" in ASCII, so that it meets no other small number).
constexpr std::uint64_t weights_stream = 0x77656967687473;

/// Half the width of the uniform distribution.
double limit(Initializer initializer, int inputs, int outputs)
{
    switch (initializer)
    {
        case Initializer::glorot_uniform: return std::sqrt(6.0 / (static_cast<double>(inputs) + outputs));
        case Initializer::he_uniform: return std::sqrt(6.0 / inputs);
    }
    return 0.0;
}
}  // namespace

Weights initial_weights(Network const& network, Initializer initializer, std::uint64_t seed)
{
    Random const random(seed, weights_stream);
    std::uint64_t draw = 0;
    Weights weights;
    for (int d = 0; d < network.depth(); ++d)
    {
        Layer layer{.inputs = network.fan_in(d), .outputs = network.widths[static_cast<std::size_t>(d)], .weights = {}, .biases = {}};
        GHEE_EXPECT(layer.inputs > 0 && layer.outputs > 0);
        layer.biases.assign(static_cast<std::size_t>(layer.outputs), 0.0);
        layer.weights.resize(static_cast<std::size_t>(layer.inputs) * static_cast<std::size_t>(layer.outputs));
        double const a = limit(initializer, layer.inputs, layer.outputs);
        for (double& w : layer.weights)
            w = static_cast<double>(static_cast<float>(a * (2.0 * random.uniform(draw++) - 1.0)));
        weights.push_back(std::move(layer));
    }
    return weights;
}

}  // namespace ghee::mlp
