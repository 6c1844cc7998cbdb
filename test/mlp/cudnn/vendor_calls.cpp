// Each call of VendorMath against its definition in fp64, recorded in a graph as the trainer records it.
#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "counters.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;
using namespace ghee::mlp::cudnn;
using namespace ghee::mlp::cudnn::test;
using cuda::stride_of;

struct Shape
{
    int samples, inputs, outputs;
};
constexpr Shape shapes[] = {{1, 1, 1}, {37, 5, 9}, {256, 64, 64}, {255, 800, 33}, {16, 70, 1}, {515, 129, 257}};

/// A matrix on the device and the numbers in it, rows filled up with `filler`.
class Array
{
  public:
    Array(cuda::Gpu& gpu, int rows, int columns, std::uint64_t seed, float filler = 0.0F)
        : gpu_(&gpu), rows_(rows), columns_(columns), device_(gpu, count()), numbers_(count(), filler)
    {
        Random const random(seed, 9);
        for (int i = 0; i < rows; ++i)
            for (int j = 0; j < columns; ++j)
                at(i, j) = seed == 0 ? 0.0F : static_cast<float>(random.normal(static_cast<std::uint64_t>(i) * 4096 + static_cast<std::uint64_t>(j)));
        gpu.copy_in(device_.data(), numbers_.data(), device_.bytes());
    }
    [[nodiscard]] Matrix matrix() const { return {device_.data(), rows_, columns_}; }
    [[nodiscard]] float* data() const { return device_.data(); }
    [[nodiscard]] float& at(int i, int j) { return numbers_[static_cast<std::size_t>(i * stride_of(columns_) + j)]; }
    [[nodiscard]] double number(int i, int j) const { return static_cast<double>(numbers_[static_cast<std::size_t>(i * stride_of(columns_) + j)]); }
    void fetch() { gpu_->copy_out(numbers_.data(), device_.data(), device_.bytes()); }
    [[nodiscard]] int rows() const { return rows_; }
    [[nodiscard]] int columns() const { return columns_; }

  private:
    [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(rows_) * static_cast<std::size_t>(stride_of(columns_)); }
    cuda::Gpu* gpu_;
    int rows_, columns_;
    cuda::DeviceArray<float> device_;
    std::vector<float> numbers_;
};

using Wanted = std::function<double(int, int)>;

/// || got - want || / || want ||, brought from the device.
double off(Array& got, Wanted const& want)
{
    got.fetch();
    double difference = 0.0, length = 0.0;
    for (int i = 0; i < got.rows(); ++i)
        for (int j = 0; j < got.columns(); ++j)
        {
            difference += std::pow(got.number(i, j) - want(i, j), 2);
            length += std::pow(want(i, j), 2);
        }
    return difference == 0.0 ? 0.0 : std::sqrt(difference / length);
}

double tolerance(Precision precision) { return precision == Precision::fp32 ? 1e-6 : precision == Precision::tf32 ? 2e-3 : 1e-2; }

class VendorCalls : public testing::TestWithParam<Counter>
{
  protected:
    void SetUp() override
    {
        if (std::string const why = GetParam().absence(); !why.empty())
            GTEST_SKIP() << why;
        open_ = GetParam().open();
    }
    [[nodiscard]] cuda::Gpu& gpu() const { return *open_.gpu; }
    [[nodiscard]] VendorMath& math() const { return *open_.math; }

    /// Twice in a graph: nothing may depend on how often it was done.
    void record_and_repeat(Call const& call) const
    {
        gpu().begin_recording();
        call.enqueue();
        call.enqueue();
        auto const graph = gpu().end_recording();
        gpu().repeat(*graph);
        gpu().wait();
    }

    /// Whether it is to be had, and done.
    bool done(Product const& product, Precision precision) const
    {
        auto const call = math().product(product, precision);
        if (call)
            record_and_repeat(*call);
        return call != nullptr;
    }

    template<class Check>
    void for_each_case(Check const& check) const
    {
        for (Shape const& shape : shapes)
            for (Precision const precision : {Precision::fp32, Precision::tf32, Precision::bf16})
            {
                SCOPED_TRACE(std::to_string(shape.samples) + " samples, " + std::to_string(shape.inputs) + " inputs, " +
                             std::to_string(shape.outputs) + " outputs, " + std::string(name_of(precision)));
                check(shape, precision);
            }
    }

  private:
    Open open_;
};

