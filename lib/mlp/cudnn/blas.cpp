// Products by cuBLASLt. It counts matrices by columns: our rows are its columns, so that it makes right^T left^T where we want left right.
#include "mlp/cudnn/blas.hpp"

#include <vector>

#include "base/error.hpp"

namespace ghee::mlp::cudnn {

namespace {
constexpr int most_candidates = 16;

void check(cublasStatus_t status, char const* what)
{
    if (status != CUBLAS_STATUS_SUCCESS)
        throw Error(std::string("cuBLASLt cannot ") + what, cublasLtGetStatusString(status));
}

template<class T, cublasStatus_t (*destroy)(T*)>
struct Destroy
{
    void operator()(T* it) const { destroy(it); }
};
using Operation = std::unique_ptr<cublasLtMatmulDescOpaque_t, Destroy<cublasLtMatmulDescOpaque_t, cublasLtMatmulDescDestroy>>;
using Layout = std::unique_ptr<cublasLtMatrixLayoutOpaque_t, Destroy<cublasLtMatrixLayoutOpaque_t, cublasLtMatrixLayoutDestroy>>;
using Preference = std::unique_ptr<cublasLtMatmulPreferenceOpaque_t, Destroy<cublasLtMatmulPreferenceOpaque_t, cublasLtMatmulPreferenceDestroy>>;

/// fp32 is fp32: the plain compute type lets no product round its operands.
cublasComputeType_t compute_type(Precision precision)
{
    switch (precision)
    {
        case Precision::tf32: return CUBLAS_COMPUTE_32F_FAST_TF32;
        case Precision::bf16: return CUBLAS_COMPUTE_32F_FAST_16BF;
        default: return CUBLAS_COMPUTE_32F;
    }
}

/// Operands that an algorithm may round to. The "fast" compute types allow more than one.
std::uint64_t allowed_operands(Precision precision)
{
    switch (precision)
    {
        case Precision::tf32: return CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_32F | CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_TF32;
        case Precision::bf16: return CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_32F | CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_16BF;
        default: return CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_32F;
    }
}

cublasLtEpilogue_t epilogue(Finish finish)
{
    switch (finish)
    {
        case Finish::nothing: return CUBLASLT_EPILOGUE_DEFAULT;
        case Finish::bias: return CUBLASLT_EPILOGUE_BIAS;
        case Finish::relu_bias: return CUBLASLT_EPILOGUE_RELU_BIAS;
        case Finish::relu_bias_mask: return CUBLASLT_EPILOGUE_RELU_AUX_BIAS;
        case Finish::masked: return CUBLASLT_EPILOGUE_DRELU;
        case Finish::masked_total: return CUBLASLT_EPILOGUE_DRELU_BGRAD;
        case Finish::left_total: return CUBLASLT_EPILOGUE_BGRADB;
    }
    return CUBLASLT_EPILOGUE_DEFAULT;
}

template<class T>
void set(Operation const& operation, cublasLtMatmulDescAttributes_t attribute, T const& value)
{
    check(cublasLtMatmulDescSetAttribute(operation.get(), attribute, &value, sizeof value), "describe a product");
}

Operation operation_of(Product const& product, Precision precision)
{
    cublasLtMatmulDesc_t made = nullptr;
    check(cublasLtMatmulDescCreate(&made, compute_type(precision), CUDA_R_32F), "describe a product");
    Operation operation(made);
    set(operation, CUBLASLT_MATMUL_DESC_TRANSA, product.right_turned ? CUBLAS_OP_T : CUBLAS_OP_N);
    set(operation, CUBLASLT_MATMUL_DESC_TRANSB, product.left_turned ? CUBLAS_OP_T : CUBLAS_OP_N);
    set(operation, CUBLASLT_MATMUL_DESC_EPILOGUE, epilogue(product.finish));
    bool const adds_bias = product.finish == Finish::bias || product.finish == Finish::relu_bias || product.finish == Finish::relu_bias_mask;
    if (adds_bias)
        set(operation, CUBLASLT_MATMUL_DESC_BIAS_POINTER, product.bias);
    if (product.finish == Finish::masked_total || product.finish == Finish::left_total)
        set(operation, CUBLASLT_MATMUL_DESC_BIAS_POINTER, product.total);
    if (product.mask != nullptr)
    {
        set(operation, CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_POINTER, product.mask);
        set(operation, CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_LD, mask_stride(product.columns()));
    }
    return operation;
}

Layout layout_of(int rows, int columns)
{
    cublasLtMatrixLayout_t made = nullptr;
    check(cublasLtMatrixLayoutCreate(&made, CUDA_R_32F, static_cast<std::uint64_t>(columns), static_cast<std::uint64_t>(rows),
                                     cuda::stride_of(columns)),
          "describe a matrix");
    return Layout(made);
}

class BlasProduct final : public Call
{
  public:
    BlasProduct(cublasLtHandle_t handle, cudaStream_t stream, cuda::DeviceArray<std::byte> const& workspace, Product const& product,
                Precision precision)
        : handle_(handle), stream_(stream), workspace_(workspace), product_(product), operation_(operation_of(product, precision)),
          a_(layout_of(product.right.rows, product.right.columns)), b_(layout_of(product.left.rows, product.left.columns)),
          d_(layout_of(product.rows(), product.columns()))
    {
    }

