// The vendor's mathematics as plain loops on an emulated GPU, so that what the cudnn backend asks for is checked where there is no GPU.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "mlp/cuda/gpu.hpp"
#include "mlp/cudnn/vendor_math.hpp"

namespace ghee::mlp::cudnn::test {

/// What some GPU's library would not have, and what was asked for.
struct Shop
{
    std::set<Finish> lacks;
    std::map<Finish, int> sold;
};

/// Products are summed in fp64 from operands rounded to the precision; ReLU in a product makes 0 of a NaN, as cuBLASLt's does.
class NaiveMath final : public VendorMath
{
  public:
    NaiveMath(cuda::Gpu&, std::shared_ptr<Shop>);

    std::unique_ptr<Call> product(Product const&, Precision) override;
    std::unique_ptr<Call> activation(Activation, Matrix const& sums, float* outputs) override;
    std::unique_ptr<Call> activation_back(Activation, Matrix const& sums, float const* outputs, float const* above, float* below) override;
    std::unique_ptr<Call> log_softmax(Matrix const& sums, float* logarithms) override;
    std::unique_ptr<Call> sum(Matrix const& one, float const* other, float* result) override;
    [[nodiscard]] std::string name() const override { return "plain loops"; }

  private:
    std::unique_ptr<Call> call(std::function<void()>, bool on_tensor_cores = false);
    cuda::Gpu& gpu_;
    std::shared_ptr<Shop> shop_;
};

}  // namespace ghee::mlp::cudnn::test