TEST_P(VendorCalls, MakeALayersOutputs)
{
    for_each_case(
        [&](Shape const& s, Precision precision)
        {
            Array x(gpu(), s.samples, s.inputs, 1, NAN), w(gpu(), s.outputs, s.inputs, 2, NAN), b(gpu(), 1, s.outputs, 3);
            Array y(gpu(), s.samples, s.outputs, 0, 7.0F);
            auto const sum = [&](int i, int o)
            {
                double z = b.number(0, o);
                for (int k = 0; k < s.inputs; ++k)
                    z += x.number(i, k) * w.number(o, k);
                return z;
            };
            for (Finish const finish : {Finish::bias, Finish::relu_bias})
            {
                Product const product{
                    .left = x.matrix(), .right = w.matrix(), .right_turned = true, .result = y.data(), .finish = finish, .bias = b.data()};
                ASSERT_TRUE(done(product, precision));
                EXPECT_LE(off(y, [&](int i, int o) { return finish == Finish::bias ? sum(i, o) : std::max(0.0, sum(i, o)); }), tolerance(precision));
                for (int filler = s.outputs; filler < stride_of(s.outputs); ++filler)
                    EXPECT_EQ(y.at(s.samples - 1, filler), 7.0F) << "what fills up rows was written";
            }
        });
}

TEST_P(VendorCalls, KnowFromTheMaskWhereReluWasFlat)
{
    for_each_case(
        [&](Shape const& s, Precision precision)
        {
            Array x(gpu(), s.samples, s.inputs, 1), w(gpu(), s.outputs, s.inputs, 2), b(gpu(), 1, s.outputs, 3), y(gpu(), s.samples, s.outputs, 0);
            Array above(gpu(), s.samples, 8, 4), v(gpu(), 8, s.outputs, 5);
            Array plain(gpu(), s.samples, s.outputs, 0), masked(gpu(), s.samples, s.outputs, 0), total(gpu(), 1, s.outputs, 0);
            cuda::DeviceArray<std::uint32_t> const mask(gpu(),
                                                        static_cast<std::size_t>(s.samples) * static_cast<std::size_t>(mask_stride(s.outputs) / 32));
            Product const forward{.left = x.matrix(),
                                  .right = w.matrix(),
                                  .right_turned = true,
                                  .result = y.data(),
                                  .finish = Finish::relu_bias_mask,
                                  .bias = b.data(),
                                  .mask = mask.data()};
            Product back{.left = above.matrix(), .right = v.matrix(), .result = plain.data()};
            ASSERT_TRUE(done(back, precision));
            plain.fetch();
            if (!done(forward, precision))
                return;  // it may be lacking; the trainer then goes without
            y.fetch();
            back.result = masked.data();
            back.mask = mask.data();
            back.total = total.data();
            auto const want = [&](int i, int o) { return y.number(i, o) > 0.0 ? plain.number(i, o) : 0.0; };
            for (Finish const finish : {Finish::masked, Finish::masked_total})
            {
                back.finish = finish;
                if (done(back, precision))
                {
                    EXPECT_LE(off(masked, want), tolerance(precision));
                }
            }
            if (back.finish == Finish::masked_total && math().product(back, precision))
            {
                auto const column = [&](int, int o)
                {
                    double sum = 0.0;
                    for (int i = 0; i < s.samples; ++i)
                        sum += want(i, o);
                    return sum;
                };
                EXPECT_LE(off(total, column), 10.0 * tolerance(precision));
            }
        });
}

TEST_P(VendorCalls, MakeGradients)
{
    for_each_case(
        [&](Shape const& s, Precision precision)
        {
            Array delta(gpu(), s.samples, s.outputs, 1, NAN), x(gpu(), s.samples, s.inputs, 2, NAN), ones(gpu(), 1, s.samples, 0);
            Array gradient(gpu(), s.outputs, s.inputs, 0), total(gpu(), 1, s.outputs, 0);
            auto const summed = [&](int, int o)
            {
                double sum = 0.0;
                for (int i = 0; i < s.samples; ++i)
                    sum += delta.number(i, o);
                return sum;
            };
            for (Finish const finish : {Finish::nothing, Finish::left_total})
            {
                Product const product{.left = delta.matrix(),
                                      .left_turned = true,
                                      .right = x.matrix(),
                                      .result = gradient.data(),
                                      .finish = finish,
                                      .total = total.data()};
                bool const had = done(product, precision);
                ASSERT_TRUE(had || finish == Finish::left_total);
                if (!had)
                    continue;
                EXPECT_LE(off(gradient,
                              [&](int o, int k)
                              {
                                  double sum = 0.0;
                                  for (int i = 0; i < s.samples; ++i)
                                      sum += delta.number(i, o) * x.number(i, k);
                                  return sum;
                              }),
                          tolerance(precision));
                if (finish == Finish::left_total)
                {
                    EXPECT_LE(off(total, summed), 10.0 * tolerance(precision));
                }
            }
            for (int i = 0; i < s.samples; ++i)
                ones.at(0, i) = 1.0F;
            std::vector<float> const row(static_cast<std::size_t>(s.samples), 1.0F);
            gpu().copy_in(ones.data(), row.data(), row.size() * sizeof(float));
            ASSERT_TRUE(done({.left = ones.matrix(), .right = delta.matrix(), .result = total.data()}, Precision::fp32));
            EXPECT_LE(off(total, summed), 1e-5);
        });
}

