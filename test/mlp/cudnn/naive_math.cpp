// Loops for products, activations, softmax and sums.
#include "naive_math.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "mlp/cuda/machine.hpp"

namespace ghee::mlp::cudnn::test {

namespace {
/// A kernel of one thread, so that calls are recorded with the others.
struct OfTheHost
{
    struct Work
    {
        std::function<void()> const* run;
    };
    static constexpr std::size_t shared_bytes = 0;
    static constexpr char const* name() { return "vendor"; }
    static void run(Work const& w)
    {
        if (cuda::machine::thread() == 0)
            (*w.run)();
    }
};

class NaiveCall final : public Call
{
  public:
    NaiveCall(cuda::Gpu& gpu, std::function<void()> run, bool on_tensor_cores) : gpu_(gpu), run_(std::move(run)), on_tensor_cores_(on_tensor_cores)
    {
        enqueue();  // as the real ones are tried
    }
    void enqueue() const override
    {
        OfTheHost::Work const work{&run_};
        cuda::Kernel const kernel = cuda::kernel_of<OfTheHost>();
        gpu_.prepare(kernel);
        gpu_.launch(kernel, 1, &work);
    }
    [[nodiscard]] bool on_tensor_cores() const override { return on_tensor_cores_; }

  private:
    cuda::Gpu& gpu_;
    std::function<void()> run_;
    bool on_tensor_cores_;
};

std::ptrdiff_t at(int row, int column, int stride) { return static_cast<std::ptrdiff_t>(row) * stride + column; }

double rounded(float x, Precision precision)
{
    switch (precision)
    {
        case Precision::tf32: return cuda::machine::float_of(cuda::machine::tf32_of(x));
        case Precision::bf16: return cuda::machine::float_of(cuda::machine::bf16_of(x) << 16);
        default: return x;
    }
}

/// An operand as numbers [line][term], rounded once.
std::vector<double> lines_of(Matrix const& m, bool turned, Precision precision)
{
    int const lines = turned ? m.columns : m.rows, terms = turned ? m.rows : m.columns;
    std::vector<double> all;
    for (int line = 0; line < lines; ++line)
        for (int term = 0; term < terms; ++term)
            all.push_back(rounded(m.data[turned ? at(term, line, m.stride()) : at(line, term, m.stride())], precision));
    return all;
}

bool in_mask(Product const& p, int row, int column)
{
    std::int64_t const bit = row * mask_stride(p.columns()) + column;
    return (p.mask[bit / 32] >> (bit % 32) & 1U) != 0;
}

void put_in_mask(Product const& p, int row, int column, bool yes)
{
    std::int64_t const bit = row * mask_stride(p.columns()) + column;
    std::uint32_t const one = 1U << (bit % 32);
    p.mask[bit / 32] = yes ? p.mask[bit / 32] | one : p.mask[bit / 32] & ~one;
}

float finished(Product const& p, int row, int column, float sum)
{
    switch (p.finish)
    {
        case Finish::nothing:
        case Finish::left_total: return sum;
        case Finish::bias: return sum + p.bias[column];
        case Finish::relu_bias: return sum + p.bias[column] > 0.0F ? sum + p.bias[column] : 0.0F;
        case Finish::relu_bias_mask: put_in_mask(p, row, column, sum + p.bias[column] > 0.0F); return std::fmax(sum + p.bias[column], 0.0F);
        case Finish::masked:
        case Finish::masked_total: return in_mask(p, row, column) ? sum : 0.0F;
    }
    return sum;
}

void multiply(Product const& p, Precision precision)
{
    int const rows = p.rows(), columns = p.columns(), terms = p.terms(), stride = cuda::stride_of(columns);
    std::vector<double> const left = lines_of(p.left, p.left_turned, precision);
    std::vector<double> const right = lines_of(p.right, !p.right_turned, precision);
    std::vector<double> totals(static_cast<std::size_t>(columns), 0.0);
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column)
        {
            double sum = 0.0;
            for (int term = 0; term < terms; ++term)
                sum += left[static_cast<std::size_t>(at(row, term, terms))] * right[static_cast<std::size_t>(at(column, term, terms))];
            if (p.added != nullptr)
                sum += p.added[at(row, column, stride)];
            float const result = finished(p, row, column, static_cast<float>(sum));
            p.result[at(row, column, stride)] = result;
            totals[static_cast<std::size_t>(column)] += result;
        }
    if (p.finish == Finish::masked_total)
        for (int column = 0; column < columns; ++column)
            p.total[column] = static_cast<float>(totals[static_cast<std::size_t>(column)]);
    if (p.finish == Finish::left_total)
        for (int row = 0; row < rows; ++row)
        {
            double sum = 0.0;
            for (int term = 0; term < terms; ++term)
                sum += p.left.data[p.left_turned ? at(term, row, p.left.stride()) : at(row, term, p.left.stride())];
            p.total[row] = static_cast<float>(sum);
        }
}

double slope(Activation kind, double y)
{
    switch (kind)
    {
        case Activation::tanh: return 1.0 - y * y;
        case Activation::sigmoid: return y * (1.0 - y);
        default: return y > 0.0 ? 1.0 : 0.0;
    }
}
}  // namespace