    /// Decides for the first algorithm that keeps to the precision and runs. False: there is none. The heuristic is first asked for such
    /// algorithms only, then for any, because what it takes into account is not told.
    bool choose(Precision precision)
    {
        std::uint64_t const any_operands = ~std::uint64_t(CUBLASLT_NUMERICAL_IMPL_FLAGS_OP_INPUT_TYPE_MASK);
        for (std::uint64_t const wanted : {any_operands | allowed_operands(precision), ~std::uint64_t(0)})
            for (cublasLtMatmulHeuristicResult_t const& candidate : candidates(wanted))
            {
                if (candidate.state != CUBLAS_STATUS_SUCCESS || !keeps_to(precision, candidate.algo))
                    continue;
                algorithm_ = candidate.algo;
                cublasStatus_t const status = run();
                if (status == CUBLAS_STATUS_SUCCESS)
                    return true;
                if (!is_refusal(status))
                    check(status, "multiply matrices");
            }
        return false;
    }

    void enqueue() const override { check(run(), "multiply matrices"); }
    [[nodiscard]] bool on_tensor_cores() const override { return (numbers_of(algorithm_) & CUBLASLT_NUMERICAL_IMPL_FLAGS_TENSOR_OP_MASK) != 0; }

  private:
    static bool is_refusal(cublasStatus_t status) { return status == CUBLAS_STATUS_NOT_SUPPORTED || status == CUBLAS_STATUS_INVALID_VALUE; }

    template<class T>
    static void set(Preference const& preference, cublasLtMatmulPreferenceAttributes_t attribute, T const& value)
    {
        check(cublasLtMatmulPreferenceSetAttribute(preference.get(), attribute, &value, sizeof value), "describe what is wanted of a product");
    }

    /// Fastest first, as the library believes. `wanted`: cublasLtNumericalImplFlags_t.
    [[nodiscard]] std::vector<cublasLtMatmulHeuristicResult_t> candidates(std::uint64_t wanted) const
    {
        cublasLtMatmulPreference_t made = nullptr;
        check(cublasLtMatmulPreferenceCreate(&made), "describe what is wanted of a product");
        Preference const preference(made);
        set(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, static_cast<std::uint64_t>(workspace_.bytes()));
        set(preference, CUBLASLT_MATMUL_PREF_IMPL_MASK, wanted);
        std::vector<cublasLtMatmulHeuristicResult_t> found(most_candidates);
        int count = 0;
        cublasStatus_t const status = cublasLtMatmulAlgoGetHeuristic(handle_, operation_.get(), a_.get(), b_.get(), d_.get(), d_.get(), made,
                                                                     most_candidates, found.data(), &count);
        if (!is_refusal(status))
            check(status, "choose how to multiply matrices");
        found.resize(is_refusal(status) ? 0 : static_cast<std::size_t>(count));
        return found;
    }

    /// cublasLtNumericalImplFlags_t: what makes the products, and of what.
    static std::uint64_t numbers_of(cublasLtMatmulAlgo_t const& algorithm)
    {
        std::uint64_t flags = 0;
        std::size_t written = 0;
        check(cublasLtMatmulAlgoCapGetAttribute(&algorithm, CUBLASLT_ALGO_CAP_NUMERICAL_IMPL_FLAGS, &flags, sizeof flags, &written),
              "tell how it multiplies");
        return flags;
    }

    /// Only tensor cores round operands.
    static bool keeps_to(Precision precision, cublasLtMatmulAlgo_t const& algorithm)
    {
        std::uint64_t const numbers = numbers_of(algorithm);
        bool const rounds = (numbers & CUBLASLT_NUMERICAL_IMPL_FLAGS_TENSOR_OP_MASK) != 0;
        return !rounds || (numbers & CUBLASLT_NUMERICAL_IMPL_FLAGS_OP_INPUT_TYPE_MASK & ~allowed_operands(precision)) == 0;
    }

    [[nodiscard]] cublasStatus_t run() const
    {
        float const one = 1.0F;
        float const share = product_.added != nullptr ? 1.0F : 0.0F;
        void const* const added = product_.added != nullptr ? product_.added : product_.result;
        return cublasLtMatmul(handle_, operation_.get(), &one, product_.right.data, a_.get(), product_.left.data, b_.get(), &share, added, d_.get(),
                              product_.result, d_.get(), &algorithm_, workspace_.data(), workspace_.bytes(), stream_);
    }

    cublasLtHandle_t handle_;
    cudaStream_t stream_;
    cuda::DeviceArray<std::byte> const& workspace_;
    Product product_;
    Operation operation_;
    Layout a_, b_, d_;
    cublasLtMatmulAlgo_t algorithm_{};
};
}  // namespace

Blas::Blas(cuda::Gpu& gpu, cudaStream_t stream) : stream_(stream), workspace_(gpu, workspace_bytes) { check(cublasLtCreate(&handle_), "start"); }

Blas::~Blas() { cublasLtDestroy(handle_); }

std::string Blas::version()
{
    std::size_t const version = cublasLtGetVersion();
    return std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." + std::to_string(version % 100);
}

std::unique_ptr<Call> Blas::product(Product const& product, Precision precision) const
{
    auto call = std::make_unique<BlasProduct>(handle_, stream_, workspace_, product, precision);
    return call->choose(precision) ? std::move(call) : nullptr;
}

}  // namespace ghee::mlp::cudnn