TEST_P(VendorCalls, AddWhatGoesRoundALayer)
{
    for_each_case(
        [&](Shape const& s, Precision precision)
        {
            Array delta(gpu(), s.samples, s.outputs, 1), w(gpu(), s.outputs, s.inputs, 2), beside(gpu(), s.samples, s.inputs, 3);
            Array below(gpu(), s.samples, s.inputs, 0);
            ASSERT_TRUE(done({.left = delta.matrix(), .right = w.matrix(), .added = beside.data(), .result = below.data()}, precision));
            EXPECT_LE(off(below,
                          [&](int i, int k)
                          {
                              double sum = beside.number(i, k);
                              for (int o = 0; o < s.outputs; ++o)
                                  sum += delta.number(i, o) * w.number(o, k);
                              return sum;
                          }),
                      tolerance(precision));
        });
}

TEST_P(VendorCalls, ActivateAndGoBack)
{
    struct Kind
    {
        Activation activation;
        double (*function)(double);
        double (*slope)(double);  ///< of the output
    };
    constexpr Kind kinds[] = {
        {Activation::tanh, [](double z) { return std::tanh(z); }, [](double y) { return 1.0 - y * y; }},
        {Activation::sigmoid, [](double z) { return 1.0 / (1.0 + std::exp(-z)); }, [](double y) { return y * (1.0 - y); }},
    };
    for (Shape const& s : shapes)
    {
        Array z(gpu(), s.samples, s.outputs, 1), y(gpu(), s.samples, s.outputs, 0), above(gpu(), s.samples, s.outputs, 2),
            below(gpu(), s.samples, s.outputs, 0);
        for (Kind const& kind : kinds)
        {
            record_and_repeat(*math().activation(kind.activation, z.matrix(), y.data()));
            EXPECT_LE(off(y, [&](int i, int o) { return kind.function(z.number(i, o)); }), 1e-6);
            record_and_repeat(*math().activation_back(kind.activation, z.matrix(), y.data(), above.data(), below.data()));
            EXPECT_LE(off(below, [&](int i, int o) { return above.number(i, o) * kind.slope(y.number(i, o)); }), 1e-6);
        }
        // ReLU's outputs come from a product; its sums are gone, so the outputs stand for them. In place, as the trainer asks for it.
        auto const call = math().activation_back(Activation::relu, z.matrix(), z.data(), above.data(), above.data());
        Array before(gpu(), s.samples, s.outputs, 2);
        record_and_repeat(*call);
        EXPECT_EQ(off(above, [&](int i, int o) { return z.number(i, o) > 0.0 ? before.number(i, o) : 0.0; }), 0.0);
    }
}

TEST_P(VendorCalls, MakeALogSoftmaxOfAnySums)
{
    for (float const scale : {1.0F, 1e4F})
        for (Shape const& s : shapes)
        {
            Array z(gpu(), s.samples, s.outputs, 1, 1e30F), y(gpu(), s.samples, s.outputs, 0);
            std::vector<float> scaled;
            for (int i = 0; i < s.samples; ++i)
                for (int o = 0; o < stride_of(s.outputs); ++o)
                    scaled.push_back(z.at(i, o) *= o < s.outputs ? scale : 1.0F);
            gpu().copy_in(z.data(), scaled.data(), scaled.size() * sizeof(float));
            record_and_repeat(*math().log_softmax(z.matrix(), y.data()));
            std::vector<double> logarithms;
            for (int i = 0; i < s.samples; ++i)
            {
                double highest = -HUGE_VAL, sum = 0.0;
                for (int o = 0; o < s.outputs; ++o)
                    highest = std::max(highest, z.number(i, o));
                for (int o = 0; o < s.outputs; ++o)
                    sum += std::exp(z.number(i, o) - highest);
                logarithms.push_back(highest + std::log(sum));
            }
            EXPECT_LE(off(y, [&](int i, int o) { return z.number(i, o) - logarithms[static_cast<std::size_t>(i)]; }), 1e-6);
        }
}

TEST_P(VendorCalls, AddMatrices)
{
    for (Shape const& s : shapes)
    {
        Array one(gpu(), s.samples, s.outputs, 1), other(gpu(), s.samples, s.outputs, 2), result(gpu(), s.samples, s.outputs, 0);
        record_and_repeat(*math().sum(one.matrix(), other.data(), result.data()));
        EXPECT_LE(off(result, [&](int i, int o) { return one.number(i, o) + other.number(i, o); }), 1e-7);
    }
}

INSTANTIATE_TEST_SUITE_P(By, VendorCalls, testing::ValuesIn(counters()), [](auto const& chosen) { return chosen.param.name; });
}  // namespace
