#include "gemm_step.hpp"

#include <algorithm>
#include <cmath>

namespace ghee::mlp::bench {

GemmStep::GemmStep(Network network, Weights const& weights, int batch, Product product) : network_(std::move(network)), product_(product)
{
    auto const rows = static_cast<std::size_t>(batch);
    input_.resize(rows * static_cast<std::size_t>(network_.inputs));
    for (Layer const& layer : weights)
    {
        Dense& dense = layers_.emplace_back();
        dense.inputs = layer.inputs;
        dense.outputs = layer.outputs;
        dense.weights.assign(layer.weights.begin(), layer.weights.end());
        dense.biases.assign(layer.biases.begin(), layer.biases.end());
        dense.output.resize(rows * layer.biases.size());
        dense.delta.resize(dense.output.size());
        for (auto* part : {&dense.weight_gradient, &dense.first, &dense.second})
            part->resize(layer.weights.size());
        for (auto* part : {&dense.bias_gradient, &dense.bias_first, &dense.bias_second})
            part->resize(layer.biases.size());
    }
}

double GemmStep::loss(Samples const& samples, std::span<std::uint32_t const> rows)
{
    Dense& last = layers_.back();
    auto const outputs = static_cast<std::size_t>(last.outputs);
    auto const scale = 1.0F / static_cast<float>(rows.size());
    double sum = 0;
    for (std::size_t s = 0; s < rows.size(); ++s)
    {
        float const* const z = last.output.data() + s * outputs;
        float* const d = last.delta.data() + s * outputs;
        float const* const t = samples.targets.data() + rows[s] * outputs;
        if (network_.loss == Loss::mse)
        {
            for (std::size_t o = 0; o < outputs; ++o)
            {
                float const error = z[o] - t[o];
                sum += error * error / static_cast<float>(outputs);
                d[o] = 2.0F * error * scale / static_cast<float>(outputs);
            }
            continue;
        }
        float const largest = *std::max_element(z, z + outputs);
        float total = 0;
        for (std::size_t o = 0; o < outputs; ++o)
            total += d[o] = std::exp(z[o] - largest);
        for (std::size_t o = 0; o < outputs; ++o)
        {
            sum -= t[o] * (z[o] - largest - std::log(total));
            d[o] = (d[o] / total - t[o]) * scale;
        }
    }
    return sum;
}

void GemmStep::learn(std::vector<float>& w, std::vector<float> const& g, std::vector<float>& m, std::vector<float>& v) const
{
    auto const beta1 = static_cast<float>(optimizer_.beta1), beta2 = static_cast<float>(optimizer_.beta2);
    auto const epsilon = static_cast<float>(optimizer_.epsilon);
    float* __restrict const wp = w.data();
    float* __restrict const mp = m.data();
    float* __restrict const vp = v.data();
    float const* __restrict const gp = g.data();
    for (std::size_t i = 0; i < w.size(); ++i)
    {
        mp[i] = beta1 * mp[i] + (1.0F - beta1) * gp[i];
        vp[i] = beta2 * vp[i] + (1.0F - beta2) * gp[i] * gp[i];
        wp[i] -= rate_ * mp[i] / (std::sqrt(vp[i]) + epsilon);
    }
}

double GemmStep::step(Samples const& samples, std::span<std::uint32_t const> rows)
{
    int const batch = static_cast<int>(rows.size());
    auto const inputs = static_cast<std::size_t>(network_.inputs);
    for (std::size_t s = 0; s < rows.size(); ++s)
        std::copy_n(samples.inputs.data() + rows[s] * inputs, inputs, input_.data() + s * inputs);
    for (std::size_t d = 0; d < layers_.size(); ++d)
    {
        Dense& layer = layers_[d];
        float const* const x = d == 0 ? input_.data() : layers_[d - 1].output.data();
        product_(false, true, batch, layer.outputs, layer.inputs, x, layer.weights.data(), layer.output.data());
        bool const hidden = d + 1 < layers_.size();
        for (int s = 0; s < batch; ++s)
        {
            float* const y = layer.output.data() + static_cast<std::ptrdiff_t>(s) * layer.outputs;
            for (int o = 0; o < layer.outputs; ++o)
            {
                float const z = y[o] + layer.biases[static_cast<std::size_t>(o)];
                y[o] = hidden && z < 0 ? 0.0F : z;
            }
        }
    }
    double const sum = loss(samples, rows);
    power1_ *= optimizer_.beta1;
    power2_ *= optimizer_.beta2;
    rate_ = static_cast<float>(optimizer_.learning_rate * std::sqrt(1 - power2_) / (1 - power1_));
    for (std::size_t d = layers_.size(); d-- > 0;)
    {
        Dense& layer = layers_[d];
        float const* const x = d == 0 ? input_.data() : layers_[d - 1].output.data();
        if (d > 0)
        {
            Dense& below = layers_[d - 1];
            product_(false, false, batch, layer.inputs, layer.outputs, layer.delta.data(), layer.weights.data(), below.delta.data());
            std::size_t const numbers = static_cast<std::size_t>(batch) * static_cast<std::size_t>(below.outputs);
            float* __restrict const down = below.delta.data();
            float const* __restrict const y = below.output.data();
            for (std::size_t i = 0; i < numbers; ++i)
                down[i] = y[i] > 0 ? down[i] : 0.0F;
        }
        product_(true, false, layer.outputs, layer.inputs, batch, layer.delta.data(), x, layer.weight_gradient.data());
        std::fill(layer.bias_gradient.begin(), layer.bias_gradient.end(), 0.0F);
        for (int s = 0; s < batch; ++s)
            for (int o = 0; o < layer.outputs; ++o)
                layer.bias_gradient[static_cast<std::size_t>(o)] += layer.delta[static_cast<std::size_t>(s * layer.outputs + o)];
        learn(layer.weights, layer.weight_gradient, layer.first, layer.second);
        learn(layer.biases, layer.bias_gradient, layer.bias_first, layer.bias_second);
    }
    return sum;
}

}  // namespace ghee::mlp::bench
