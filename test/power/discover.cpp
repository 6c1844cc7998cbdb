// What is found on a machine without meters, and which channels become primary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "power/primary.hpp"
#include "power/source.hpp"
#include "temporary_tree.hpp"

namespace ghee::power {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Discovered const& one(std::vector<Discovered> const& all, std::string const& name)
{
    for (Discovered const& found : all)
    {
        if (found.name == name)
        {
            return found;
        }
    }
    throw std::runtime_error("nothing said of " + name);
}

Options bare(test::TemporaryTree const& tree)
{
    Options options;
    options.sys = tree.root() / "sys";
    options.proc = "/proc";
    options.nvml_library = "libthereisnosuchnvml.so.1";
    return options;
}

TEST(Discover, WithoutAnyMeterEveryAbsenceHasItsReasonAndTheEstimateIsUsed)
{
    test::TemporaryTree const tree;
    auto const all = discover(bare(tree));
    EXPECT_THAT(one(all, "rapl").reason, HasSubstr("modprobe intel_rapl_msr"));
    EXPECT_THAT(one(all, "hwmon").reason, HasSubstr("class/hwmon"));
    EXPECT_THAT(one(all, "pm_counters").reason, HasSubstr("not an HPE Cray node"));
    EXPECT_THAT(one(all, "nvml").reason, HasSubstr("libthereisnosuchnvml.so.1"));
    EXPECT_THAT(one(all, "replay").reason, HasSubstr("not asked for"));
    ASSERT_TRUE(one(all, "estimate").source);
    EXPECT_TRUE(one(all, "estimate").source->channels().at(0).primary);
    EXPECT_TRUE(one(all, "estimate").source->channels().at(0).estimated);
    for (Discovered const& found : all)
    {
        EXPECT_EQ(found.source == nullptr, !found.reason.empty()) << found.name;
    }
}

TEST(Discover, ThisMachineAnswersForEveryInterfaceAndHasPrimaryChannels)
{
    auto const all = discover({});
    int primary = 0;
    for (char const* name : {"rapl", "hwmon", "pm_counters", "nvml", "replay", "estimate"})
    {
        Discovered const& found = one(all, name);
        EXPECT_EQ(found.source == nullptr, !found.reason.empty()) << name;
        if (found.source)
        {
            for (Channel const& channel : found.source->channels())
            {
                primary += channel.primary ? 1 : 0;
            }
        }
    }
    EXPECT_GE(primary, 1);
}

TEST(Discover, AMeterAskedForByNameIsNotReplacedByAnEstimate)
{
    test::TemporaryTree const tree;
    Options options = bare(tree);
    options.meters = {"rapl"};
    auto const all = discover(options);
    for (Discovered const& found : all)
    {
        EXPECT_FALSE(found.source) << found.name;
    }
    EXPECT_THAT(one(all, "estimate").reason, HasSubstr("not asked for"));
}

TEST(Discover, AnUnknownMeterOrPrimaryChannelIsTheUsersMistake)
{
    test::TemporaryTree const tree;
    Options options = bare(tree);
    options.meters = {"raple"};
    EXPECT_THROW(discover(options), UsageError);
    options = bare(tree);
    options.primary = "package-7";
    try
    {
        discover(options);
        FAIL();
    }
    catch (UsageError const& error)
    {
        EXPECT_THAT(error.what(), HasSubstr("estimate"));
    }
}

Channel channel(std::string name, std::string source, Scope scope, ChannelKind kind = ChannelKind::counter)
{
    Channel out;
    out.name = std::move(name);
    out.source = std::move(source);
    out.scope = scope;
    out.kind = kind;
    return out;
}

TEST(Primary, TheNodesOwnMeterIsTakenAloneAndItsCounterBeforeItsGauge)
{
    std::vector<Channel> const channels{channel("node-power", "pm_counters", Scope::node, ChannelKind::gauge),
                                        channel("cpu", "pm_counters", Scope::cpu), channel("node", "pm_counters", Scope::node),
                                        channel("package-0", "rapl", Scope::cpu)};
    EXPECT_THAT(primary_channels(channels, "auto"), ElementsAre("node"));
    EXPECT_THAT(primary_channels(channels, "package-0"), ElementsAre("package-0"));
}

TEST(Primary, WithoutANodeMeterPackagesTheirMemoryAndGpusAreAdded)
{
    std::vector<Channel> const channels{channel("core-0", "rapl", Scope::other),  channel("package-0", "rapl", Scope::cpu),
                                        channel("package-1", "rapl", Scope::cpu), channel("dram-0", "rapl", Scope::memory),
                                        channel("socket-0", "hwmon", Scope::cpu), channel("gpu-0-power", "nvml", Scope::gpu, ChannelKind::gauge),
                                        channel("gpu-0", "nvml", Scope::gpu),     channel("gpu-1", "nvml", Scope::gpu, ChannelKind::gauge),
                                        channel("amdgpu-1", "hwmon", Scope::gpu)};
    EXPECT_THAT(primary_channels(channels, "auto"), ElementsAre("package-0", "package-1", "dram-0", "gpu-0", "gpu-1"));
}

TEST(Primary, AModuleHoldsItsProcessorSoNothingIsAddedToIt)
{
    std::vector<Channel> const channels{channel("grace-0", "hwmon", Scope::cpu, ChannelKind::gauge), channel("gpu-0", "nvml", Scope::module),
                                        channel("module-0", "hwmon", Scope::module, ChannelKind::gauge)};
    EXPECT_THAT(primary_channels(channels, "auto"), ElementsAre("gpu-0"));
}

TEST(Primary, AnEstimateIsTheLastResort)
{
    Channel guess = channel("estimate", "estimate", Scope::node);
    guess.estimated = true;
    EXPECT_THAT(primary_channels({guess, channel("gpu-0", "nvml", Scope::gpu)}, "auto"), ElementsAre("gpu-0"));
    EXPECT_THAT(primary_channels({guess}, "auto"), ElementsAre("estimate"));
    EXPECT_THAT(primary_channels({}, "auto"), IsEmpty());
}

}  // namespace
}  // namespace ghee::power
