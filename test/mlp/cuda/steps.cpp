// What the cuda backend does step by step: launches, graphs, tiles, orders, memory, refusals.
#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases.hpp"
#include "distance.hpp"
#include "emulated.hpp"
#include "mlp/cuda/tiling.hpp"
#include "mlp/reference/reference.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;
using namespace ghee::mlp::cuda;
using emulated::EmulatedGpu;
using emulated::facts_with;
using emulated::Sequence;
using testing::HasSubstr;

TrainerSpec spec_of(std::vector<int> widths, int batch = 32)
{
    return {.network = test::network(5, std::move(widths), Loss::cross_entropy, Activation::tanh),
            .optimizer = {.learning_rate = 0.01},
            .seed = 5,
            .batch = batch};
}

/// The weights after `rows` rows of training.
Weights trained(CudaTrainer& trainer, TrainerSpec const& spec, std::size_t rows)
{
    test::Rows const data(spec.network, 200, 6);
    std::vector<std::uint32_t> order;
    for (std::size_t i = 0; i < rows; ++i)
        order.push_back(static_cast<std::uint32_t>(i * 7 % 200));
    trainer.load(data.samples(), data.samples());
    trainer.train(order);
    return trainer.weights();
}

TEST(Steps, LaunchOneKernelForwardAndOneBackwardALayer)
{
    TrainerSpec const spec = spec_of({20, 20, 20, 3});
    auto gpu = std::make_unique<EmulatedGpu>();
    EmulatedGpu const& seen = *gpu;
    CudaTrainer trainer(spec, std::move(gpu), all_kernels());
    trained(trainer, spec, 40 * 32 + 5);  // 32 steps in one graph, 8 and a partial one in another
    EXPECT_EQ(seen.launches(), (std::map<std::string, int>{{"begin", 1}, {"forward", 41 * 4}, {"backward", 41 * 4}, {"advance", 3}}));
}

TEST(Steps, JudgeApartWhereOutputsAreMany)
{
    TrainerSpec const spec = spec_of({20, 70});
    auto gpu = std::make_unique<EmulatedGpu>();
    EmulatedGpu const& seen = *gpu;
    CudaTrainer trainer(spec, std::move(gpu), all_kernels());
    trained(trainer, spec, 64);
    EXPECT_EQ(seen.launches().at("judge"), 2);
}

TEST(Steps, ShareTheTermsOfALastLayerThatHasVeryMany)
{
    for (int const inputs : {1537, 2048, 16500})
    {
        Splits const splits = splits_of(inputs, 3);
        EXPECT_GT(splits.count, 1);
        EXPECT_EQ(splits.terms % 32, 0);
        EXPECT_GE(splits.count * splits.terms, inputs);
        EXPECT_LT((splits.count - 1) * splits.terms, inputs) << "an empty one";
    }
    TrainerSpec spec = spec_of({1600, 3}, 40);
    auto gpu = std::make_unique<EmulatedGpu>();
    EmulatedGpu const& seen = *gpu;
    CudaTrainer trainer(spec, std::move(gpu), all_kernels());
    ReferenceTrainer reference(spec);
    test::Rows const data(spec.network, 200, 6);
    auto const order = test::in_order(100);
    for (Trainer* one : {static_cast<Trainer*>(&trainer), static_cast<Trainer*>(&reference)})
        one->load(data.samples(), data.samples());
    Pass const got = trainer.train(order), want = reference.train(order);
    EXPECT_EQ(seen.launches().at("judge"), 3);
    EXPECT_NEAR(got.loss_sum, want.loss_sum, 1e-6 * want.loss_sum);
    EXPECT_EQ(got.correct, want.correct);
    for (std::size_t d = 0; d < 2; ++d)
        EXPECT_LE(test::distance(trainer.weights()[d], reference.weights()[d], nullptr), 2e-6);
}

TEST(Steps, TakeASampleWithANanAmongItsOutputsForNoHit)
{
    TrainerSpec const spec = spec_of({12, 9});
    test::Rows const data(spec.network, 60, 6);
    auto const trainer = emulated::trainer(spec, Precision::fp32);
    trainer->load(data.samples(), data.samples());
    EXPECT_GT(trainer->evaluate().correct, 0);
    Weights weights = trainer->weights();
    weights[1].biases[8] = std::nan("");
    trainer->set_weights(weights);
    EXPECT_EQ(trainer->evaluate().correct, 0);
}

