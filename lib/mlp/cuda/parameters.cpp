// To and from the device.
#include "mlp/cuda/parameters.hpp"

#include "base/contract.hpp"

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
        std::size_t const inputs = at(network_.fan_in(d)), outputs = at(network_.widths[at(d)]), stride = at(stride_of(network_.fan_in(d)));
        Layer const& layer = weights[at(d)];
        GHEE_EXPECT(layer.weights.size() == inputs * outputs && layer.biases.size() == outputs);
        rows.assign(outputs * stride, 0.0F);
        for (std::size_t n = 0; n < outputs; ++n)
            for (std::size_t k = 0; k < inputs; ++k)
                rows[n * stride + k] = static_cast<float>(layer.weights[n * inputs + k]);
        biases.assign(layer.biases.begin(), layer.biases.end());
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
        Layer to{.inputs = network_.fan_in(d), .outputs = network_.widths[at(d)], .weights = {}, .biases = {}};
        std::size_t const stride = at(stride_of(to.inputs));
        rows.resize(from.weights.size());
        biases.resize(at(to.outputs));
        gpu_.copy_out(rows.data(), from.weights.data(), from.weights.bytes());
        gpu_.copy_out(biases.data(), from.biases.data(), biases.size() * sizeof(float));
        for (std::size_t n = 0; n < at(to.outputs); ++n)
            to.weights.insert(to.weights.end(), rows.data() + n * stride, rows.data() + n * stride + at(to.inputs));
        to.biases.assign(biases.begin(), biases.end());
        weights.push_back(std::move(to));
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
