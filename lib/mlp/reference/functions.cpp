// Activations and losses in fp64.
#include "mlp/reference/functions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ghee::mlp::reference {

namespace {
double sigmoid(double z) { return 1.0 / (1.0 + std::exp(-z)); }

std::vector<double> softmax(std::span<double const> z)
{
    double const largest = *std::max_element(z.begin(), z.end());
    std::vector<double> p;
    double sum = 0.0;
    for (double const v : z)
        sum += p.emplace_back(std::exp(v - largest));
    for (double& v : p)
        v /= sum;
    return p;
}

double log_sum_exp(std::span<double const> z)
{
    double const largest = *std::max_element(z.begin(), z.end());
    double sum = 0.0;
    for (double const v : z)
        sum += std::exp(v - largest);
    return largest + std::log(sum);
}
}  // namespace

double activation(Activation kind, double z)
{
    switch (kind)
    {
        case Activation::linear: return z;
        case Activation::relu: return z < 0.0 ? 0.0 : z;
        case Activation::leaky_relu: return z < 0.0 ? 0.01 * z : z;
        case Activation::tanh: return std::tanh(z);
        case Activation::sigmoid: return sigmoid(z);
        case Activation::gelu: return z * 0.5 * std::erfc(-z / std::numbers::sqrt2);
    }
    return z;
}

double slope(Activation kind, double z)
{
    switch (kind)
    {
        case Activation::linear: return 1.0;
        case Activation::relu: return z > 0.0 ? 1.0 : 0.0;
        case Activation::leaky_relu: return z > 0.0 ? 1.0 : 0.01;
        case Activation::tanh: return 1.0 - std::tanh(z) * std::tanh(z);
        case Activation::sigmoid: return sigmoid(z) * (1.0 - sigmoid(z));
        case Activation::gelu:
            return 0.5 * std::erfc(-z / std::numbers::sqrt2) + z * std::exp(-0.5 * z * z) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
    }
    return 1.0;
}

std::vector<double> output(OutputActivation kind, std::span<double const> z)
{
    if (kind == OutputActivation::softmax)
        return softmax(z);
    std::vector<double> y(z.begin(), z.end());
    if (kind == OutputActivation::sigmoid)
        for (double& v : y)
            v = sigmoid(v);
    return y;
}

double loss(Network const& network, std::span<double const> z, std::span<float const> target)
{
    double const outputs = static_cast<double>(z.size());
    double sum = 0.0;
    switch (network.loss)
    {
        case Loss::mse:
        {
            std::vector<double> const y = output(network.output_activation, z);
            for (std::size_t i = 0; i < z.size(); ++i)
                sum += (y[i] - target[i]) * (y[i] - target[i]);
            return sum / outputs;
        }
        case Loss::binary_cross_entropy:
            for (std::size_t i = 0; i < z.size(); ++i)
                sum += (z[i] > 0.0 ? z[i] : 0.0) - z[i] * target[i] + std::log1p(std::exp(-std::abs(z[i])));
            return sum / outputs;
        case Loss::cross_entropy:
        {
            double const all = log_sum_exp(z);
            for (std::size_t i = 0; i < z.size(); ++i)
                sum += target[i] * (all - z[i]);
            return sum;
        }
    }
    return sum;
}

std::vector<double> loss_slope(Network const& network, std::span<double const> z, std::span<float const> target)
{
    double const outputs = static_cast<double>(z.size());
    std::vector<double> d = output(network.output_activation, z);
    switch (network.loss)
    {
        case Loss::mse:
            for (std::size_t i = 0; i < z.size(); ++i)
            {
                double const inner = network.output_activation == OutputActivation::sigmoid ? d[i] * (1.0 - d[i]) : 1.0;
                d[i] = 2.0 * (d[i] - target[i]) * inner / outputs;
            }
            break;
        case Loss::binary_cross_entropy:
            for (std::size_t i = 0; i < z.size(); ++i)
                d[i] = (d[i] - target[i]) / outputs;
            break;
        case Loss::cross_entropy:
        {
            double total = 0.0;
            for (float const t : target)
                total += t;
            for (std::size_t i = 0; i < z.size(); ++i)
                d[i] = d[i] * total - target[i];
            break;
        }
    }
    return d;
}

bool hit(Network const& network, std::span<double const> z, std::span<float const> target)
{
    if (network.loss == Loss::mse || std::any_of(z.begin(), z.end(), [](double v) { return std::isnan(v); }))
        return false;
    if (network.loss == Loss::cross_entropy)
        return std::max_element(z.begin(), z.end()) - z.begin() == std::max_element(target.begin(), target.end()) - target.begin();
    for (std::size_t i = 0; i < z.size(); ++i)
        if ((z[i] > 0.0) != (target[i] > 0.5F))  // the sigmoid of z is above 0.5 exactly where z is above 0
            return false;
    return true;
}

}  // namespace ghee::mlp::reference
