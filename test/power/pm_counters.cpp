// HPE Cray's counters on hand-made trees with the figures of a real node.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "manual_clock.hpp"
#include "power/primary.hpp"
#include "power/sources.hpp"
#include "temporary_tree.hpp"

namespace ghee::power {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t boot_wall_ns = 1'700'000'000'000'000'000;  // wall clock when the monotonic one showed 0

class PmCounters : public ::testing::Test
{
  protected:
    PmCounters()
    {
        options.sys = tree.root() / "sys";
        options.clock = &clock;
    }
    void file(std::string const& name, std::string const& content) { tree.write("sys/cray/pm_counters/" + name, content); }
    Discovered find()
    {
        return find_pm_counters(options, [this] { return boot_wall_ns + to_ns(clock.now()); });
    }
    /// "451 W 1700001000000000 us", stamped `ago` before now.
    std::string line(std::string const& value, Seconds ago) const
    {
        auto const stamp = (boot_wall_ns + to_ns(clock.now())) / 1000 - static_cast<std::int64_t>(ago.count() * 1e6);
        return value + " " + std::to_string(stamp) + " us";
    }
    static std::map<std::string, Reading> read(Source& source)
    {
        std::vector<Reading> out;
        source.read(out);
        std::map<std::string, Reading> by_name;
        for (Reading const& reading : out)
        {
            by_name[source.channels().at(reading.channel).name] = reading;
        }
        return by_name;
    }
    test::TemporaryTree tree;
    test::ManualClock clock;
    Options options;
};

TEST_F(PmCounters, FiguresComeWithTheControllersOwnTimes)
{
    file("freshness", "100");
    file("energy", line("2178501771 J", Seconds(0.07)));
    file("power", line("451 W", Seconds(0.07)));
    file("cpu_energy", line("208285642 J", Seconds(0.05)));
    file("memory_energy", line("293871653 J", Seconds(0.05)));
    file("accel0_energy", line("479512261 J", Seconds(0.03)));
    file("accel0_power", line("103 W", Seconds(0.03)));
    file("generation", "21");
    file("startup", "1689325967000000");
    auto const found = find();
    ASSERT_TRUE(found.source);
    auto const readings = read(*found.source);
    ASSERT_EQ(readings.size(), 6u);
    EXPECT_NEAR(readings.at("node").value, 2178501771.0, 1e-3);
    EXPECT_NEAR(std::chrono::duration_cast<Seconds>(clock.now() - readings.at("node").at).count(), 0.07, 2e-6);
    EXPECT_NEAR(std::chrono::duration_cast<Seconds>(clock.now() - readings.at("accel-0").at).count(), 0.03, 2e-6);
    EXPECT_NEAR(readings.at("node-power").value, 451.0, 1e-9);
    EXPECT_NEAR(readings.at("accel-0-power").value, 103.0, 1e-9);
    EXPECT_THAT(primary_channels(found.source->channels(), "auto"), ElementsAre("node"));
}

TEST_F(PmCounters, NothingIsSaidUntilTheCountersAreFresh)
{
    file("freshness", "100");
    file("energy", line("1000 J", Seconds(0.0)));
    auto const found = find();
    EXPECT_EQ(read(*found.source).size(), 1u);
    clock.advance(Seconds(0.1));
    EXPECT_EQ(read(*found.source).size(), 0u);
    file("freshness", "101");
    file("energy", line("1045 J", Seconds(0.01)));
    EXPECT_NEAR(read(*found.source).at("node").value, 1045.0, 1e-9);
}

TEST_F(PmCounters, TheOldFormatWithoutStampsIsTimedByItsReading)
{
    file("power", "85 W");
    auto const found = find();
    ASSERT_TRUE(found.source);
    auto const reading = read(*found.source).at("node");
    EXPECT_NEAR(reading.value, 85.0, 1e-12);
    EXPECT_EQ(reading.at, clock.now());
    EXPECT_EQ(found.source->channels()[0].kind, ChannelKind::gauge);
}

TEST_F(PmCounters, AStampOfAWrongClockIsNotBelieved)
{
    file("freshness", "1");
    file("energy", "1000 J 1000000 us");
    auto const found = find();
    EXPECT_EQ(read(*found.source).at("node").at, clock.now());
}

TEST_F(PmCounters, ATotalAndItsPiecesAreNotAdded)
{
    file("cpu_energy", "300 J 1 us");
    file("cpu0_energy", "150 J 1 us");
    file("cpu1_energy", "150 J 1 us");
    file("accel0_energy", "90 J 1 us");
    file("fan_energy", "9 J 1 us");
    auto const found = find();
    EXPECT_THAT(primary_channels(found.source->channels(), "auto"), ElementsAre("cpu", "accel-0"));
    EXPECT_THAT(found.notes, Contains(HasSubstr("fan_energy: left out")));
}

TEST_F(PmCounters, ABrokenLineIsAReadErrorOfItsChannelOnly)
{
    file("freshness", "1");
    file("energy", "1000 J 1 us");
    file("power", "451 W 1 us");
    auto const found = find();
    read(*found.source);
    file("freshness", "2");
    file("energy", "");
    auto const readings = read(*found.source);
    EXPECT_EQ(readings.at("node").fault, "read_error");
    EXPECT_EQ(readings.at("node-power").fault, "");
}

}  // namespace
}  // namespace ghee::power
