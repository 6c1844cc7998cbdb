// The slow and obvious model of training in bf16.
#include "bf16_model.hpp"

#include <bit>
#include <cmath>

#include "mlp/reference/functions.hpp"
#include "mlp/spec.hpp"

namespace ghee::mlp::test {

namespace {
std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }
std::span<float const> row(std::span<float const> rows, std::int64_t i, int columns) { return rows.subspan(at(i * columns), at(columns)); }

/// The derivative as the kernels know it: from the output in bf16, or kept in bf16 where the output does not tell it.
double slope(Network const& network, double z, double y)
{
    if (network.residual || network.activation == Activation::gelu)
        return to_bf16(reference::slope(network.activation, z));
    switch (network.activation)
    {
        case Activation::relu: return y > 0.0 ? 1.0 : 0.0;
        case Activation::leaky_relu: return y > 0.0 ? 1.0 : 0.01;
        case Activation::tanh: return 1.0 - y * y;
        case Activation::sigmoid: return y * (1.0 - y);
        default: return 1.0;
    }
}
}  // namespace

double to_bf16(double x)
{
    auto const bits = std::bit_cast<std::uint32_t>(static_cast<float>(x));
    std::uint32_t const down = bits & 0xFFFF0000U;
    std::uint32_t const rest = bits & 0xFFFFU;
    bool const up = rest > 0x8000U || (rest == 0x8000U && (bits & 0x10000U) != 0);
    return std::bit_cast<float>(up ? down + 0x10000U : down);
}

Bf16Model::Bf16Model(TrainerSpec spec, Weights start) : spec_(std::move(spec)), weights_(std::move(start))
{
    for (Layer const& layer : weights_)
        moments_.emplace_back(layer.weights.size() + layer.biases.size());
    renew();
}

void Bf16Model::renew()
{
    rounded_ = weights_;
    for (Layer& layer : rounded_)
        for (double& w : layer.weights)
            w = to_bf16(w);
}

Bf16Model::Trail Bf16Model::forward(std::span<float const> input) const
{
    Trail trail;
    std::vector<double> x;
    for (float const v : input)
        x.push_back(to_bf16(static_cast<double>(v)));
    for (int d = 0; d < spec_.network.depth(); ++d)
    {
        Layer const& layer = rounded_[at(d)];
        std::vector<double> z(layer.biases);
        for (int n = 0; n < layer.outputs; ++n)
            for (int k = 0; k < layer.inputs; ++k)
                z[at(n)] += layer.weights[at(n) * at(layer.inputs) + at(k)] * x[at(k)];
        trail.inputs.push_back(x);
        if (d == spec_.network.depth() - 1)
        {
            trail.sums = std::move(z);
            break;
        }
        std::vector<double> y, slopes;
        for (int n = 0; n < layer.outputs; ++n)
        {
            y.push_back(to_bf16(reference::activation(spec_.network.activation, z[at(n)]) + (adds_input(spec_.network, d) ? x[at(n)] : 0.0)));
            slopes.push_back(slope(spec_.network, z[at(n)], y.back()));
        }
        trail.slopes.push_back(std::move(slopes));
        x = std::move(y);
    }
    return trail;
}

void Bf16Model::backward(Trail const& trail, std::vector<double> delta, Weights& sum) const
{
    std::vector<double> beside;
    for (int d = spec_.network.depth() - 1; d >= 0; --d)
    {
        Layer const& layer = rounded_[at(d)];
        for (double& v : delta)
            v = to_bf16(v);
        std::vector<double> below(at(layer.inputs), 0.0);
        for (int n = 0; n < layer.outputs; ++n)
        {
            sum[at(d)].biases[at(n)] += delta[at(n)];
            for (int k = 0; k < layer.inputs; ++k)
            {
                std::size_t const i = at(n) * at(layer.inputs) + at(k);
                sum[at(d)].weights[i] += delta[at(n)] * trail.inputs[at(d)][at(k)];
                below[at(k)] += layer.weights[i] * delta[at(n)];
            }
        }
        if (d == 0)
            return;
        if (adds_input(spec_.network, d))
            for (int k = 0; k < layer.inputs; ++k)
                below[at(k)] += beside[at(k)];
        beside = below;
        for (int k = 0; k < layer.inputs; ++k)
            below[at(k)] *= trail.slopes[at(d) - 1][at(k)];
        delta = std::move(below);
    }
}

Pass Bf16Model::train(Samples const& samples, std::span<std::uint32_t const> order)
{
    Pass pass;
    while (!order.empty())
    {
        auto const rows = order.first(std::min(order.size(), at(spec_.batch)));
        order = order.subspan(rows.size());
        Weights sum = weights_;
        for (Layer& layer : sum)
        {
            layer.weights.assign(layer.weights.size(), 0.0);
            layer.biases.assign(layer.biases.size(), 0.0);
        }
        for (std::uint32_t const r : rows)
        {
            Trail const trail = forward(row(samples.inputs, r, samples.features));
            auto const target = row(samples.targets, r, samples.outputs);
            pass.loss_sum += reference::loss(spec_.network, trail.sums, target);
            std::vector<double> delta = reference::loss_slope(spec_.network, trail.sums, target);
            for (double& v : delta)
                v /= static_cast<double>(rows.size());
            backward(trail, std::move(delta), sum);
        }
        ++step_;
        ++pass.steps;
        pass.samples += static_cast<std::int64_t>(rows.size());
        for (std::size_t d = 0; d < weights_.size(); ++d)
        {
            auto const change = [&](double& w, double g, std::size_t i) { w = reference::updated(spec_.optimizer, step_, w, g, moments_[d][i]); };
            std::size_t const count = weights_[d].weights.size();
            for (std::size_t i = 0; i < count; ++i)
            {
                double& w = weights_[d].weights[i];
                change(w, sum[d].weights[i] + reference::penalty_slope(spec_.optimizer, w), i);
            }
            for (std::size_t i = 0; i < weights_[d].biases.size(); ++i)
                change(weights_[d].biases[i], sum[d].biases[i], count + i);
        }
        renew();
    }
    return pass;
}

Pass Bf16Model::evaluate(Samples const& samples) const
{
    Pass pass;
    for (std::int64_t i = 0; i < samples.count; ++i)
        pass.loss_sum +=
            reference::loss(spec_.network, forward(row(samples.inputs, i, samples.features)).sums, row(samples.targets, i, samples.outputs));
    pass.samples = samples.count;
    return pass;
}

}  // namespace ghee::mlp::test
