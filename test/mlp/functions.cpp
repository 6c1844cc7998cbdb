// The vector functions of every instruction set against the C library in fp64.
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "mlp/cpu/instruction_sets.hpp"

namespace {
using namespace ghee::mlp;

struct Function
{
    char const* name;
    double (*exact)(double);
    double low, high;
    /// Largest accepted |error| / scale(x).
    double error;
    double (*scale)(double);
};

double share(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }
double density(double z) { return std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi); }
double sigmoid(double z) { return 1.0 / (1.0 + std::exp(-z)); }
double exact_exp(double x) { return std::exp(x); }
double exact_log(double x) { return std::log(x); }
double exact_tanh(double x) { return std::tanh(x); }
double exact_log1p(double x) { return std::log1p(x); }

Function const functions[] = {
    {"exp", exact_exp, -87.0, 88.0, 2e-7, exact_exp},
    {"log", exact_log, 1e-3, 1e4, 1e-7, [](double x) { return std::max(1.0, std::abs(std::log(x))); }},
    {"log_of_one_plus", exact_log1p, 0.0, 1.0, 3e-7, exact_log1p},
    {"tanh", exact_tanh, -12.0, 12.0, 3e-7, [](double x) { return std::abs(std::tanh(x)); }},
    {"sigmoid", sigmoid, -80.0, 80.0, 3e-7, sigmoid},
    {"normal", share, -12.0, 12.0, 4e-7, [](double z) { return share(z) * (1 + z * z / 4); }},
    {"density", density, -12.0, 12.0, 4e-7, [](double z) { return density(z) * (1 + z * z / 4); }},
};

class VectorFunctions : public testing::TestWithParam<Function>
{
};

TEST_P(VectorFunctions, AreAsGoodAsTheySay)
{
    Function const& f = GetParam();
    constexpr int count = 16 * 4096;
    std::vector<float> x(count);
    std::vector<float> y(count);
    for (int i = 0; i < count; ++i)
        x[static_cast<std::size_t>(i)] = static_cast<float>(f.low + (f.high - f.low) * (i + 1) / count);
    for (cpu::Kernels const& kernels : cpu::instruction_sets())
    {
        kernels.apply(f.name, x.data(), y.data(), count);
        double worst = 0.0;
        float at = 0.0F;
        for (std::size_t i = 0; i < x.size(); ++i)
        {
            double const right = f.exact(static_cast<double>(x[i]));
            double const error = std::abs(static_cast<double>(y[i]) - right);
            double const scaled = error == 0.0 ? 0.0 : error / f.scale(static_cast<double>(x[i]));
            if (!(scaled <= worst))
            {
                worst = scaled;
                at = x[i];
            }
        }
        EXPECT_LE(worst, f.error) << kernels.name << " at " << at;
    }
}

TEST_P(VectorFunctions, KeepANanAndSurviveInfinity)
{
    Function const& f = GetParam();
    std::vector<float> x(16, std::numeric_limits<float>::quiet_NaN());
    x[1] = 0.5F;
    x[2] = std::numeric_limits<float>::infinity();
    std::vector<float> y(16);
    for (cpu::Kernels const& kernels : cpu::instruction_sets())
    {
        kernels.apply(f.name, x.data(), y.data(), 16);
        EXPECT_TRUE(std::isnan(y[0])) << kernels.name;
        EXPECT_NEAR(y[1], f.exact(0.5), 1e-6) << kernels.name;
        if (f.exact == exact_tanh || f.exact == sigmoid || f.exact == share)
        {
            EXPECT_FLOAT_EQ(y[2], 1.0F) << kernels.name;
        }
    }
}
INSTANTIATE_TEST_SUITE_P(All, VectorFunctions, testing::ValuesIn(functions), [](auto const& chosen) { return std::string(chosen.param.name); });
}  // namespace
