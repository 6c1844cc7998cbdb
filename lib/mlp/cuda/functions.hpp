// Activations on one number.
#pragma once

#include <cmath>

#include "mlp/cuda/machine.hpp"
#include "record/network.hpp"

namespace ghee::mlp::cuda {

GHEE_GPU float sigmoid(float z) { return 1.0F / (1.0F + ::expf(-z)); }

/// A kind that the compiler knows.
template<Activation kind>
struct Kind
{
    static constexpr Activation value = kind;
};

/// A NaN stays a NaN.
GHEE_GPU float activated(Activation kind, float z)
{
    switch (kind)
    {
        case Activation::linear: return z;
        case Activation::relu: return z < 0.0F ? 0.0F : z;
        case Activation::leaky_relu: return z < 0.0F ? 0.01F * z : z;
        case Activation::tanh: return ::tanhf(z);
        case Activation::sigmoid: return sigmoid(z);
        case Activation::gelu: return z * 0.5F * ::erfcf(-0.707106781F * z);
    }
    return z;
}

/// Four at a time, so that the kind is looked at once.
template<class Use>
GHEE_GPU void with_kind(Activation kind, Use const& use)
{
    switch (kind)
    {
        case Activation::linear: return use(Kind<Activation::linear>{});
        case Activation::relu: return use(Kind<Activation::relu>{});
        case Activation::leaky_relu: return use(Kind<Activation::leaky_relu>{});
        case Activation::tanh: return use(Kind<Activation::tanh>{});
        case Activation::sigmoid: return use(Kind<Activation::sigmoid>{});
        case Activation::gelu: return use(Kind<Activation::gelu>{});
    }
}

/// The derivative where the sum is z.
GHEE_GPU float slope_at(Activation kind, float z)
{
    switch (kind)
    {
        case Activation::linear: return 1.0F;
        case Activation::relu: return z > 0.0F ? 1.0F : 0.0F;
        case Activation::leaky_relu: return z > 0.0F ? 1.0F : 0.01F;
        case Activation::tanh:
        {
            float const y = ::tanhf(z);
            return 1.0F - y * y;
        }
        case Activation::sigmoid:
        {
            float const y = sigmoid(z);
            return y * (1.0F - y);
        }
        case Activation::gelu: return 0.5F * ::erfcf(-0.707106781F * z) + z * (0.398942280F * ::expf(-0.5F * z * z));
    }
    return 1.0F;
}

/// The derivative where the output is y; every activation but gelu tells it.
GHEE_GPU float slope_of_output(Activation kind, float y)
{
    switch (kind)
    {
        case Activation::relu: return y > 0.0F ? 1.0F : 0.0F;
        case Activation::leaky_relu: return y > 0.0F ? 1.0F : 0.01F;
        case Activation::tanh: return 1.0F - y * y;
        case Activation::sigmoid: return y * (1.0F - y);
        case Activation::linear:
        case Activation::gelu: break;
    }
    return 1.0F;
}

}  // namespace ghee::mlp::cuda
