// Activations, softmax and sums by cuDNN.
#include "mlp/cudnn/dnn.hpp"

#include <functional>
#include <type_traits>
#include <utility>

#include "base/error.hpp"

namespace ghee::mlp::cudnn {

namespace {
void check(cudnnStatus_t status, char const* what)
{
    if (status == CUDNN_STATUS_SUCCESS)
        return;
    char words[512] = "";
    cudnnGetLastErrorString(words, sizeof words);
    std::string why = cudnnGetErrorString(status);
    if (words[0] != '\0')
        why.append(": ").append(words);
    throw Error(std::string("cuDNN cannot ") + what, why);
}

using Tensor = std::shared_ptr<std::remove_pointer_t<cudnnTensorDescriptor_t>>;
using Function = std::shared_ptr<std::remove_pointer_t<cudnnActivationDescriptor_t>>;
using Sum = std::shared_ptr<std::remove_pointer_t<cudnnOpTensorDescriptor_t>>;

Tensor tensor(int rows, int columns, int stride)
{
    cudnnTensorDescriptor_t made = nullptr;
    check(cudnnCreateTensorDescriptor(&made), "describe a matrix");
    Tensor it(made, cudnnDestroyTensorDescriptor);
    check(cudnnSetTensor4dDescriptorEx(made, CUDNN_DATA_FLOAT, rows, columns, 1, 1, stride, 1, 1, 1), "describe a matrix");
    return it;
}

/// With what fills up its rows: numbers without gaps are what the library is quickest with.
Tensor whole(Matrix const& matrix) { return tensor(matrix.rows, matrix.stride(), matrix.stride()); }

Function function(Activation kind)
{
    cudnnActivationDescriptor_t made = nullptr;
    check(cudnnCreateActivationDescriptor(&made), "describe an activation");
    Function it(made, cudnnDestroyActivationDescriptor);
    cudnnActivationMode_t const mode = kind == Activation::tanh      ? CUDNN_ACTIVATION_TANH
                                       : kind == Activation::sigmoid ? CUDNN_ACTIVATION_SIGMOID
                                                                     : CUDNN_ACTIVATION_RELU;
    check(cudnnSetActivationDescriptor(made, mode, CUDNN_PROPAGATE_NAN, 0.0), "describe an activation");
    return it;
}

class DnnCall final : public Call
{
  public:
    DnnCall(char const* what, std::function<cudnnStatus_t()> run) : what_(what), run_(std::move(run)) { enqueue(); }
    void enqueue() const override { check(run_(), what_); }

  private:
    char const* what_;
    std::function<cudnnStatus_t()> run_;
};

constexpr float one = 1.0F, none = 0.0F;
}  // namespace

/// It is made when the first call is prepared: many networks need none, and making it takes a while.
cudnnHandle_t Dnn::handle()
{
    if (!handle_)
    {
        cudnnHandle_t made = nullptr;
        check(cudnnCreate(&made), "start");
        handle_.reset(made, cudnnDestroy);
        check(cudnnSetStream(made, stream_), "use a stream");
    }
    return handle_.get();
}

std::string Dnn::version()
{
    std::size_t const version = cudnnGetVersion();
    return std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." + std::to_string(version % 100);
}

std::unique_ptr<Call> Dnn::activation(Activation kind, Matrix const& sums, float* outputs)
{
    return std::make_unique<DnnCall>("activate", [handle = handle(), f = function(kind), x = whole(sums), sums, outputs]
                                     { return cudnnActivationForward(handle, f.get(), &one, x.get(), sums.data, &none, x.get(), outputs); });
}

std::unique_ptr<Call> Dnn::activation_back(Activation kind, Matrix const& sums, float const* outputs, float const* above, float* below)
{
    return std::make_unique<DnnCall>(
        "go back through an activation", [handle = handle(), f = function(kind), x = whole(sums), sums, outputs, above, below]
        { return cudnnActivationBackward(handle, f.get(), &one, x.get(), outputs, x.get(), above, x.get(), sums.data, &none, x.get(), below); });
}

std::unique_ptr<Call> Dnn::log_softmax(Matrix const& sums, float* logarithms)
{
    return std::make_unique<DnnCall>("make a softmax",
                                     [handle = handle(), x = tensor(sums.rows, sums.columns, sums.stride()), sums, logarithms]
                                     {
                                         return cudnnSoftmaxForward(handle, CUDNN_SOFTMAX_LOG, CUDNN_SOFTMAX_MODE_INSTANCE, &one, x.get(), sums.data,
                                                                    &none, x.get(), logarithms);
                                     });
}

std::unique_ptr<Call> Dnn::sum(Matrix const& first, float const* second, float* result)
{
    cudnnOpTensorDescriptor_t made = nullptr;
    check(cudnnCreateOpTensorDescriptor(&made), "describe a sum");
    Sum add(made, cudnnDestroyOpTensorDescriptor);
    check(cudnnSetOpTensorDescriptor(made, CUDNN_OP_TENSOR_ADD, CUDNN_DATA_FLOAT, CUDNN_PROPAGATE_NAN), "describe a sum");
    return std::make_unique<DnnCall>(
        "add matrices", [handle = handle(), add, x = whole(first), first, second, result]
        { return cudnnOpTensor(handle, add.get(), &one, x.get(), first.data, &one, x.get(), second, &none, x.get(), result); });
}

}  // namespace ghee::mlp::cudnn
