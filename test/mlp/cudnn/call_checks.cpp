// Definitions of the calls, and how far what was made is from them.
#include "call_checks.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/random.hpp"

namespace ghee::mlp::cudnn::test {

namespace {
using cuda::stride_of;

struct Shape
{
    int samples, inputs, outputs;
};
constexpr Shape shapes[] = {{1, 1, 1}, {37, 5, 9}, {256, 64, 64}, {255, 800, 33}, {16, 70, 1}, {515, 129, 257}};

/// A matrix on the device and the numbers in it, rows filled up with `filler`. Seed 0: zeros.
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
        send();
    }
    [[nodiscard]] Matrix matrix() const { return {device_.data(), rows_, columns_}; }
    [[nodiscard]] float* data() const { return device_.data(); }
    [[nodiscard]] float& at(int i, int j) { return numbers_[place(i, j)]; }
    [[nodiscard]] double number(int i, int j) const { return static_cast<double>(numbers_[place(i, j)]); }
    void send() { gpu_->copy_in(device_.data(), numbers_.data(), device_.bytes()); }
    void fetch() { gpu_->copy_out(numbers_.data(), device_.data(), device_.bytes()); }
    [[nodiscard]] int rows() const { return rows_; }
    [[nodiscard]] int columns() const { return columns_; }

  private:
    [[nodiscard]] std::size_t place(int i, int j) const
    {
        return static_cast<std::size_t>(i) * static_cast<std::size_t>(stride_of(columns_)) + static_cast<std::size_t>(j);
    }
    [[nodiscard]] std::size_t count() const { return place(rows_, 0); }
    cuda::Gpu* gpu_;
    int rows_, columns_;
    cuda::DeviceArray<float> device_;
    std::vector<float> numbers_;
};

using Wanted = std::function<double(int, int)>;

double sum_of(int terms, std::function<double(int)> const& term)
{
    double sum = 0.0;
    for (int i = 0; i < terms; ++i)
        sum += term(i);
    return sum;
}

double tolerance(Precision precision) { return precision == Precision::fp32 ? 1e-6 : precision == Precision::tf32 ? 2e-3 : 1e-2; }

class Checker
{
  public:
    Checker(cuda::Gpu& gpu, VendorMath& math) : gpu_(gpu), math_(math) {}

    [[nodiscard]] cuda::Gpu& gpu() const { return gpu_; }
    [[nodiscard]] VendorMath& math() const { return math_; }
    CallReport&& report() { return std::move(report_); }

    template<class Check>
    void for_each_case(Check const& check)
    {
        for (Shape const& shape : shapes)
            for (Precision const precision : {Precision::fp32, Precision::tf32, Precision::bf16})
            {
                now(shape, name_of(precision));
                check(shape, precision);
            }
    }
    /// What mistakes are said to be about.
    void now(Shape const& shape, std::string_view more)
    {
        now_ = std::to_string(shape.samples) + " samples, " + std::to_string(shape.inputs) + " inputs, " + std::to_string(shape.outputs) +
               " outputs, " + std::string(more);
    }

    /// Twice in a graph: nothing may depend on how often it was done.
    void run(Call const& call) const
    {
        gpu_.begin_recording();
        call.enqueue();
        call.enqueue();
        auto const graph = gpu_.end_recording();
        gpu_.repeat(*graph);
        gpu_.wait();
    }
    /// Whether it is to be had, and done.
    bool done(Product const& product, Precision precision)
    {
        auto const call = math_.product(product, precision);
        Offer& offer = report_.offers[{product.finish, precision}];
        ++offer.asked;
        if (!call)
            return false;
        ++offer.had;
        offer.on_tensor_cores += call->on_tensor_cores() ? 1 : 0;
        run(*call);
        return true;
    }
    /// The trainer cannot do without it.
    void must_be_done(Product const& product, Precision precision) { expect(done(product, precision), "a product is not to be had"); }

    void expect(bool right, std::string const& what)
    {
        if (!right)
            report_.mistakes.push_back(now_ + ": " + what);
    }
    /// || got - want || / || want ||, brought from the device, is at most `most`.
    void expect_near(char const* what, Array& got, Wanted const& want, double most)
    {
        got.fetch();
        double difference = 0.0, length = 0.0;
        for (int i = 0; i < got.rows(); ++i)
            for (int j = 0; j < got.columns(); ++j)
            {
                double const wanted = want(i, j);
                difference += std::pow(got.number(i, j) - wanted, 2);
                length += wanted * wanted;
            }
        double const off = difference == 0.0 ? 0.0 : std::sqrt(difference / length);
        expect(off <= most, std::string(what) + " off by " + std::to_string(off / most) + " times what is allowed");
    }

