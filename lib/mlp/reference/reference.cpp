// The reference backend: training, one sample after another.
#include "mlp/reference/reference.hpp"

#include "base/contract.hpp"
#include "mlp/reference/functions.hpp"
#include "mlp/spec.hpp"

namespace ghee::mlp {

namespace {
std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

std::span<float const> row(std::span<float const> rows, std::int64_t i, int columns) { return rows.subspan(at(i * columns), at(columns)); }

Weights zeros_like(Weights weights)
{
    for (Layer& layer : weights)
    {
        layer.weights.assign(layer.weights.size(), 0.0);
        layer.biases.assign(layer.biases.size(), 0.0);
    }
    return weights;
}

std::string refuses(TrainerSpec const& spec)
{
    if (std::string why = impossible(spec); !why.empty())
        return why;
    if (spec.precision != Precision::fp32 && spec.precision != Precision::fp64)
        return "it computes in fp64 and does not imitate " + std::string(name_of(spec.precision));
    if (spec.threads > 1)
        return "it uses one thread";
    return refuses_forms(spec);
}
}  // namespace

Backend reference_backend()
{
    return {.name = "reference",
            .device = Device::cpu,
            .absence = [] { return std::string(); },
            .refuses = refuses,
            .make = [](TrainerSpec const& spec) -> std::unique_ptr<Trainer> { return std::make_unique<ReferenceTrainer>(spec); }};
}

ReferenceTrainer::ReferenceTrainer(TrainerSpec spec) : spec_(std::move(spec))
{
    GHEE_EXPECT(refuses(spec_).empty());
    reset();
}

void ReferenceTrainer::reset()
{
    weights_ = initial_weights(spec_.network, spec_.initializer, spec_.seed);
    moments_.clear();
    for (Layer const& layer : weights_)
        moments_.emplace_back(layer.weights.size() + layer.biases.size());
    step_ = 0;
}

void ReferenceTrainer::load(Samples train, Samples test)
{
    for (Samples const& samples : {train, test})
        GHEE_EXPECT(samples.count == 0 || (samples.features == spec_.network.inputs && samples.outputs == spec_.network.outputs()));
    train_ = train;
    test_ = test;
}

void ReferenceTrainer::set_weights(Weights const& weights)
{
    GHEE_EXPECT(weights.size() == weights_.size());
    for (std::size_t d = 0; d < weights.size(); ++d)
        GHEE_EXPECT(weights[d].weights.size() == weights_[d].weights.size() && weights[d].biases.size() == weights_[d].biases.size());
    weights_ = weights;
}

ReferenceTrainer::Trail ReferenceTrainer::forward(std::span<float const> input) const
{
    Trail trail;
    std::vector<double> x(input.begin(), input.end());
    for (int d = 0; d < spec_.network.depth(); ++d)
    {
        Layer const& layer = weights_[at(d)];
        std::vector<double> z(layer.biases);
        for (int n = 0; n < layer.outputs; ++n)
            for (int k = 0; k < layer.inputs; ++k)
                z[at(n)] += layer.weights[at(n) * at(layer.inputs) + at(k)] * x[at(k)];
        if (d < spec_.network.depth() - 1)
        {
            std::vector<double> y;
            for (int n = 0; n < layer.outputs; ++n)
                y.push_back(reference::activation(spec_.network.activation, z[at(n)]) + (adds_input(spec_.network, d) ? x[at(n)] : 0.0));
            trail.outputs.push_back(y);
            x = std::move(y);
        }
        trail.sums.push_back(std::move(z));
    }
    return trail;
}

/// `delta`: derivatives of the loss with respect to the last layer's sums. Adds the sample's derivatives to `sum`.
void ReferenceTrainer::backward(std::span<float const> input, Trail const& trail, std::vector<double> delta, Weights& sum) const
{
    std::vector<double> beside;  // derivatives with respect to the layer's output, which a residual hands on as they are
    for (int d = spec_.network.depth() - 1; d >= 0; --d)
    {
        Layer const& layer = weights_[at(d)];
        std::vector<double> x(input.begin(), input.end());
        if (d > 0)
            x = trail.outputs[at(d) - 1];
        for (int n = 0; n < layer.outputs; ++n)
        {
            sum[at(d)].biases[at(n)] += delta[at(n)];
            for (int k = 0; k < layer.inputs; ++k)
                sum[at(d)].weights[at(n) * at(layer.inputs) + at(k)] += delta[at(n)] * x[at(k)];
        }
        if (d == 0)
            return;
        std::vector<double> below(at(layer.inputs), 0.0);
        for (int n = 0; n < layer.outputs; ++n)
            for (int k = 0; k < layer.inputs; ++k)
                below[at(k)] += layer.weights[at(n) * at(layer.inputs) + at(k)] * delta[at(n)];
        if (adds_input(spec_.network, d))
            for (int k = 0; k < layer.inputs; ++k)
                below[at(k)] += beside[at(k)];
        beside = below;
        for (int k = 0; k < layer.inputs; ++k)
            below[at(k)] *= reference::slope(spec_.network.activation, trail.sums[at(d) - 1][at(k)]);
        delta = std::move(below);
    }
}

Weights ReferenceTrainer::accumulate(std::span<std::uint32_t const> rows, Pass& pass) const
{
    Weights sum = zeros_like(weights_);
    for (std::uint32_t const r : rows)
    {
        GHEE_EXPECT(r < train_.count);
        std::span<float const> const input = row(train_.inputs, r, train_.features);
        std::span<float const> const target = row(train_.targets, r, train_.outputs);
        Trail const trail = forward(input);
        std::vector<double> const& z = trail.sums.back();
        pass.loss_sum += reference::loss(spec_.network, z, target);
        pass.correct += reference::hit(spec_.network, z, target) ? 1 : 0;
        backward(input, trail, reference::loss_slope(spec_.network, z, target), sum);
    }
    double const count = static_cast<double>(rows.size());
    for (Layer& layer : sum)
    {
        for (double& g : layer.weights)
            g /= count;
        for (double& g : layer.biases)
            g /= count;
    }
    return sum;
}

Weights ReferenceTrainer::gradients(std::span<std::uint32_t const> rows) const
{
    Pass unused;
    return accumulate(rows, unused);
}

double ReferenceTrainer::loss(std::span<std::uint32_t const> rows) const
{
    double sum = 0.0;
    for (std::uint32_t const r : rows)
        sum += reference::loss(spec_.network, forward(row(train_.inputs, r, train_.features)).sums.back(), row(train_.targets, r, train_.outputs));
    return sum / static_cast<double>(rows.size());
}

std::vector<std::vector<double>> ReferenceTrainer::sums(std::uint32_t r) const
{
    std::vector<std::vector<double>> all = forward(row(train_.inputs, r, train_.features)).sums;
    all.pop_back();
    return all;
}

void ReferenceTrainer::update(Weights const& gradients)
{
    ++step_;
    for (std::size_t d = 0; d < weights_.size(); ++d)
    {
        Layer& layer = weights_[d];
        for (std::size_t i = 0; i < layer.weights.size(); ++i)
        {
            double const g = gradients[d].weights[i] + reference::penalty_slope(spec_.optimizer, layer.weights[i]);
            layer.weights[i] = reference::updated(spec_.optimizer, step_, layer.weights[i], g, moments_[d][i]);
        }
        for (std::size_t i = 0; i < layer.biases.size(); ++i)
            layer.biases[i] =
                reference::updated(spec_.optimizer, step_, layer.biases[i], gradients[d].biases[i], moments_[d][layer.weights.size() + i]);
    }
}

Pass ReferenceTrainer::train(std::span<std::uint32_t const> order)
{
    Pass pass;
    while (!order.empty())
    {
        std::span<std::uint32_t const> const rows = order.first(std::min(order.size(), at(spec_.batch)));
        order = order.subspan(rows.size());
        update(accumulate(rows, pass));
        pass.samples += static_cast<std::int64_t>(rows.size());
        ++pass.steps;
    }
    return pass;
}

Pass ReferenceTrainer::evaluate()
{
    Pass pass;
    for (std::int64_t i = 0; i < test_.count; ++i)
    {
        std::vector<double> const z = forward(row(test_.inputs, i, test_.features)).sums.back();
        std::span<float const> const target = row(test_.targets, i, test_.outputs);
        pass.loss_sum += reference::loss(spec_.network, z, target);
        pass.correct += reference::hit(spec_.network, z, target) ? 1 : 0;
        ++pass.samples;
    }
    return pass;
}

}  // namespace ghee::mlp
