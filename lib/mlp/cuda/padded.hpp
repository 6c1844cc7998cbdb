// A layer's weights as a device keeps them: rows filled up with zeros to whole quads.
#pragma once

#include "mlp/trainer.hpp"

namespace ghee::mlp::cuda {

/// Writes [output][stride_of(inputs)] weights; what fills rows up stays as it is.
void put_padded(Layer const&, float* weights, float* biases);
/// The layer that lies there.
Layer from_padded(int inputs, int outputs, float const* weights, float const* biases);

}  // namespace ghee::mlp::cuda
