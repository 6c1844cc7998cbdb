#include "mlp/cpu/places.hpp"

#include "mlp/spec.hpp"

namespace ghee::mlp::cpu {

bool keeps_slopes(Network const& network) { return network.residual || network.activation == Activation::gelu; }

void describe(TrainerSpec const& spec, std::vector<LayerPlan>& layers, Plan& plan)
{
    Network const& network = spec.network;
    plan.deltas = spec.threads > 1 ? 3 : 2;
    plan.depth = network.depth();
    plan.activation = network.activation;
    plan.output_activation = network.output_activation;
    plan.loss = network.loss;
    layers.assign(static_cast<std::size_t>(network.depth()), {});
    for (int d = 0; d < network.depth(); ++d)
    {
        LayerPlan& layer = layers[static_cast<std::size_t>(d)];
        layer.inputs = network.fan_in(d);
        layer.outputs = network.widths[static_cast<std::size_t>(d)];
        layer.adds_input = adds_input(network, d);
        layer.hidden = d < network.depth() - 1;
    }
}

}  // namespace ghee::mlp::cpu
