// The estimate on a made-up /proc and on this machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "manual_clock.hpp"
#include "power/sources.hpp"
#include "temporary_tree.hpp"

namespace ghee::power {
namespace {

using ::testing::HasSubstr;

double read(Source& source)
{
    std::vector<Reading> out;
    source.read(out);
    EXPECT_EQ(out.at(0).fault, "");
    return out.at(0).value;
}

class MadeUpProc : public ::testing::Test
{
  protected:
    MadeUpProc()
    {
        options.sys = tree.root() / "sys";
        options.proc = tree.root() / "proc";
        options.clock = &clock;
        options.estimate_idle_w = 40.0;
        options.estimate_active_w_per_core = 10.0;
        stat(1000);
    }
    void stat(int user)
    {
        tree.write("proc/stat", "cpu  " + std::to_string(user) + " 0 500 90000 7 1 2 0 0 0\ncpu0 1 0 0 0 0 0 0\ncpu1 1 0 0 0 0 0 0\nintr 5");
    }
    test::TemporaryTree tree;
    test::ManualClock clock;
    Options options;
};

TEST_F(MadeUpProc, IdlePowerFlowsAndBusySecondsAreAdded)
{
    auto const found = find_estimate(options);
    Channel const& channel = found.source->channels()[0];
    EXPECT_TRUE(channel.estimated);
    EXPECT_GT(channel.accuracy, 0.0);
    double const start = read(*found.source);
    clock.advance(Seconds(10.0));
    EXPECT_NEAR(read(*found.source) - start, 400.0, 1e-9);
    stat(1000 + 1500);  // 15 s on two CPUs
    EXPECT_NEAR(read(*found.source) - start, 400.0 + 150.0, 1e-9);
    stat(1000 + 1490);  // the kernel's sum steps back a little
    EXPECT_NEAR(read(*found.source) - start, 550.0, 1e-9);
}

TEST_F(MadeUpProc, TheRootGroupsFinerClockIsUsedWhereItIsTheNodes)
{
    // The usage contains 3 s that the host stole.
    tree.write("sys/fs/cgroup/cpu.stat", "usage_usec 18030000\nuser_usec 12000000\nsystem_usec 3030000\nnice_usec 0");
    auto const found = find_estimate(options);
    EXPECT_THAT(found.source->channels()[0].detail, HasSubstr("cgroup"));
    double const start = read(*found.source);
    tree.write("sys/fs/cgroup/cpu.stat", "usage_usec 19030700\nuser_usec 12000500\nsystem_usec 3030200\nnice_usec 0");
    EXPECT_NEAR(read(*found.source) - start, 0.0007 * 10.0, 1e-9);

    tree.write("sys/fs/cgroup/cpu.stat", "usage_usec 3000000\nuser_usec 2000000\nsystem_usec 1000000");  // a container's own, 3 of 15 s
    EXPECT_THAT(find_estimate(options).source->channels()[0].detail, HasSubstr("proc/stat"));
}

TEST_F(MadeUpProc, ResolutionIsThatOfTheKernelsBooksNotOfTheUnitTheyArePrintedIn)
{
    auto const resolution = [&] { return find_estimate(options).source->channels()[0].resolution; };
    EXPECT_DOUBLE_EQ(resolution(), 10.0 * 0.01);
    tree.write("sys/fs/cgroup/cpu.stat", "user_usec 12000000\nsystem_usec 3030000");  // the root of version 2: summed from ticks
    EXPECT_DOUBLE_EQ(resolution(), 10.0 * 0.01);
    tree.write("sys/fs/cgroup/cgroup.type", "domain");  // not the true root
    EXPECT_DOUBLE_EQ(resolution(), 10.0 * 1e-6);
    tree.write("sys/fs/cgroup/cpuacct/cpuacct.usage", "15030000000");  // version 1
    EXPECT_DOUBLE_EQ(resolution(), 10.0 * 1e-6);
}

TEST_F(MadeUpProc, OnANodeWithAGpuItSaysThatItKnowsNothingOfIt)
{
    using ::testing::ElementsAre;
    using ::testing::IsEmpty;
    auto const flags = [&] { return find_estimate(options).source->channels()[0].flags; };
    EXPECT_THAT(flags(), IsEmpty());
    tree.write("sys/bus/pci/drivers/amdgpu/new_id", "");  // a driver without a device
    tree.write("proc/driver/nvidia/version", "NVRM");
    EXPECT_THAT(flags(), IsEmpty());
    for (std::string const device :
         {"sys/bus/pci/drivers/amdgpu/0000:03:00.0", "sys/bus/pci/drivers/nvidia/0000:3b:00.0", "proc/driver/nvidia/gpus/0000:3b:00.0"})
    {
        tree.write(device + "/x", "");
        EXPECT_THAT(flags(), ElementsAre("estimate_without_gpu")) << device;
        EXPECT_THAT(find_estimate(options).source->channels()[0].detail, HasSubstr("nothing of the node's GPU"));
        std::filesystem::remove_all(tree.root() / device);
        EXPECT_THAT(flags(), IsEmpty());
    }
}

TEST_F(MadeUpProc, DefaultsAreMadeFromTheNumberOfCores)
{
    options.estimate_idle_w = 0.0;
    options.estimate_active_w_per_core = 0.0;
    auto const found = find_estimate(options);
    double const start = read(*found.source);
    clock.advance(Seconds(1.0));
    EXPECT_NEAR(read(*found.source) - start, 2.0 * 220.0 / 36.0, 1e-9);
}

TEST_F(MadeUpProc, WithoutProcessorTimesThereIsNoEstimate)
{
    tree.write("proc/stat", "intr 5");
    EXPECT_THAT(find_estimate(options).reason, HasSubstr("no processor times"));
}

TEST(Estimate, RisesSteadilyAndFollowsARealLoad)
{
    Options options;
    options.estimate_idle_w = 1e-6;  // so that what is seen is the load
    options.estimate_active_w_per_core = 10.0;
    auto const found = find_estimate(options);
    ASSERT_TRUE(found.source) << found.reason;
    double const start = read(*found.source);
    double last = start;
    Instant const give_up = monotonic_clock().now() + std::chrono::seconds(30);
    double volatile work = 1.0;
    while (last - start < 2.0 && monotonic_clock().now() < give_up)  // 0.2 s of one core
    {
        for (int i = 0; i < 200000; ++i)
        {
            work = work * 1.0000001;
        }
        double const now = read(*found.source);
        ASSERT_GE(now, last);
        last = now;
    }
    EXPECT_GE(last - start, 2.0);
}

}  // namespace
}  // namespace ghee::power