TEST(Steps, GiveTheSameBitsWhicheverThreadAndBlockComesFirst)
{
    for (Precision const precision : {Precision::fp32, Precision::tf32x3})
        for (bool const residual : {false, true})
        {
            TrainerSpec spec = spec_of({40, 40, 40, 3});
            spec.network.residual = residual;
            auto const one = emulated::trainer(spec, precision);
            auto const other = emulated::trainer(spec, precision, facts_with(8), Sequence::descending);
            EXPECT_EQ(trained(*one, spec, 100), trained(*other, spec, 100));
        }
}

TEST(Steps, AreTheSameToRoundingWithEveryTile)
{
    TrainerSpec const spec = spec_of({150, 130, 60}, 140);
    Kernels const all = all_kernels();
    Weights const want = trained(*emulated::trainer(spec, Precision::fp32), spec, 300);
    auto const near = [&](Kernels const& kernels)
    {
        Weights const got = trained(*emulated::trainer(spec, Precision::fp32, facts_with(8), Sequence::ascending, kernels), spec, 300);
        double off = 0.0;
        for (std::size_t d = 0; d < want.size(); ++d)
            for (std::size_t i = 0; i < want[d].weights.size(); ++i)
                off = std::max(off, std::abs(want[d].weights[i] - got[d].weights[i]));
        return off;
    };
    for (std::size_t only = 0; only < all.layers[0].forward.size(); ++only)
    {
        Kernels kernels = all;
        for (std::size_t i = 0; i < kernels.layers[0].forward.size(); ++i)
            if (i != only)
                kernels.layers[0].forward[i].kernel.entry = nullptr;
        EXPECT_LT(near(kernels), 1e-5) << "forward tile " << only;
    }
    for (std::size_t only = 0; only < all.layers[0].backward.size(); ++only)
    {
        Kernels kernels = all;
        for (std::size_t i = 0; i < kernels.layers[0].backward.size(); ++i)
            if (i != only)
                kernels.layers[0].backward[i].kernel.entry = nullptr;
        EXPECT_LT(near(kernels), 1e-5) << "backward tiles " << only;
    }
}

TEST(Steps, BeginAnewWithWeightsSetAfterAnOddNumberOfThem)
{
    TrainerSpec spec = spec_of({13, 3});
    spec.optimizer = {.kind = OptimizerKind::sgd, .learning_rate = 0.01};
    auto const fresh = emulated::trainer(spec, Precision::fp32), used = emulated::trainer(spec, Precision::fp32);
    Weights const first = fresh->weights();
    trained(*used, spec, 3 * 32);
    used->set_weights(first);
    EXPECT_EQ(used->weights(), first);
    EXPECT_EQ(trained(*used, spec, 32), trained(*fresh, spec, 32));
    EXPECT_EQ(trained(*used, spec, 32), trained(*fresh, spec, 32));
}

TEST(Steps, HoldTheMemoryTheyTell)
{
    for (bool const residual : {false, true})
        for (OptimizerKind const kind : {OptimizerKind::sgd, OptimizerKind::momentum, OptimizerKind::adam})
        {
            TrainerSpec spec = spec_of(residual ? std::vector{50, 50, 3} : std::vector{2000, 3}, 8);
            spec.network.residual = residual;
            spec.optimizer.kind = kind;
            auto gpu = std::make_unique<EmulatedGpu>();
            EmulatedGpu const& seen = *gpu;
            CudaTrainer const trainer(spec, std::move(gpu), all_kernels());
            EXPECT_EQ(trainer.memory_bytes(), seen.bytes());
            EXPECT_EQ(bytes_for(spec), seen.bytes());
        }
}

TEST(Steps, AreRefusedWithTheReason)
{
    TrainerSpec spec = spec_of({12, 3});
    GpuFacts facts = facts_with(40);
    EXPECT_EQ(refusal(spec, facts), "");
    spec.precision = Precision::fp64;
    EXPECT_THAT(refusal(spec, facts), HasSubstr("not in fp64"));
    facts.capability = 75;
    facts.name = "Tesla T4";
    for (Precision const precision : {Precision::tf32, Precision::tf32x3, Precision::bf16})
    {
        spec.precision = precision;
        EXPECT_THAT(refusal(spec, facts), HasSubstr("Tesla T4 has 7.5; use precision = \"fp32\""));
    }
    spec.precision = Precision::fp32;
    EXPECT_EQ(refusal(spec, facts), "");
    spec.batch = 2049;
    EXPECT_THAT(refusal(spec, facts), HasSubstr("at most 2048 samples"));
    spec.batch = 2048;
    spec.threads = 2;
    EXPECT_THAT(refusal(spec, facts), HasSubstr("one thread"));
    spec.threads = 1;
    spec.network.widths.clear();
    EXPECT_THAT(refusal(spec, facts), HasSubstr("at least one layer"));
}
}  // namespace