  private:
    cuda::Gpu& gpu_;
    VendorMath& math_;
    CallReport report_;
    std::string now_;
};
}  // namespace

CallReport check_layers(cuda::Gpu& gpu, VendorMath& math)
{
    Checker checker(gpu, math);
    checker.for_each_case(
        [&](Shape const& s, Precision precision)
        {
            Array x(gpu, s.samples, s.inputs, 1, NAN), w(gpu, s.outputs, s.inputs, 2, NAN), b(gpu, 1, s.outputs, 3);
            Array y(gpu, s.samples, s.outputs, 0, 7.0F);
            for (Finish const finish : {Finish::bias, Finish::relu_bias})
            {
                checker.must_be_done(
                    {.left = x.matrix(), .right = w.matrix(), .right_turned = true, .result = y.data(), .finish = finish, .bias = b.data()},
                    precision);
                auto const want = [&](int i, int o)
                {
                    double const sum = b.number(0, o) + sum_of(s.inputs, [&](int k) { return x.number(i, k) * w.number(o, k); });
                    return finish == Finish::bias ? sum : std::max(0.0, sum);
                };
                checker.expect_near(finish == Finish::bias ? "sums with biases" : "ReLU", y, want, tolerance(precision));
                for (int filler = s.outputs; filler < stride_of(s.outputs); ++filler)
                    checker.expect(y.at(s.samples - 1, filler) == 7.0F, "what fills up rows was written");
            }
        });
    return checker.report();
}

CallReport check_masks(cuda::Gpu& gpu, VendorMath& math)
{
    Checker checker(gpu, math);
    checker.for_each_case(
        [&](Shape const& s, Precision precision)
        {
            constexpr int above_outputs = 8;
            Array x(gpu, s.samples, s.inputs, 1), w(gpu, s.outputs, s.inputs, 2), b(gpu, 1, s.outputs, 3), y(gpu, s.samples, s.outputs, 0);
            Array above(gpu, s.samples, above_outputs, 4), v(gpu, above_outputs, s.outputs, 5);
            Array plain(gpu, s.samples, s.outputs, 0), masked(gpu, s.samples, s.outputs, 0), total(gpu, 1, s.outputs, 0);
            cuda::DeviceArray<std::uint32_t> const mask(gpu,
                                                        static_cast<std::size_t>(s.samples) * static_cast<std::size_t>(mask_stride(s.outputs) / 32));
            Product back{.left = above.matrix(), .right = v.matrix(), .result = plain.data()};
            checker.must_be_done(back, precision);
            plain.fetch();
            if (!checker.done({.left = x.matrix(),
                               .right = w.matrix(),
                               .right_turned = true,
                               .result = y.data(),
                               .finish = Finish::relu_bias_mask,
                               .bias = b.data(),
                               .mask = mask.data()},
                              precision))
                return;  // the trainer can do without
            y.fetch();
            auto const want = [&](int i, int o) { return y.number(i, o) > 0.0 ? plain.number(i, o) : 0.0; };
            back.result = masked.data();
            back.mask = mask.data();
            back.total = total.data();
            for (Finish const finish : {Finish::masked, Finish::masked_total})
            {
                back.finish = finish;
                if (!checker.done(back, precision))
                    continue;
                checker.expect_near("masked deltas", masked, want, tolerance(precision));
                auto const column = [&](int, int o) { return sum_of(s.samples, [&](int i) { return want(i, o); }); };
                if (finish == Finish::masked_total)
                    checker.expect_near("totals of masked deltas", total, column, 10.0 * tolerance(precision));
            }
        });
    return checker.report();
}

CallReport check_gradients(cuda::Gpu& gpu, VendorMath& math)
{
    Checker checker(gpu, math);
    checker.for_each_case(
        [&](Shape const& s, Precision precision)
        {
            Array delta(gpu, s.samples, s.outputs, 1, NAN), x(gpu, s.samples, s.inputs, 2, NAN), ones(gpu, 1, s.samples, 0);
            Array gradient(gpu, s.outputs, s.inputs, 0), total(gpu, 1, s.outputs, 0);
            auto const want = [&](int o, int k) { return sum_of(s.samples, [&](int i) { return delta.number(i, o) * x.number(i, k); }); };
            auto const column = [&](int, int o) { return sum_of(s.samples, [&](int i) { return delta.number(i, o); }); };
            Product product{.left = delta.matrix(), .left_turned = true, .right = x.matrix(), .result = gradient.data(), .total = total.data()};
            checker.must_be_done(product, precision);
            checker.expect_near("gradients", gradient, want, tolerance(precision));
            product.finish = Finish::left_total;
            if (checker.done(product, precision))
            {
                checker.expect_near("gradients beside totals", gradient, want, tolerance(precision));
                checker.expect_near("totals of deltas", total, column, 10.0 * tolerance(precision));
            }
            for (int i = 0; i < s.samples; ++i)
                ones.at(0, i) = 1.0F;
            ones.send();
            checker.must_be_done({.left = ones.matrix(), .right = delta.matrix(), .result = total.data()}, Precision::fp32);
            checker.expect_near("totals by ones", total, column, 1e-5);
        });
    return checker.report();
}

