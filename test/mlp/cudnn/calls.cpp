// What the cudnn backend promises beside numbers: which calls it asks for, what it refuses, and that nothing is hidden.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "mlp/networks.hpp"
#include "shops.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;
using namespace ghee::mlp::cudnn::test;
using cudnn::Finish;
using mlp::test::network;
using mlp::test::Rows;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

TrainerSpec spec_of(Network network, int batch = 32)
{
    return {.network = std::move(network), .optimizer = {.kind = OptimizerKind::adam, .learning_rate = 1e-2}, .seed = 5, .batch = batch};
}
TrainerSpec classes(Activation activation = Activation::relu) { return spec_of(network(6, {14, 9, 4}, Loss::cross_entropy, activation)); }

TEST(CudnnCalls, PutReluItsSlopeAndBiasGradientsIntoProducts)
{
    Shopping const shopping(classes());
    EXPECT_THAT(shopping.shop->sold, UnorderedElementsAre(Pair(Finish::relu_bias_mask, 2), Pair(Finish::bias, 1), Pair(Finish::masked_total, 2),
                                                          Pair(Finish::left_total, 1), Pair(Finish::nothing, 2)));
    EXPECT_THAT(shopping.trainer->form(), HasSubstr("plain loops on emulated, products on tensor cores: 0 of 8, slopes in products: 2 of 2, bias "
                                                    "gradients in products: 3 of 3"));
}

TEST(CudnnCalls, AreOthersWhereTheLibraryHasNoMasks)
{
    Shopping const shopping(classes(), {"", {Finish::masked, Finish::masked_total}});
    EXPECT_THAT(shopping.trainer->form(), HasSubstr("slopes in products: 0 of 2, bias gradients in products: 3 of 3"));
}

TEST(CudnnCalls, AddBiasGradientsByOnesWhereTheLibraryHasNoTotals)
{
    Shopping const shopping(classes(), {"", {Finish::masked_total, Finish::left_total}});
    EXPECT_THAT(shopping.trainer->form(), HasSubstr("of 11, slopes in products: 2 of 2, bias gradients in products: 0 of 3"));
}

TEST(CudnnCalls, KeepTheDerivativesOfResidualLayersUnmasked)
{
    Shopping const shopping(spec_of(network(6, {9, 9, 9, 4}, Loss::cross_entropy, Activation::relu, true)));
    EXPECT_THAT(shopping.trainer->form(), HasSubstr("slopes in products: 1 of 3")) << "only the first layer has nothing that goes round it";
}

TEST(CudnnCalls, TellWhenTensorCoresMultiply)
{
    TrainerSpec spec = classes();
    spec.precision = Precision::tf32;
    EXPECT_THAT(Shopping(spec).trainer->form(), HasSubstr("products on tensor cores: 8 of 8"));
}

TEST(CudnnCalls, AProductThatTheLibraryLacksIsAnErrorThatNamesIt)
{
    try
    {
        Shopping const shopping(classes(), {"", {Finish::bias}});
        FAIL() << "made";
    }
    catch (Error const& error)
    {
        EXPECT_STREQ(error.what(), "backend cudnn cannot multiply 32 x 9 by 9 x 4 numbers in fp32 (plain loops offers nothing for it on this GPU) "
                                   "choose backend cuda or another precision");
    }
}

TEST(CudnnRefuses, WhatNoCallOfTheVendorComputes)
{
    EXPECT_EQ(cudnn::refusal(classes(Activation::leaky_relu), facts), "cuDNN's activation calls have no leaky_relu; use backend = \"cuda\"");
    EXPECT_THAT(cudnn::refusal(classes(Activation::gelu), facts), HasSubstr("approximation by tanh"));
    for (Activation const activation : {Activation::linear, Activation::relu, Activation::tanh, Activation::sigmoid})
        EXPECT_EQ(cudnn::refusal(classes(activation), facts), "");
    EXPECT_EQ(cudnn::refusal(spec_of(network(6, {4}, Loss::cross_entropy, Activation::gelu)), facts), "") << "no hidden layer, no gelu";
}

