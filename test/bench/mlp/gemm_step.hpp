// The opponent: the same training step written as anybody would, a call of a BLAS per product and plain loops between them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mlp/trainer.hpp"

namespace ghee::mlp::bench {

/// Row-major c[m][n] = op(a) op(b).
using Product = void (*)(bool a_turned, bool b_turned, int m, int n, int k, float const* a, float const* b, float* c);

struct Library
{
    std::string name;
    Product product;
};
/// Those that were found when this was built, each set to one thread.
std::vector<Library> libraries();

/// ReLU, mean squared error or softmax cross-entropy, Adam (Keras); one hidden copy of everything, nothing allocated in a step.
class GemmStep
{
  public:
    /// Begins with these weights.
    GemmStep(Network network, Weights const& weights, int batch, Product product);
    /// One step on the rows; returns the sum of their losses.
    double step(Samples const& samples, std::span<std::uint32_t const> rows);

  private:
    struct Dense
    {
        int inputs = 0, outputs = 0;
        std::vector<float> weights, biases, output, delta;
        std::vector<float> weight_gradient, bias_gradient;
        std::vector<float> first, second, bias_first, bias_second;
    };
    double loss(Samples const& samples, std::span<std::uint32_t const> rows);
    void learn(std::vector<float>& w, std::vector<float> const& g, std::vector<float>& m, std::vector<float>& v) const;

    Network network_;
    Product product_;
    std::vector<Dense> layers_;
    std::vector<float> input_;
    Optimizer optimizer_;
    double power1_ = 1, power2_ = 1;
    float rate_ = 0;
};

}  // namespace ghee::mlp::bench
