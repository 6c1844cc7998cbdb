// RAPL on hand-made powercap trees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "manual_clock.hpp"
#include "power/sources.hpp"
#include "temporary_tree.hpp"

namespace ghee::power {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Rapl : public ::testing::Test
{
  protected:
    Rapl()
    {
        options.sys = tree.root() / "sys";
        options.clock = &clock;
    }

    void zone(std::string const& folder, std::string const& name, std::string const& energy_uj, std::string const& range = "262143328850")
    {
        tree.write("sys/class/powercap/" + folder + "/name", name);
        tree.write("sys/class/powercap/" + folder + "/energy_uj", energy_uj);
        if (!range.empty())
        {
            tree.write("sys/class/powercap/" + folder + "/max_energy_range_uj", range);
        }
    }

    static std::vector<std::string> names(Source const& source)
    {
        std::vector<std::string> out;
        for (Channel const& channel : source.channels())
        {
            out.push_back(channel.name);
        }
        return out;
    }

    static Reading read_one(Source& source, std::size_t channel)
    {
        std::vector<Reading> out;
        source.read(out);
        return out.at(channel);
    }

    test::TemporaryTree tree;
    test::ManualClock clock;
    Options options;
};

TEST_F(Rapl, ZonesBecomeChannelsNamedAfterTheirPackage)
{
    tree.write("sys/class/powercap/intel-rapl/enabled", "1");
    zone("intel-rapl:0", "package-0", "1000000");
    zone("intel-rapl:0:0", "core", "500000");
    zone("intel-rapl:0:1", "dram", "200000");
    zone("intel-rapl:1", "package-1", "9000000");
    zone("intel-rapl:1:0", "dram", "300000");
    auto const found = find_rapl(options);
    ASSERT_TRUE(found.source);
    EXPECT_THAT(names(*found.source), ElementsAre("package-0", "core-0", "dram-0", "package-1", "dram-1"));
    EXPECT_EQ(found.source->channels()[1].scope, Scope::other);
    EXPECT_EQ(found.source->channels()[2].scope, Scope::memory);
    EXPECT_NEAR(read_one(*found.source, 3).value, 9.0, 1e-9);
}

TEST_F(Rapl, TheCounterWrapsAtItsOwnRange)
{
    zone("intel-rapl:0", "package-0", "262140000000");
    auto const found = find_rapl(options);
    ASSERT_TRUE(found.source);
    double const before = read_one(*found.source, 0).value;
    clock.advance(Seconds(0.1));
    zone("intel-rapl:0", "package-0", "12671150");
    Reading const after = read_one(*found.source, 0);
    EXPECT_EQ(after.fault, "");
    EXPECT_NEAR(after.value - before, 16.0, 1e-6);
}

TEST_F(Rapl, WithoutAReadableRangeAWrapIsAFaultNotEnergy)
{
    zone("intel-rapl:0", "package-0", "262140000000", "");
    auto const found = find_rapl(options);
    read_one(*found.source, 0);
    clock.advance(Seconds(0.1));
    zone("intel-rapl:0", "package-0", "12671150");
    EXPECT_NE(read_one(*found.source, 0).fault, "");
}

TEST_F(Rapl, WhatRepeatsAnotherZoneIsLeftOutAndSaidSo)
{
    zone("intel-rapl:0", "package-0", "1000000");
    zone("intel-rapl-mmio:0", "package-0", "1000000");
    zone("intel-rapl:1", "psys", "5000000");
    auto const found = find_rapl(options);
    EXPECT_THAT(names(*found.source), ElementsAre("package-0", "psys"));
    EXPECT_EQ(found.source->channels()[1].scope, Scope::other);
    EXPECT_THAT(found.notes, Contains(HasSubstr("intel-rapl-mmio:0: left out")));
    EXPECT_THAT(found.notes, Contains(HasSubstr("psys: never primary")));
}

TEST_F(Rapl, DiesThatShareOneCounterCountOnce)
{
    zone("intel-rapl:0", "package-0-die-0", "77000000000");
    zone("intel-rapl:1", "package-0-die-1", "77000001000");
    zone("intel-rapl:2", "package-1-die-0", "81000000000");
    zone("intel-rapl:3", "package-1-die-1", "12000000000");  // this one counts by itself
    auto const found = find_rapl(options);
    EXPECT_THAT(names(*found.source), ElementsAre("package-0-die-0", "package-1-die-0", "package-1-die-1"));
    EXPECT_THAT(found.notes, Contains(HasSubstr("package-0-die-1: left out, it repeats")));
}

TEST_F(Rapl, AVanishedFileIsAReadErrorAndComesBack)
{
    zone("intel-rapl:0", "package-0", "1000000");
    auto const found = find_rapl(options);
    read_one(*found.source, 0);
    clock.advance(Seconds(0.1));
    zone("intel-rapl:0", "package-0", "garbage");
    EXPECT_EQ(read_one(*found.source, 0).fault, "read_error");
    clock.advance(Seconds(0.1));
    zone("intel-rapl:0", "package-0", "3000000");
    Reading const back = read_one(*found.source, 0);
    EXPECT_EQ(back.fault, "");
    EXPECT_NEAR(back.value, 3.0, 1e-9);
}

TEST_F(Rapl, WhatOnlyRootMayReadIsAbsentWithTheReasonAndTheWayToGetIt)
{
    zone("intel-rapl:0", "package-0", "1000000");
    std::filesystem::permissions(tree.root() / "sys/class/powercap/intel-rapl:0/energy_uj", std::filesystem::perms(0400));
    bool const root = ::geteuid() == 0;
    if (root)
    {
        ASSERT_EQ(::seteuid(65534), 0);
    }
    else
    {
        std::filesystem::permissions(tree.root() / "sys/class/powercap/intel-rapl:0/energy_uj", std::filesystem::perms(0));
    }
    auto const found = find_rapl(options);
    if (root)
    {
        ASSERT_EQ(::seteuid(0), 0);
    }
    EXPECT_FALSE(found.source);
    EXPECT_THAT(found.reason, HasSubstr("CVE-2020-8694"));
    EXPECT_THAT(found.reason, HasSubstr("ghee-powerd"));
}

}  // namespace
}  // namespace ghee::power
