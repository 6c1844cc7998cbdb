// To and from the device.
#include "mlp/cuda/parameters.hpp"

#include "base/contract.hpp"
#include "mlp/cuda/padded.hpp"

namespace ghee::mlp::cuda {

namespace {
std::size_t at(int i) { return static_cast<std::size_t>(i); }

std::vector<LayerArrays> arrays_of(Gpu& gpu, Network const& network, bool wanted)
{
    std::vector<LayerArrays> all;
    for (int d = 0; d < network.depth(); ++d)
    {
        int const outputs = network.widths[at(d)];
        std::size_t const weights = at(outputs) * at(stride_of(network.fan_in(d)));
        all.push_back({DeviceArray<float>(gpu, wanted ? weights : 0), DeviceArray<float>(gpu, wanted ? at(stride_of(outputs)) : 0)});
    }
    return all;
}
}  // namespace

Parameters::Parameters(Gpu& gpu, Network const& network, OptimizerKind kind, int copies) : gpu_(gpu), network_(network)
{
    for (int copy = 0; copy < copies; ++copy)
        copies_.push_back(arrays_of(gpu, network, true));
    first_ = arrays_of(gpu, network, has_first_moment(kind));
    second_ = arrays_of(gpu, network, has_second_moment(kind));
}

Matrix Parameters::weights(int d, int copy) const { return {layer(d, copy).weights.data(), network_.widths[at(d)], network_.fan_in(d)}; }

void Parameters::set(Weights const& weights)
{
    GHEE_EXPECT(weights.size() == at(network_.depth()));
    std::vector<float> rows, biases;
    for (int d = 0; d < network_.depth(); ++d)
    {
        Layer const& layer = weights[at(d)];
        GHEE_EXPECT(layer.inputs == network_.fan_in(d) && layer.outputs == network_.widths[at(d)]);
        rows.assign(at(layer.outputs) * at(stride_of(layer.inputs)), 0.0F);
        biases.resize(at(layer.outputs));
        put_padded(layer, rows.data(), biases.data());
        for (auto const& copy : copies_)
        {
            gpu_.copy_in(copy[at(d)].weights.data(), rows.data(), rows.size() * sizeof(float));
            gpu_.copy_in(copy[at(d)].biases.data(), biases.data(), biases.size() * sizeof(float));
        }
    }
}

Weights Parameters::of_copy(int copy) const
{
    Weights weights;
    std::vector<float> rows, biases;
    for (int d = 0; d < network_.depth(); ++d)
    {
        LayerArrays const& from = layer(d, copy);
        int const outputs = network_.widths[at(d)];
        rows.resize(from.weights.size());
        biases.resize(at(outputs));
        gpu_.copy_out(rows.data(), from.weights.data(), from.weights.bytes());
        gpu_.copy_out(biases.data(), from.biases.data(), biases.size() * sizeof(float));
        weights.push_back(from_padded(network_.fan_in(d), outputs, rows.data(), biases.data()));
    }
    return weights;
}

void Parameters::clear_moments()
{
    for (auto const* moments : {&first_, &second_})
        for (LayerArrays const& layer : *moments)
        {
            layer.weights.clear();
            layer.biases.clear();
        }
}

std::size_t Parameters::bytes() const
{
    std::size_t sum = 0;
    for (auto const& copy : copies_)
        for (LayerArrays const& layer : copy)
            sum += layer.bytes();
    for (auto const* moments : {&first_, &second_})
        for (LayerArrays const& layer : *moments)
            sum += layer.bytes();
    return sum;
}

std::size_t Parameters::bytes_for(Network const& network, OptimizerKind kind, int copies)
{
    std::size_t floats = 0;
    for (int d = 0; d < network.depth(); ++d)
        floats += at(network.widths[at(d)]) * at(stride_of(network.fan_in(d))) + at(stride_of(network.widths[at(d)]));
    return floats * sizeof(float) * at(copies + (has_first_moment(kind) ? 1 : 0) + (has_second_moment(kind) ? 1 : 0));
}

}  // namespace ghee::mlp::cuda
