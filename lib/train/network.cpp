// The network that a configuration means for a data set.
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/log.hpp"
#include "mlp/topology.hpp"
#include "train/training.hpp"

namespace ghee::train {

Network make_network(Configuration const& configuration, int inputs, int outputs, OutputActivation output_activation, Loss loss)
{
    if (configuration.size < 1)
        throw UsageError("no size is given", "a network's widths follow from shape, size and depth");
    Network network;
    network.inputs = inputs;
    mlp::Topology const topology = mlp::find_topology(configuration.shape, configuration.size, configuration.depth, inputs, outputs);
    if (topology.size_error > mlp::usual_size_error)
        log_warning(fmt::format("the network nearest to size {} has {} parameters, {:.0f} % away (shape and depth allow no nearer one)",
                                configuration.size, topology.parameters, 100 * topology.size_error));
    network.widths = topology.widths;
    network.residual = configuration.shape == Shape::rectangle_residual;
    network.activation = configuration.activation;
    network.output_activation = output_activation;
    network.loss = loss;
    return network;
}

}  // namespace ghee::train
