// What a network costs before it runs: arithmetic per step, bytes touched.
#include "mlp/topology.hpp"

#include <algorithm>

#include "mlp/rates.hpp"

namespace ghee::mlp {

namespace {

/// fp32, as the study counted.
constexpr double word = 4.0;

/// Moments an optimiser keeps per parameter.
int moments(Optimizer const& optimizer) { return (has_first_moment(optimizer.kind) ? 1 : 0) + (has_second_moment(optimizer.kind) ? 1 : 0); }

double width(Network const& network, int layer) { return network.widths[static_cast<std::size_t>(layer)]; }

}  // namespace

double flops_per_step(Network const& network, int batch)
{
    double products = 0;
    for (int layer = 0; layer < network.depth(); ++layer)
    {
        // Forward, weight gradient, input gradient; nobody asks for the gradient of the data.
        double const sweeps = layer == 0 ? 2.0 : 3.0;
        products += sweeps * network.fan_in(layer) * width(network, layer);
    }
    return 2.0 * batch * products;
}

WorkingSets working_sets(Network const& network, Optimizer const& optimizer, int batch, std::int64_t rows)
{
    double nodes = network.inputs;
    double widest = 0;
    for (int layer = 0; layer < network.depth(); ++layer)
    {
        nodes += width(network, layer);
        widest = std::max(widest, network.fan_in(layer) + width(network, layer));
    }
    auto const parameters = static_cast<double>(network.parameters());
    double const per_batch = word * batch;

    WorkingSets sets;
    sets.layer = per_batch * widest;
    sets.forward = sets.layer + word * parameters;
    sets.backward = word * (2 + moments(optimizer)) * parameters + per_batch * nodes;
    sets.epoch = sets.backward + word * static_cast<double>(rows) * (network.inputs + network.outputs());
    return sets;
}

}  // namespace ghee::mlp
