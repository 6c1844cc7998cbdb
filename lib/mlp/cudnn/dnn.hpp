// Activations, softmax and sums by cuDNN.
#pragma once

#include <cudnn.h>

#include <memory>
#include <string>
#include <type_traits>

#include "mlp/cudnn/vendor_math.hpp"

namespace ghee::mlp::cudnn {

class Dnn
{
  public:
    explicit Dnn(cudaStream_t stream) : stream_(stream) {}

    // As in VendorMath. Each is run once, so that nothing of it remains to be loaded when a graph is recorded.
    std::unique_ptr<Call> activation(Activation, Matrix const& sums, float* outputs);
    std::unique_ptr<Call> activation_back(Activation, Matrix const& sums, float const* outputs, float const* above, float* below);
    std::unique_ptr<Call> log_softmax(Matrix const& sums, float* logarithms);
    std::unique_ptr<Call> sum(Matrix const& one, float const* other, float* result);
    [[nodiscard]] static std::string version();

  private:
    cudnnHandle_t handle();
    cudaStream_t stream_;
    std::shared_ptr<std::remove_pointer_t<cudnnHandle_t>> handle_;
};

}  // namespace ghee::mlp::cudnn