TEST(CudnnRefuses, PrecisionsThatWouldBeOthers)
{
    TrainerSpec spec = classes();
    for (Precision const precision : {Precision::fp64, Precision::tf32x3})
    {
        spec.precision = precision;
        EXPECT_THAT(cudnn::refusal(spec, facts), HasSubstr("not in " + std::string(name_of(precision))));
    }
    cuda::GpuFacts const turing{.name = "old", .capability = 75, .multiprocessors = 1, .shared_bytes_a_block = 65536};
    for (Precision const precision : {Precision::tf32, Precision::bf16})
    {
        spec.precision = precision;
        EXPECT_EQ(cudnn::refusal(spec, facts), "");
        EXPECT_THAT(cudnn::refusal(spec, turing), HasSubstr("needs tensor cores of compute capability 8.0 or later, old has 7.5"));
    }
    spec.precision = Precision::fp32;
    EXPECT_EQ(cudnn::refusal(spec, turing), "");
}

TEST(CudnnRefuses, PrecisionsThatTheEnvironmentReplaces)
{
    struct Setting
    {
        char const* variable;
        char const* value;
        std::vector<Precision> refused;
    };
    using enum Precision;
    for (Setting const& setting :
         {Setting{"NVIDIA_TF32_OVERRIDE", "0", {tf32}}, Setting{"NVIDIA_TF32_OVERRIDE", "1", {fp32, bf16}},
          Setting{"CUBLAS_EMULATE_SINGLE_PRECISION", "1", {fp32, tf32, bf16}}, Setting{"CUBLAS_EMULATE_SINGLE_PRECISION", "0", {}}})
    {
        setenv(setting.variable, setting.value, 1);
        TrainerSpec spec = classes();
        for (Precision const precision : {fp32, tf32, bf16})
        {
            spec.precision = precision;
            bool const refused = std::ranges::count(setting.refused, precision) > 0;
            EXPECT_THAT(cudnn::refusal(spec, facts), refused ? HasSubstr(setting.variable) : HasSubstr("")) << setting.value;
            EXPECT_EQ(cudnn::refusal(spec, facts).empty(), !refused) << setting.variable << "=" << setting.value << " " << name_of(precision);
        }
        unsetenv(setting.variable);
    }
}

TEST(CudnnRefuses, TooManySamplesAndThreads)
{
    TrainerSpec spec = classes();
    spec.batch = 65536;
    EXPECT_EQ(cudnn::refusal(spec, facts), "");
    spec.batch = 65537;
    EXPECT_EQ(cudnn::refusal(spec, facts), "its steps take at most 65536 samples");
    spec.batch = 1;
    spec.threads = 2;
    EXPECT_EQ(cudnn::refusal(spec, facts), "it uses one thread of the host");
}

TEST(CudnnRefuses, AFormBecauseItHasOne)
{
    TrainerSpec spec = classes();
    spec.form = Form::solo;
    EXPECT_THAT(cudnn::refusal(spec, facts), testing::HasSubstr("only backend cuda has forms to choose from"));
}

TEST(CudnnTrainer, TrainsAnEpochInAnOrderOfItsOwnOnEveryRowOnce)
{
    TrainerSpec spec = spec_of(network(3, {1}, Loss::mse));
    spec.optimizer = {.kind = OptimizerKind::sgd, .learning_rate = 0.0};
    Rows const rows(spec.network, 75, 1);
    Shopping const shopping(spec);
    shopping.trainer->load(rows.samples(), rows.samples());
    ASSERT_TRUE(shopping.trainer->draws_order());
    Pass const epoch = shopping.trainer->train_epoch(7, 1), all = shopping.trainer->evaluate();
    EXPECT_EQ(epoch.samples, 75);
    EXPECT_EQ(epoch.steps, 3);
    EXPECT_NEAR(epoch.loss_sum, all.loss_sum, 1e-6 * all.loss_sum);
    EXPECT_EQ(shopping.gpu->launches().at("shuffle"), 1);
}

