// cuBLASLt and cuDNN side by side on one stream.
#include "mlp/cudnn/vendor.hpp"

#include "mlp/cudnn/blas.hpp"
#include "mlp/cudnn/dnn.hpp"

namespace ghee::mlp::cudnn {

namespace {
class Vendor final : public VendorMath
{
  public:
    Vendor(cuda::Gpu& gpu, cudaStream_t stream) : blas_(gpu, stream), dnn_(stream) {}

    std::unique_ptr<Call> product(Product const& product, Precision precision) override { return blas_.product(product, precision); }
    std::unique_ptr<Call> activation(Activation kind, Matrix const& sums, float* outputs) override { return dnn_.activation(kind, sums, outputs); }
    std::unique_ptr<Call> activation_back(Activation kind, Matrix const& sums, float const* outputs, float const* above, float* below) override
    {
        return dnn_.activation_back(kind, sums, outputs, above, below);
    }
    std::unique_ptr<Call> log_softmax(Matrix const& sums, float* logarithms) override { return dnn_.log_softmax(sums, logarithms); }
    std::unique_ptr<Call> sum(Matrix const& one, float const* other, float* result) override { return dnn_.sum(one, other, result); }
    [[nodiscard]] std::string name() const override { return "cuBLASLt " + Blas::version() + " and cuDNN " + Dnn::version(); }

  private:
    Blas blas_;
    Dnn dnn_;
};
}  // namespace

std::unique_ptr<VendorMath> vendor_math(cuda::Gpu& gpu, cudaStream_t stream) { return std::make_unique<Vendor>(gpu, stream); }

}  // namespace ghee::mlp::cudnn
