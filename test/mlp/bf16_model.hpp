// What training in bf16 means, slow and obvious: the reference's formulas in fp64, with numbers rounded to bf16 where the kernels round.
#pragma once

#include <vector>

#include "mlp/reference/update.hpp"
#include "mlp/trainer.hpp"

namespace ghee::mlp::test {

/// To the nearest fp32, then to the nearest bf16, ties to even.
double to_bf16(double x);

class Bf16Model
{
  public:
    Bf16Model(TrainerSpec spec, Weights start);
    Pass train(Samples const&, std::span<std::uint32_t const> order);
    Pass evaluate(Samples const&) const;
    [[nodiscard]] Weights const& weights() const { return weights_; }

  private:
    struct Trail
    {
        std::vector<std::vector<double>> inputs;  ///< of each layer, in bf16
        std::vector<std::vector<double>> slopes;  ///< of each hidden layer
        std::vector<double> sums;                 ///< of the last layer
    };
    [[nodiscard]] Trail forward(std::span<float const> input) const;
    void backward(Trail const&, std::vector<double> delta, Weights& sum) const;
    void renew();

    TrainerSpec spec_;
    Weights weights_;
    Weights rounded_;  ///< weights in bf16, biases as they are
    std::vector<std::vector<reference::Moments>> moments_;
    std::int64_t step_ = 0;
};

}  // namespace ghee::mlp::test
