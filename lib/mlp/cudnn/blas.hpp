// Products by cuBLASLt.
#pragma once

#include <cublasLt.h>

#include <memory>
#include <string>

#include "mlp/cuda/gpu.hpp"
#include "mlp/cudnn/vendor_math.hpp"

namespace ghee::mlp::cudnn {

class Blas
{
  public:
    Blas(cuda::Gpu&, cudaStream_t);
    ~Blas();
    Blas(Blas const&) = delete;
    Blas& operator=(Blas const&) = delete;

    /// Tries what the library's heuristic names, fastest first. Null where nothing of it runs in that precision.
    [[nodiscard]] std::unique_ptr<Call> product(Product const&, Precision) const;
    [[nodiscard]] static std::string version();

  private:
    cublasLtHandle_t handle_ = nullptr;
    cudaStream_t stream_;
    cuda::DeviceArray<std::byte> workspace_;
};

}  // namespace ghee::mlp::cudnn
