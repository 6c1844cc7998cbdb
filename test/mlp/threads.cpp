// A team gives what one thread gives, bit for bit, whatever its size and the batch; its threads share the work and come when called.
#include <algorithm>
#include <atomic>
#include <cstring>
#include <set>

#include <gtest/gtest.h>

#include "contenders.hpp"
#include "mlp/cpu/team.hpp"
#include "mlp/cpu/threads_that_pay.hpp"
#include "mlp/topology.hpp"
#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

struct Case
{
    std::string name;
    Network network;
    Optimizer optimizer;
    int batch;
};

std::vector<Case> cases()
{
    using test::network;
    return {{"tiny", network(3, {2, 1}, Loss::mse), {}, 256},
            {"odd_batch", network(17, {33, 7, 5}, Loss::cross_entropy), {}, 77},
            {"residual_gelu", network(5, {18, 18, 18, 3}, Loss::cross_entropy, Activation::gelu, true), {}, 100},
            {"turned", network(40, {170, 150, 1}, Loss::binary_cross_entropy, Activation::tanh), {.kind = OptimizerKind::rmsprop}, 256},
            // Packing reads behind the last weight; of 703 x 592 and biases none is left over there.
            {"packed", network(2, {703, 592, 1}, Loss::mse, Activation::relu), {}, 256},
            {"chunks", network(3, {2150, 5}, Loss::cross_entropy), {.kind = OptimizerKind::adam, .l2 = 1e-4}, 256},
            {"groups_and_penalties", network(20, {300, 120, 2}, Loss::mse), {.kind = OptimizerKind::momentum, .l1 = 1e-4, .l2 = 1e-4}, 256},
            {"one_sample", network(9, {11, 4}, Loss::mse), {.kind = OptimizerKind::adamw}, 1}};
}

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

class Threads : public testing::TestWithParam<Case>
{
};

TEST_P(Threads, GiveTheSameBitsInAnyNumber)
{
    Case const& given = GetParam();
    test::Rows const rows(given.network, 333, 4);
    // Seven threads on fewer cores meet slowly: not too many steps of one sample.
    auto const order = test::in_order(std::min<std::size_t>(333, 30 * static_cast<std::size_t>(given.batch)));
    for (cpu::Kernels const& kernels : test::all_kernels())
    {
        TrainerSpec spec{.network = given.network, .optimizer = given.optimizer, .precision = kernels.precision, .seed = 3, .batch = given.batch};
        CpuTrainer alone(spec, kernels);
        alone.load(rows.samples(), rows.samples());
        std::vector<Pass> wanted;
        for (int epoch = 0; epoch < 3; ++epoch)
            wanted.push_back(alone.train(order));
        Pass const evaluated = alone.evaluate();
        for (int const threads : {2, 3, 4, 7})
        {
            spec.threads = threads;
            CpuTrainer team(spec, kernels);
            team.load(rows.samples(), rows.samples());
            for (Pass const& pass : wanted)
            {
                Pass const got = team.train(order);
                EXPECT_TRUE(same_bits(got.loss_sum, pass.loss_sum))
                    << kernels.name << ", " << threads << " threads: " << got.loss_sum << " is not " << pass.loss_sum;
                EXPECT_EQ(got.correct, pass.correct);
                EXPECT_EQ(got.samples, pass.samples);
                EXPECT_EQ(got.steps, pass.steps);
            }
            EXPECT_EQ(team.weights(), alone.weights()) << kernels.name << ", " << threads << " threads";
            EXPECT_TRUE(same_bits(team.evaluate().loss_sum, evaluated.loss_sum));
        }
    }
}
INSTANTIATE_TEST_SUITE_P(All, Threads, testing::ValuesIn(cases()), [](auto const& chosen) { return chosen.param.name; });

TEST(Team, CallsEveryMemberOnceAndTheyMeet)
{
    constexpr int size = 5;
    cpu::Team team(size);
    EXPECT_EQ(team.size(), size);
    for (int round = 0; round < 20; ++round)
    {
        std::atomic<int> calls = 0;
        std::atomic<int> early = 0;
        int written[size] = {};
        team.run(
            [&](cpu::Crew const& crew)
            {
                ++calls;
                for (int turn = 1; turn <= 20; ++turn)
                {
                    written[crew.index] = turn;
                    cpu::meet(crew);
                    for (int const value : written)
                        early += value != turn;
                    cpu::meet(crew);
                }
            });
        EXPECT_EQ(calls, size);
        EXPECT_EQ(early, 0) << "a member went on before the others had come";
    }
}

TEST(Team, OfOneCallsTheCallerOnly)
{
    cpu::Team team(1);
    auto const caller = std::this_thread::get_id();
    std::thread::id called;
    team.run(
        [&](cpu::Crew const& crew)
        {
            EXPECT_EQ(crew.size, 1);
            called = std::this_thread::get_id();
        });
    EXPECT_EQ(called, caller);
}
TEST(ThreadsThatPay, AreOneForSmallNetworksAndAllForLargeOnes)
{
    cpu::Kernels const fast{.name = "fast", .flops_per_s = 200e9};
    auto const of = [&](int power, int depth, int batch, int processors)
    {
        Network const network =
            test::network(64, find_topology(Shape::rectangle, std::int64_t{1} << power, depth, 64, 10).widths, Loss::cross_entropy);
        return cpu::threads_that_pay({.network = network, .optimizer = {}, .batch = batch}, fast, processors);
    };
    for (int const depth : {2, 4, 10})
    {
        EXPECT_EQ(of(10, depth, 256, 64), 1) << "depth " << depth;
        EXPECT_EQ(of(11, depth, 256, 64), 1) << "two gain 1.0 to 1.2 times at depth " << depth;
        EXPECT_EQ(of(14, depth, 256, 2), 2) << "they gain 1.5 times at depth " << depth;
        EXPECT_EQ(of(17, depth, 256, 2), 2);
        EXPECT_EQ(of(17, depth, 256, 1), 1) << "one processor";
        EXPECT_EQ(of(20, depth, 256, 64), 4) << "blocks of 64 samples";
        EXPECT_EQ(of(20, depth, 1024, 64), 16);
        EXPECT_EQ(of(20, depth, 1, 64), 1) << "one sample";
    }
    EXPECT_EQ(of(14, 20, 256, 64), 4);
    EXPECT_EQ(of(14, 200, 256, 64), 1) << "more meetings than arithmetic";
    EXPECT_EQ(of(20, 4, 256, 0), 1) << "there is always one";
    cpu::Kernels const slow{.name = "slow", .flops_per_s = 50e9};
    TrainerSpec const spec{.network = test::network(64, {27, 10}, Loss::cross_entropy), .optimizer = {}, .batch = 256};
    EXPECT_GT(cpu::threads_that_pay(spec, slow, 8), cpu::threads_that_pay(spec, fast, 8)) << "a slower core has longer steps";
}
}  // namespace
