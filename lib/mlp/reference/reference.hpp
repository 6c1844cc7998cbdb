// The reference: fp64, one obvious loop per operation. Slow, and right; the other backends are tested against it.
#pragma once

#include <cstdint>
#include <span>

#include "mlp/backend.hpp"
#include "mlp/reference/update.hpp"

namespace ghee::mlp {

Backend reference_backend();

class ReferenceTrainer final : public Trainer
{
  public:
    /// Precondition: the reference backend does not refuse.
    explicit ReferenceTrainer(TrainerSpec);

    void load(Samples train, Samples test) override;
    Pass train(std::span<std::uint32_t const> order) override;
    Pass evaluate() override;
    [[nodiscard]] Weights weights() const override { return weights_; }
    void set_weights(Weights const&) override;
    void reset() override;
    [[nodiscard]] std::string form() const override { return "plain loops, fp64"; }

    /// Derivatives of the mean loss over these training rows with respect to every weight and bias; penalties excluded.
    [[nodiscard]] Weights gradients(std::span<std::uint32_t const> rows) const;
    /// Mean loss over these training rows; penalties excluded.
    [[nodiscard]] double loss(std::span<std::uint32_t const> rows) const;
    /// The hidden layers' sums z of one training row, [layer][neuron]: their signs say which side of a kink a ReLU is on.
    [[nodiscard]] std::vector<std::vector<double>> sums(std::uint32_t row) const;

  private:
    /// One sample on its way through the network.
    struct Trail
    {
        std::vector<std::vector<double>> sums;     ///< [layer][neuron] before the activation
        std::vector<std::vector<double>> outputs;  ///< [layer][neuron] of hidden layers, the residual added
    };
    [[nodiscard]] Trail forward(std::span<float const> input) const;
    void backward(std::span<float const> input, Trail const&, std::vector<double> delta, Weights& sum) const;
    Weights accumulate(std::span<std::uint32_t const> rows, Pass&) const;
    void update(Weights const& gradients);

    TrainerSpec spec_;
    Weights weights_;
    std::vector<std::vector<reference::Moments>> moments_;  ///< [layer][weights, then biases]
    std::int64_t step_ = 0;
    Samples train_;
    Samples test_;
};

}  // namespace ghee::mlp