NaiveMath::NaiveMath(cuda::Gpu& gpu, std::shared_ptr<Shop> shop) : gpu_(gpu), shop_(std::move(shop)) { gpu_.prepare(cuda::kernel_of<OfTheHost>()); }

std::unique_ptr<Call> NaiveMath::call(std::function<void()> run, bool on_tensor_cores)
{
    return std::make_unique<NaiveCall>(gpu_, std::move(run), on_tensor_cores);
}

std::unique_ptr<Call> NaiveMath::product(Product const& p, Precision precision)
{
    if (shop_->lacks.contains(p.finish))
        return nullptr;
    ++shop_->sold[p.finish];
    return call([p, precision] { multiply(p, precision); }, precision != Precision::fp32);
}

std::unique_ptr<Call> NaiveMath::activation(Activation kind, Matrix const& sums, float* outputs)
{
    return call(
        [=]
        {
            for (std::ptrdiff_t i = 0; i < at(sums.rows, 0, sums.stride()); ++i)
                outputs[i] = kind == Activation::tanh ? std::tanh(sums.data[i]) : 1.0F / (1.0F + std::exp(-sums.data[i]));
        });
}

std::unique_ptr<Call> NaiveMath::activation_back(Activation kind, Matrix const& sums, float const* outputs, float const* above, float* below)
{
    return call(
        [=]
        {
            for (std::ptrdiff_t i = 0; i < at(sums.rows, 0, sums.stride()); ++i)
                below[i] = static_cast<float>(above[i] * slope(kind, outputs[i]));
        });
}

std::unique_ptr<Call> NaiveMath::log_softmax(Matrix const& sums, float* logarithms)
{
    return call(
        [=]
        {
            for (int row = 0; row < sums.rows; ++row)
            {
                float const* const z = sums.data + at(row, 0, sums.stride());
                double const highest = *std::max_element(z, z + sums.columns);
                double sum = 0.0;
                for (int i = 0; i < sums.columns; ++i)
                    sum += std::exp(z[i] - highest);
                for (int i = 0; i < sums.columns; ++i)
                    logarithms[at(row, i, sums.stride())] = static_cast<float>(z[i] - highest - std::log(sum));
            }
        });
}

std::unique_ptr<Call> NaiveMath::sum(Matrix const& one, float const* other, float* result)
{
    return call(
        [=]
        {
            for (std::ptrdiff_t i = 0; i < at(one.rows, 0, one.stride()); ++i)
                result[i] = one.data[i] + other[i];
        });
}

}  // namespace ghee::mlp::cudnn::test