CallReport check_sums_with_products(cuda::Gpu& gpu, VendorMath& math)
{
    Checker checker(gpu, math);
    checker.for_each_case(
        [&](Shape const& s, Precision precision)
        {
            Array delta(gpu, s.samples, s.outputs, 1), w(gpu, s.outputs, s.inputs, 2), beside(gpu, s.samples, s.inputs, 3);
            Array below(gpu, s.samples, s.inputs, 0);
            checker.must_be_done({.left = delta.matrix(), .right = w.matrix(), .added = beside.data(), .result = below.data()}, precision);
            auto const want = [&](int i, int k)
            { return beside.number(i, k) + sum_of(s.outputs, [&](int o) { return delta.number(i, o) * w.number(o, k); }); };
            checker.expect_near("deltas with what goes round", below, want, tolerance(precision));
        });
    return checker.report();
}

CallReport check_activations(cuda::Gpu& gpu, VendorMath& math)
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
    Checker checker(gpu, math);
    for (Shape const& s : shapes)
    {
        Array z(gpu, s.samples, s.outputs, 1), y(gpu, s.samples, s.outputs, 0), above(gpu, s.samples, s.outputs, 2);
        Array below(gpu, s.samples, s.outputs, 0), in_place(gpu, s.samples, s.outputs, 2);
        for (Kind const& kind : kinds)
        {
            checker.now(s, name_of(kind.activation));
            checker.run(*math.activation(kind.activation, z.matrix(), y.data()));
            checker.expect_near("outputs", y, [&](int i, int o) { return kind.function(z.number(i, o)); }, 1e-6);
            checker.run(*math.activation_back(kind.activation, z.matrix(), y.data(), above.data(), below.data()));
            checker.expect_near("deltas", below, [&](int i, int o) { return above.number(i, o) * kind.slope(y.number(i, o)); }, 1e-6);
        }
        // As the trainer asks for it: ReLU's sums are gone, so its outputs stand for them, and the deltas take each other's place.
        checker.now(s, "relu");
        checker.run(*math.activation_back(Activation::relu, z.matrix(), z.data(), in_place.data(), in_place.data()));
        checker.expect_near("deltas in place", in_place, [&](int i, int o) { return z.number(i, o) > 0.0 ? above.number(i, o) : 0.0; }, 1e-7);
    }
    return checker.report();
}

CallReport check_log_softmax(cuda::Gpu& gpu, VendorMath& math)
{
    Checker checker(gpu, math);
    for (float const scale : {1.0F, 1e4F})
        for (Shape const& s : shapes)
        {
            checker.now(s, "sums of about " + std::to_string(scale));
            Array z(gpu, s.samples, s.outputs, 1, 1e30F), y(gpu, s.samples, s.outputs, 0);
            std::vector<double> logarithms;
            for (int i = 0; i < s.samples; ++i)
            {
                double highest = -HUGE_VAL;
                for (int o = 0; o < s.outputs; ++o)
                    highest = std::max(highest, static_cast<double>(z.at(i, o) *= scale));
                logarithms.push_back(highest + std::log(sum_of(s.outputs, [&](int o) { return std::exp(z.number(i, o) - highest); })));
            }
            z.send();
            checker.run(*math.log_softmax(z.matrix(), y.data()));
            checker.expect_near("log softmax", y, [&](int i, int o) { return z.number(i, o) - logarithms[static_cast<std::size_t>(i)]; }, 1e-6);
        }
    return checker.report();
}

CallReport check_sums(cuda::Gpu& gpu, VendorMath& math)
{
    Checker checker(gpu, math);
    for (Shape const& s : shapes)
    {
        checker.now(s, "");
        Array one(gpu, s.samples, s.outputs, 1), other(gpu, s.samples, s.outputs, 2), result(gpu, s.samples, s.outputs, 0);
        checker.run(*math.sum(one.matrix(), other.data(), result.data()));
        checker.expect_near("sums", result, [&](int i, int o) { return one.number(i, o) + other.number(i, o); }, 1e-7);
    }
    return checker.report();
}

}  // namespace ghee::mlp::cudnn::test
