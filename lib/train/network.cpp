// The network that a configuration means for a data set.
#include "base/error.hpp"
#include "mlp/topology.hpp"
#include "train/training.hpp"

namespace ghee::train {

Network make_network(Configuration const& configuration, int inputs, int outputs, OutputActivation output_activation, Loss loss)
{
    if (configuration.size < 1)
        throw UsageError("no size is given", "a network's widths follow from shape, size and depth");
    Network network;
    network.inputs = inputs;
    network.widths = mlp::find_topology(configuration.shape, configuration.size, configuration.depth, inputs, outputs).widths;
    network.residual = configuration.shape == Shape::rectangle_residual;
    network.activation = configuration.activation;
    network.output_activation = output_activation;
    network.loss = loss;
    return network;
}

}  // namespace ghee::train
