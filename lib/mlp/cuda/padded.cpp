// Between rows that are filled up and rows that are not.
#include "mlp/cuda/padded.hpp"

#include <algorithm>

#include "base/contract.hpp"
#include "mlp/cuda/work.hpp"

namespace ghee::mlp::cuda {

void put_padded(Layer const& layer, float* weights, float* biases)
{
    auto const inputs = static_cast<std::size_t>(layer.inputs), outputs = static_cast<std::size_t>(layer.outputs);
    auto const stride = static_cast<std::size_t>(stride_of(layer.inputs));
    GHEE_EXPECT(layer.weights.size() == inputs * outputs && layer.biases.size() == outputs);
    for (std::size_t n = 0; n < outputs; ++n)
        for (std::size_t k = 0; k < inputs; ++k)
            weights[n * stride + k] = static_cast<float>(layer.weights[n * inputs + k]);
    std::copy(layer.biases.begin(), layer.biases.end(), biases);
}

Layer from_padded(int inputs, int outputs, float const* weights, float const* biases)
{
    Layer layer{.inputs = inputs, .outputs = outputs, .weights = {}, .biases = {}};
    for (int n = 0; n < outputs; ++n)
    {
        float const* const row = weights + static_cast<std::ptrdiff_t>(n) * stride_of(inputs);
        layer.weights.insert(layer.weights.end(), row, row + inputs);
    }
    layer.biases.assign(biases, biases + outputs);
    return layer;
}

}  // namespace ghee::mlp::cuda
