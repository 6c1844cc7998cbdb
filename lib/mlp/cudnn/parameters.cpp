// Laying out parameters, and bringing them to the device and back.
#include "mlp/cudnn/parameters.hpp"

#include "base/contract.hpp"

namespace ghee::mlp::cudnn {

namespace {
std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

std::int64_t on_256_bytes(std::int64_t floats) { return (floats + 63) / 64 * 64; }

std::size_t arrays(OptimizerKind kind) { return 2U + (has_first_moment(kind) ? 1U : 0U) + (has_second_moment(kind) ? 1U : 0U); }
}  // namespace

Places::Places(Network const& network)
{
    for (int d = 0; d < network.depth(); ++d)
    {
        weights.push_back(all_weights);
        all_weights += on_256_bytes(static_cast<std::int64_t>(network.widths[at(d)]) * cuda::stride_of(network.fan_in(d)));
    }
    floats = all_weights;
    for (int const width : network.widths)
    {
        biases.push_back(floats);
        floats += on_256_bytes(width);
    }
}

Parameters::Parameters(cuda::Gpu& gpu, Network const& network, OptimizerKind kind)
    : gpu_(gpu), network_(network), places_(network), values_(gpu, at(places_.floats)), gradients_(gpu, at(places_.floats)),
      first_(gpu, has_first_moment(kind) ? at(places_.floats) : 0), second_(gpu, has_second_moment(kind) ? at(places_.floats) : 0)
{
}

std::size_t Parameters::bytes(Network const& network, OptimizerKind kind) { return arrays(kind) * at(Places(network).floats) * sizeof(float); }

cuda::Matrix Parameters::weights(int d) const { return {values_.data() + places_.weights[at(d)], network_.widths[at(d)], network_.fan_in(d)}; }

void Parameters::set(Weights const& weights)
{
    GHEE_EXPECT(weights.size() == at(network_.depth()));
    std::vector<float> all(at(places_.floats), 0.0F);
    for (int d = 0; d < network_.depth(); ++d)
    {
        std::size_t const inputs = at(network_.fan_in(d)), outputs = at(network_.widths[at(d)]), stride = at(cuda::stride_of(network_.fan_in(d)));
        Layer const& layer = weights[at(d)];
        GHEE_EXPECT(layer.weights.size() == inputs * outputs && layer.biases.size() == outputs);
        for (std::size_t n = 0; n < outputs; ++n)
        {
            for (std::size_t k = 0; k < inputs; ++k)
                all[at(places_.weights[at(d)]) + n * stride + k] = static_cast<float>(layer.weights[n * inputs + k]);
            all[at(places_.biases[at(d)]) + n] = static_cast<float>(layer.biases[n]);
        }
    }
    gpu_.copy_in(values_.data(), all.data(), values_.bytes());
}

Weights Parameters::copied() const
{
    std::vector<float> all(at(places_.floats));
    gpu_.copy_out(all.data(), values_.data(), values_.bytes());
    Weights weights;
    for (int d = 0; d < network_.depth(); ++d)
    {
        Layer layer{.inputs = network_.fan_in(d), .outputs = network_.widths[at(d)], .weights = {}, .biases = {}};
        float const* row = all.data() + places_.weights[at(d)];
        for (int n = 0; n < layer.outputs; ++n, row += cuda::stride_of(layer.inputs))
            layer.weights.insert(layer.weights.end(), row, row + layer.inputs);
        float const* const biases = all.data() + places_.biases[at(d)];
        layer.biases.assign(biases, biases + layer.outputs);
        weights.push_back(std::move(layer));
    }
    return weights;
}

void Parameters::clear_moments()
{
    first_.clear();
    second_.clear();
}

}  // namespace ghee::mlp::cudnn
