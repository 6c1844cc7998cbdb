// What no backend can train.
#include "mlp/spec.hpp"

#include <cmath>

namespace ghee::mlp {

namespace {
constexpr char const* only_cuda_has_forms =
    "only backend cuda has forms to choose from: device = \"gpu\" or --device gpu, else form = \"auto\" or --form auto";

std::string impossible(Network const& network)
{
    if (network.inputs < 1)
        return "a network needs at least one input";
    if (network.widths.empty())
        return "a network needs at least one layer";
    for (int const width : network.widths)
        if (width < 1)
            return "every layer needs at least one neuron";
    for (int d = 1; d < network.depth(); ++d)
        if (adds_input(network, d) && network.widths[static_cast<std::size_t>(d)] != network.fan_in(d))
            return "a residual layer must be as wide as the one before it";
    bool const softmax = network.output_activation == OutputActivation::softmax;
    if (softmax != (network.loss == Loss::cross_entropy))
        return softmax ? "softmax goes with cross_entropy only" : "cross_entropy goes with softmax only";
    if (network.loss == Loss::binary_cross_entropy && network.output_activation != OutputActivation::sigmoid)
        return "binary_cross_entropy goes with a sigmoid output only";
    return {};
}
}  // namespace

std::string impossible(TrainerSpec const& spec)
{
    if (std::string why = impossible(spec.network); !why.empty())
        return why;
    if (spec.batch < 1)
        return "a batch needs at least one sample";
    if (spec.threads < 1)
        return "training needs at least one thread";
    return {};
}

std::string refuses_forms(TrainerSpec const& spec) { return spec.form == Form::automatic ? "" : only_cuda_has_forms; }

std::string no_choice_of_forms(Form form, std::string_view backend, Device device)
{
    bool const may = backend == "cuda" || (backend == "auto" && device == Device::gpu);
    return form == Form::automatic || may ? "" : only_cuda_has_forms;
}

}  // namespace ghee::mlp
