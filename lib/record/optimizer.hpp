// How weights change: optimiser, penalties, and the exact textbook variant of each.
#pragma once

#include "record/names.hpp"

namespace ghee {

/// sgd: w -= r g. momentum: u = m u - r g; w += u. rmsprop: v = rho v + (1-rho) g^2; w -= r g / (sqrt(v) + eps).
/// adam, adamw: see EpsilonForm; adamw also w -= r * weight_decay * w before the step (decoupled).
enum class OptimizerKind { sgd, momentum, rmsprop, adam, adamw };
template<>
struct Names<OptimizerKind>
{
    static constexpr std::string_view what = "an optimizer";
    static constexpr std::array<std::string_view, 5> names{"sgd", "momentum", "rmsprop", "adam", "adamw"};
};

/// keras: w -= r sqrt(1-beta2^t)/(1-beta1^t) * m / (sqrt(v) + eps); pytorch: w -= r m_hat / (sqrt(v_hat) + eps).
enum class EpsilonForm { keras, pytorch };
template<>
struct Names<EpsilonForm>
{
    static constexpr std::string_view what = "an epsilon form";
    static constexpr std::array<std::string_view, 2> names{"keras", "pytorch"};
};

struct Optimizer
{
    OptimizerKind kind = OptimizerKind::adam;
    double learning_rate = 1e-4;
    double momentum = 0.0;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double rho = 0.9;
    double epsilon = 1e-7;
    EpsilonForm epsilon_form = EpsilonForm::keras;
    double weight_decay = 0.01;
    /// Penalties on weights, not on biases: loss + l1 sum|w| + l2 sum w^2; gradient l1 sign(w) + 2 l2 w (sign(0) = 0).
    double l1 = 0.0;
    double l2 = 0.0;

    bool operator==(Optimizer const&) const = default;
};

}  // namespace ghee
