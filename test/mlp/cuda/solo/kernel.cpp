// What a network alone does in form solo: launches, orders, chunks, ways, bits, memory.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulated_solo.hpp"
#include "mlp/cases.hpp"
#include "mlp/distance.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;
using namespace ghee::mlp::cuda;
using emulated::EmulatedGpu;
using emulated::facts_with_shared;
using emulated::Sequence;
using emulated::solo_trainer;

TrainerSpec spec_of(std::vector<int> widths, int batch = 32, bool residual = false)
{
    return {.network = test::network(5, std::move(widths), Loss::cross_entropy, Activation::tanh, residual),
            .optimizer = {.learning_rate = 0.01},
            .seed = 5,
            .batch = batch};
}

std::vector<std::uint32_t> some_rows(std::size_t count)
{
    std::vector<std::uint32_t> order;
    for (std::size_t i = 0; i < count; ++i)
        order.push_back(static_cast<std::uint32_t>(i * 7 % 200));
    return order;
}

Weights trained(SoloTrainer& trainer, TrainerSpec const& spec, std::size_t rows)
{
    test::Rows const data(spec.network, 200, 6);
    trainer.load(data.samples(), data.samples());
    trainer.train(some_rows(rows));
    return trainer.weights();
}

TEST(Solo, TakesOneLaunchForACall)
{
    TrainerSpec const spec = spec_of({20, 20, 3});
    auto gpu = std::make_unique<EmulatedGpu>();
    EmulatedGpu const& seen = *gpu;
    SoloTrainer trainer(spec, std::move(gpu), solo_kernels());
    test::Rows const data(spec.network, 200, 6);
    trainer.load(data.samples(), data.samples());
    trainer.train(some_rows(300));
    EXPECT_EQ(seen.launches(), (std::map<std::string, int>{{"solo", 1}}));
    trainer.train_epoch(1, 1);
    EXPECT_EQ(seen.launches(), (std::map<std::string, int>{{"draw", 1}, {"solo", 2}}));
    trainer.evaluate();
    EXPECT_EQ(seen.launches(), (std::map<std::string, int>{{"draw", 1}, {"solo", 3}}));
}

TEST(Solo, GivesTheSameBitsWhicheverThreadComesFirst)
{
    for (std::size_t const kib : {227U, 60U})
        for (bool const residual : {false, true})
        {
            TrainerSpec const spec = spec_of({17, 17, 17, 3}, 100, residual);
            auto const one = solo_trainer(spec, facts_with_shared(kib)), other = solo_trainer(spec, facts_with_shared(kib), Sequence::descending);
            EXPECT_EQ(trained(*one, spec, 250), trained(*other, spec, 250)) << kib << " KiB";
            EXPECT_EQ(one->evaluate().loss_sum, other->evaluate().loss_sum);
        }
}

TEST(Solo, GivesTheSameBitsInEveryWay)
{
    for (int const batch : {20, 64, 256, 300})
        for (bool const residual : {false, true})
        {
            TrainerSpec const spec = spec_of({25, 25, 25, 3}, batch, residual);
            SoloPlan const plan = plan_solo(spec, facts_with_shared(227).shared_bytes_a_block);
            std::vector<Weights> all;
            for (SoloWay const& way : solo_ways)
            {
                SoloPlan const other = with_way(plan, way);
                SoloTrainer trainer(spec, std::make_unique<EmulatedGpu>(), solo_kernels(), &other);
                all.push_back(trained(trainer, spec, 700));
                EXPECT_EQ(all.back(), all.front()) << way.together << " samples, " << way.quads << " quads together";
            }
        }
}

TEST(Solo, IsTheSameToRoundingWhereverStepsAreCutIntoChunks)
{
    TrainerSpec const spec = spec_of({23, 19, 3}, 250);
    Weights const whole = trained(*solo_trainer(spec), spec, 700);
    std::set<int> chunks;
    for (std::size_t const kib : {160U, 64U, 32U, 22U, 18U})
    {
        auto const facts = facts_with_shared(kib);
        SoloPlan const plan = plan_solo(spec, facts.shared_bytes_a_block);
        if (plan.chunk == 0)
            continue;
        chunks.insert(plan.chunk);
        Weights const got = trained(*solo_trainer(spec, facts), spec, 700);
        for (std::size_t d = 0; d < whole.size(); ++d)
            EXPECT_LE(test::distance(got[d], whole[d], nullptr), 1e-6) << plan.chunk << " samples at a time";
    }
    EXPECT_GE(chunks.size(), 3U);
}

TEST(Solo, KnowsTheRatesOfMoreStepsThanItKeepsReady)
{
    TrainerSpec const spec = spec_of({6, 3}, 1);
    auto const whole = solo_trainer(spec), pieces = solo_trainer(spec);
    Weights const want = trained(*whole, spec, 600);
    EXPECT_EQ(trained(*solo_trainer(spec, facts_with_shared(227), Sequence::descending), spec, 600), want);
    test::Rows const data(spec.network, 200, 6);
    pieces->load(data.samples(), data.samples());
    auto const order = some_rows(600);
    for (std::size_t begin = 0; begin < 600; begin += 120)
        pieces->train(std::span(order).subspan(begin, 120));
    EXPECT_EQ(pieces->weights(), want);
}

TEST(Solo, HoldsTheMemoryItTells)
{
    for (OptimizerKind const kind : {OptimizerKind::sgd, OptimizerKind::momentum, OptimizerKind::adam})
    {
        TrainerSpec spec = spec_of({20, 3});
        spec.optimizer.kind = kind;
        auto gpu = std::make_unique<EmulatedGpu>();
        EmulatedGpu const& seen = *gpu;
        SoloTrainer const trainer(spec, std::move(gpu), solo_kernels());
        EXPECT_EQ(trainer.memory_bytes(), seen.bytes());
        EXPECT_EQ(SoloNetworks::bytes_for(plan_solo(spec, seen.facts().shared_bytes_a_block), 1, 1), seen.bytes());
    }
}

TEST(Solo, TellsItsForm) { EXPECT_EQ(solo_trainer(spec_of({20, 3}))->form(), "solo, 32 samples at a time, emulated, compute capability 9.0"); }
}  // namespace
