// Drivers' sensors on hand-made hwmon trees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "manual_clock.hpp"
#include "power/sources.hpp"
#include "temporary_tree.hpp"

namespace ghee::power {
namespace {

using ::testing::HasSubstr;

class Hwmon : public ::testing::Test
{
  protected:
    Hwmon()
    {
        options.sys = tree.root() / "sys";
        options.clock = &clock;
    }
    void file(std::string const& name, std::string const& content) { tree.write("sys/class/hwmon/" + name, content); }
    static std::map<std::string, Channel> by_name(Source const& source)
    {
        std::map<std::string, Channel> out;
        for (Channel const& channel : source.channels())
        {
            out[channel.name] = channel;
        }
        return out;
    }
    test::TemporaryTree tree;
    test::ManualClock clock;
    Options options;
};

TEST_F(Hwmon, AnAcpiPowerMeterIsTheNodeAndItsAverageSaysOverHowLong)
{
    file("hwmon0/name", "coretemp");
    file("hwmon0/temp1_input", "42000");
    file("hwmon1/name", "power_meter");
    file("hwmon1/power1_average", "213000000");
    file("hwmon1/power1_input", "250000000");
    file("hwmon1/power1_average_interval", "1000");
    auto const found = find_hwmon(options);
    ASSERT_TRUE(found.source);
    ASSERT_EQ(found.source->channels().size(), 1u);
    Channel const& node = found.source->channels()[0];
    EXPECT_EQ(node.name, "node");
    EXPECT_EQ(node.scope, Scope::node);
    EXPECT_EQ(node.kind, ChannelKind::gauge);
    EXPECT_NEAR(node.averaging_window.count(), 1.0, 1e-12);
    std::vector<Reading> out;
    found.source->read(out);
    EXPECT_NEAR(out.at(0).value, 213.0, 1e-9);
}

TEST_F(Hwmon, GracesLabelsTellWhatHoldsWhat)
{
    int i = 0;
    for (char const* label : {"Module Power Socket 0", "Grace Power Socket 0", "CPU Power Socket 0", "SysIO Power Socket 0"})
    {
        std::string const folder = "hwmon" + std::to_string(i++);
        file(folder + "/name", "power_meter");
        file(folder + "/device/power1_oem_info", label);
        file(folder + "/power1_average", "50000000");
        file(folder + "/power1_average_interval", "50");
    }
    auto const found = find_hwmon(options);
    auto const channels = by_name(*found.source);
    EXPECT_EQ(channels.at("module-0").scope, Scope::module);
    EXPECT_EQ(channels.at("grace-0").scope, Scope::cpu);
    EXPECT_EQ(channels.at("grace-cpu-0").scope, Scope::other);
    EXPECT_EQ(channels.at("grace-sysio-0").scope, Scope::other);
}

TEST_F(Hwmon, AmdEnergyGivesItsSocketsAndNotEveryCore)
{
    file("hwmon3/name", "amd_energy");
    file("hwmon3/energy1_input", "1000000");
    file("hwmon3/energy1_label", "Ecore000");
    file("hwmon3/energy2_input", "77000000");
    file("hwmon3/energy2_label", "Esocket0");
    auto const found = find_hwmon(options);
    ASSERT_EQ(found.source->channels().size(), 1u);
    EXPECT_EQ(found.source->channels()[0].name, "socket-0");
    EXPECT_EQ(found.source->channels()[0].kind, ChannelKind::counter);
    std::vector<Reading> out;
    found.source->read(out);
    clock.advance(Seconds(1.0));
    file("hwmon3/energy2_input", "76000000");
    found.source->read(out);
    clock.advance(Seconds(1.0));
    file("hwmon3/energy2_input", "176000000");
    found.source->read(out);
    EXPECT_EQ(out.at(1).fault, "reset");  // 76 J may have been counted since
    EXPECT_NEAR(out.at(2).value - out.at(0).value, 100.0, 1e-9);
}

TEST_F(Hwmon, TwoSensorsOfOneNameAreToldApart)
{
    for (char const* folder : {"hwmon1", "hwmon2"})
    {
        file(std::string(folder) + "/name", "amdgpu");
        file(std::string(folder) + "/power1_input", "9000000");
    }
    auto const channels = by_name(*find_hwmon(options).source);
    EXPECT_EQ(channels.size(), 2u);
    EXPECT_TRUE(channels.contains("amdgpu-1"));
    EXPECT_TRUE(channels.contains("amdgpu-1-hwmon2"));
}

TEST_F(Hwmon, TemperaturesAloneAreNoMeter)
{
    file("hwmon0/name", "coretemp");
    file("hwmon0/temp1_input", "42000");
    auto const found = find_hwmon(options);
    EXPECT_FALSE(found.source);
    EXPECT_THAT(found.reason, HasSubstr("acpi_power_meter"));
}

}  // namespace
}  // namespace ghee::power