TEST(CudnnTrainer, ForgetsNumbersThatAreNotFiniteAtReset)
{
    for (Activation const activation : {Activation::relu, Activation::sigmoid, Activation::linear})
        for (bool const residual : {false, true})
        {
            TrainerSpec const spec = spec_of(network(6, {9, 9, 9, 5}, Loss::mse, activation, residual));
            Rows const rows(spec.network, 40, 1);
            Shopping const shopping(spec);
            shopping.trainer->load(rows.samples(), rows.samples());
            auto const order = mlp::test::in_order(40);
            Pass const first = shopping.trainer->train(order);
            Weights const trained = shopping.trainer->weights();
            Weights broken = trained;
            for (Layer& layer : broken)
                layer.weights[0] = layer.biases[0] = std::nan("");
            shopping.trainer->set_weights(broken);
            EXPECT_TRUE(std::isnan(shopping.trainer->train(order).loss_sum));
            shopping.trainer->reset();
            EXPECT_EQ(shopping.trainer->train(order).loss_sum, first.loss_sum) << name_of(activation);
            EXPECT_EQ(shopping.trainer->weights(), trained) << name_of(activation);
        }
}

TEST(CudnnTrainer, TellsWeightsThatReluWouldHide)
{
    for (double const hidden : {std::nan(""), HUGE_VAL, -HUGE_VAL})
        for (Loss const loss : {Loss::mse, Loss::binary_cross_entropy, Loss::cross_entropy})
        {
            TrainerSpec const spec = spec_of(network(6, {9, 9, 3}, loss));
            Rows const rows(spec.network, 40, 1);
            Shopping const shopping(spec);
            shopping.trainer->load(rows.samples(), rows.samples());
            Weights const sound = shopping.trainer->weights();
            Weights broken = sound;
            broken[0].biases[2] = hidden;
            shopping.trainer->set_weights(broken);
            EXPECT_TRUE(std::isnan(shopping.trainer->evaluate().loss_sum)) << name_of(loss);
            EXPECT_EQ(shopping.trainer->evaluate().correct, 0) << name_of(loss);
            shopping.trainer->set_weights(sound);
            EXPECT_TRUE(std::isfinite(shopping.trainer->evaluate().loss_sum)) << name_of(loss);
        }
}

TEST(CudnnTrainer, TellsWhichSamplesReluWouldHide)
{
    TrainerSpec const spec = spec_of(network(6, {9, 9, 3}, Loss::cross_entropy));
    Rows const rows(spec.network, 75, 1);
    Samples const good = rows.samples();
    std::vector<float> inputs(good.inputs.begin(), good.inputs.end());
    inputs[6 * 40 + 5] = std::nanf("");
    Samples const bad{.inputs = inputs, .targets = good.targets, .count = 75, .features = 6, .outputs = 3};
    Shopping const shopping(spec);
    shopping.trainer->load(bad, good);
    std::vector<std::uint32_t> const without = mlp::test::in_order(40), with{40, 1, 2};
    EXPECT_TRUE(std::isfinite(shopping.trainer->train(without).loss_sum));
    EXPECT_TRUE(std::isnan(shopping.trainer->train(with).loss_sum));
    shopping.trainer->reset();
    EXPECT_TRUE(std::isfinite(shopping.trainer->train(without).loss_sum)) << "the alarm of a sample is for that sample";
    EXPECT_TRUE(std::isfinite(shopping.trainer->evaluate().loss_sum));
}

TEST(CudnnTrainer, TellsItsMemory)
{
    // Beside 32 MiB for the library: one layer, 6 x 4 weights in rows of 8, so 64 floats of weights and 64 of biases, four times with
    // gradients and two moments; a batch of 1024 rows of 8, ones, and three times 1024 x 4 of sums, shares and deltas; where the course is
    // (32 bytes) and, of 33 steps, the rates and 1024 verdicts of 8 bytes.
    TrainerSpec const spec = spec_of(network(6, {4}, Loss::cross_entropy));
    Shopping const shopping(spec);
    EXPECT_EQ(shopping.trainer->memory_bytes() - cudnn::workspace_bytes,
              4 * (4 * (64 + 64) + 1024 * 8 + 1024 + 3 * 1024 * 4) + 32 + 33 * (8 + 1024 * 8));
}
}  // namespace
