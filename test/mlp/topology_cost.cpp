// Arithmetic and bytes of a network, by hand.
#include "mlp/topology.hpp"

#include <gtest/gtest.h>

namespace {
using namespace ghee;
using namespace ghee::mlp;

Network network_3_5_2()
{
    Network network;
    network.inputs = 3;
    network.widths = {5, 2};
    return network;
}

TEST(TopologyCost, CountsNoGradientOfTheData)
{
    // 2 * 8 * (3*5 * 2 sweeps + 5*2 * 3 sweeps)
    EXPECT_DOUBLE_EQ(flops_per_step(network_3_5_2(), 8), 2.0 * 8 * (15 * 2 + 10 * 3));
}

TEST(TopologyCost, WorkingSetsCountTheMomentsOfTheOptimizer)
{
    // 32 parameters; widest layer 3 + 5; 10 nodes with the inputs.
    Optimizer optimizer;
    optimizer.kind = OptimizerKind::sgd;
    auto const sgd = working_sets(network_3_5_2(), optimizer, 8, 100);
    EXPECT_DOUBLE_EQ(sgd.layer, 4 * 8 * 8);
    EXPECT_DOUBLE_EQ(sgd.forward, 4 * 8 * 8 + 4 * 32);
    EXPECT_DOUBLE_EQ(sgd.backward, 4 * 2 * 32 + 4 * 8 * 10);
    EXPECT_DOUBLE_EQ(sgd.epoch, sgd.backward + 4 * 100 * (3 + 2));

    optimizer.kind = OptimizerKind::adam;
    auto const adam = working_sets(network_3_5_2(), optimizer, 8, 100);
    EXPECT_DOUBLE_EQ(adam.layer, sgd.layer);
    EXPECT_DOUBLE_EQ(adam.forward, sgd.forward);
    EXPECT_DOUBLE_EQ(adam.backward, sgd.backward + 4 * 2 * 32);
    EXPECT_DOUBLE_EQ(adam.epoch, sgd.epoch + 4 * 2 * 32);

    for (auto kind : {OptimizerKind::momentum, OptimizerKind::rmsprop})
    {
        optimizer.kind = kind;
        EXPECT_DOUBLE_EQ(working_sets(network_3_5_2(), optimizer, 8, 100).backward, sgd.backward + 4 * 32);
    }
}

TEST(TopologyCost, SetsContainOneAnother)
{
    for (auto const& widths : {std::vector<int>{1, 10}, std::vector<int>{300, 1}, std::vector<int>{7, 7, 7, 7}})
    {
        Network network;
        network.inputs = 784;
        network.widths = widths;
        auto const sets = working_sets(network, {}, 256, 1000);
        EXPECT_LE(sets.layer, sets.forward);
        EXPECT_LE(sets.layer, sets.backward);
        EXPECT_LE(sets.backward, sets.epoch);
    }
}
}  // namespace
