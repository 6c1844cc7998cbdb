// What a node refuses for want of a GPU.
#include "campaign/capability.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {
using namespace ghee;
using namespace ghee::campaign;
using ::testing::HasSubstr;

NodeInfo node(int gpus, std::vector<std::string> visible)
{
    NodeInfo node;
    node.backends = {{"cpu", "cpu", ""}, {"cuda", "gpu", ""}};
    for (int i = 0; i < gpus; ++i)
        node.gpus.push_back({i, "H200", "GPU-" + std::to_string(i), 0, i});
    node.visible_gpus = std::move(visible);
    return node;
}
Configuration command(Device device, std::string const& gpus = {})
{
    Configuration configuration;
    configuration.device = device;
    configuration.workload = "torch";
    if (!gpus.empty())
        configuration.parameters["gpus"] = gpus;
    return configuration;
}

TEST(Capability, ACommandOnTheGpuWantsOneAndACommandOnTheCpuNone)
{
    EXPECT_EQ(refusal(node(2, {"GPU-0", "GPU-1"}), command(Device::gpu)), "");
    EXPECT_EQ(refusal(node(0, {"GPU-7"}), command(Device::gpu)), "") << "a driver without a /proc, named by who started us";
    EXPECT_EQ(refusal(node(0, {}), command(Device::gpu)), "no GPU");
    EXPECT_THAT(refusal(node(2, {}), command(Device::gpu)), HasSubstr("0 to be had (CUDA_VISIBLE_DEVICES)"));
    EXPECT_EQ(refusal(node(0, {}), command(Device::cpu)), "");
}

TEST(Capability, ACommandMayWantSeveralGpus)
{
    EXPECT_EQ(gpus_wanted(command(Device::gpu, "2")), 2U);
    EXPECT_EQ(gpus_wanted(command(Device::cpu, "2")), 0U);
    EXPECT_EQ(gpus_wanted(command(Device::gpu, "many")), 1U) << "a word of the command's own";
    EXPECT_EQ(refusal(node(2, {"GPU-0", "GPU-1"}), command(Device::gpu, "2")), "");
    EXPECT_EQ(refusal(node(2, {"GPU-1"}), command(Device::gpu, "2")), "2 of its GPUs asked for, 1 to be had (CUDA_VISIBLE_DEVICES)");
}

TEST(Capability, ATrainerIsRefusedAGpuThatIsHiddenAndTrustedWhereNoneIsSeen)
{
    Configuration trainer;
    trainer.device = Device::gpu;
    EXPECT_EQ(refusal(node(1, {"GPU-0"}), trainer), "");
    EXPECT_EQ(refusal(node(0, {}), trainer), "") << "its backend says that it runs";
    EXPECT_THAT(refusal(node(1, {}), trainer), HasSubstr("CUDA_VISIBLE_DEVICES"));
    NodeInfo without = node(1, {"GPU-0"});
    without.backends[1].refusal = "no driver";
    EXPECT_EQ(refusal(without, trainer), "cuda: no driver");
}
}  // namespace
