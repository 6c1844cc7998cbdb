// What the trainer asks of the vendor's libraries: products, activations, softmax. Each is prepared once and enqueued often.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "mlp/cuda/work.hpp"
#include "record/configuration.hpp"

namespace ghee::mlp::cudnn {

using cuda::Matrix;

/// A call with everything decided. Enqueued behind what the device was given before, or recorded where it records.
class Call
{
  public:
    virtual ~Call() = default;
    virtual void enqueue() const = 0;
    /// Whether its products are made by tensor cores.
    [[nodiscard]] virtual bool on_tensor_cores() const { return false; }
};

/// What becomes of the sums of a product before they are stored.
enum class Finish {
    nothing,
    bias,            ///< a bias a column is added
    relu_bias,       ///< and what is then below 0 becomes 0
    relu_bias_mask,  ///< and the mask says what was above 0
    masked,          ///< what the mask does not have becomes 0
    masked_total,    ///< and the columns of the result are added up
    left_total,      ///< nothing; the rows of the left operand are added up
};

/// result[row][column] = sum over terms of left[row][term] right[term][column], plus added[row][column] where there is such.
struct Product
{
    Matrix left;
    bool left_turned = false;  ///< lies as [term][row]
    Matrix right;
    bool right_turned = false;     ///< lies as [column][term]
    float const* added = nullptr;  ///< lies like the result, and may be it
    float* result = nullptr;
    Finish finish = Finish::nothing;
    float const* bias = nullptr;
    float* total = nullptr;
    std::uint32_t* mask = nullptr;  ///< a bit a number, rows mask_stride() bits apart

    [[nodiscard]] int rows() const { return left_turned ? left.columns : left.rows; }
    [[nodiscard]] int terms() const { return left_turned ? left.rows : left.columns; }
    [[nodiscard]] int columns() const { return right_turned ? right.rows : right.columns; }
};

/// cuBLASLt wants rows of bits to begin on 128 of them.
constexpr std::int64_t mask_stride(int columns) { return (columns + 127) / 128 * 128; }

/// Memory of the device that products may use between their beginning and their end: what cuBLASLt is quickest with on the largest GPUs.
constexpr std::size_t workspace_bytes = std::size_t(32) << 20;

/// Whoever prepares a call gives it memory that may be written at once: the call may be tried. What fills up rows is neither read nor
/// written, but for activations, where it may be both. Throws Error with the library's words.
class VendorMath
{
  public:
    virtual ~VendorMath() = default;
    /// Null where the vendor has nothing for this product with this finish.
    virtual std::unique_ptr<Call> product(Product const&, Precision) = 0;
    /// outputs = activation(sums); tanh, sigmoid.
    virtual std::unique_ptr<Call> activation(Activation, Matrix const& sums, float* outputs) = 0;
    /// below = above * slope of the activation that made outputs of sums; tanh, sigmoid, relu. `below` may be `above`.
    virtual std::unique_ptr<Call> activation_back(Activation, Matrix const& sums, float const* outputs, float const* above, float* below) = 0;
    /// logarithms = log softmax of each row.
    virtual std::unique_ptr<Call> log_softmax(Matrix const& sums, float* logarithms) = 0;
    /// result = one + other.
    virtual std::unique_ptr<Call> sum(Matrix const& one, float const* other, float* result) = 0;
    /// Libraries and their versions.
    [[nodiscard]] virtual std::string name() const = 0;
};

}  // namespace ghee::mlp::cudnn
