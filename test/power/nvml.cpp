// NVML against a library of the same functions whose GPUs are made up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "manual_clock.hpp"
#include "nvml_stand_in.hpp"
#include "power/primary.hpp"
#include "power/sources.hpp"
#include "sys/dynamic_library.hpp"

namespace ghee::power {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Nvml : public ::testing::Test
{
  protected:
    Nvml() : library({NVML_STAND_IN})
    {
        options.nvml_library = NVML_STAND_IN;
        options.clock = &clock;
        library.symbol<void()>("stand_in_clear")();
        add = library.symbol<StandInGpu*()>("stand_in_gpu");
        started = library.symbol<int()>("stand_in_started");
    }
    static std::vector<Reading> read(Source& source)
    {
        std::vector<Reading> out;
        source.read(out);
        return out;
    }
    sys::DynamicLibrary library;
    StandInGpu* (*add)() = nullptr;
    int (*started)() = nullptr;
    test::ManualClock clock;
    Options options;
};

TEST_F(Nvml, EveryGpuHasItsCounterAndItsPowerBesideIt)
{
    add();
    StandInGpu* second = add();
    second->name = "NVIDIA A100-SXM4-40GB";
    second->major = 8;
    {
        auto const found = find_nvml(options);
        ASSERT_TRUE(found.source);
        auto const& channels = found.source->channels();
        ASSERT_EQ(channels.size(), 4u);
        EXPECT_EQ(channels[0].name, "gpu-0");
        EXPECT_EQ(channels[0].kind, ChannelKind::counter);
        EXPECT_EQ(channels[1].name, "gpu-0-power");
        EXPECT_NEAR(channels[1].averaging_window.count(), 1.0, 1e-12);
        EXPECT_NEAR(channels[3].averaging_window.count(), 0.0, 1e-12);  // GA100's power is of the instant
        EXPECT_THAT(channels[2].detail, HasSubstr("A100"));
        EXPECT_THAT(primary_channels(channels, "auto"), ElementsAre("gpu-0", "gpu-1"));
        EXPECT_EQ(started(), 1);
    }
    EXPECT_EQ(started(), 0);
}

TEST_F(Nvml, ACounterThatHasNotMovedIsNoSample)
{
    StandInGpu* gpu = add();
    auto const found = find_nvml(options);
    EXPECT_EQ(read(*found.source).size(), 2u);
    clock.advance(Seconds(0.1));
    auto const second = read(*found.source);
    ASSERT_EQ(second.size(), 1u);
    EXPECT_EQ(second[0].channel, 1u);
    EXPECT_NEAR(second[0].value, 70.0, 1e-9);
    clock.advance(Seconds(0.1));
    gpu->millijoules += 14000;
    EXPECT_NEAR(read(*found.source).at(0).value, 15.0, 1e-9);
}

TEST_F(Nvml, AGpuWithoutACounterSaysSoOnceAndGivesItsPower)
{
    StandInGpu* gpu = add();
    gpu->name = "Tesla P100-PCIE-16GB";
    gpu->counts = false;
    gpu->major = 6;
    auto const found = find_nvml(options);
    ASSERT_EQ(found.source->channels().size(), 1u);
    EXPECT_EQ(found.source->channels()[0].name, "gpu-0");
    EXPECT_EQ(found.source->channels()[0].kind, ChannelKind::gauge);
    EXPECT_THAT(found.notes, ElementsAre(HasSubstr("Not Supported")));
    EXPECT_EQ(read(*found.source).size(), 1u);
}

TEST_F(Nvml, AGraceHopperIsAModuleAndNothingIsAddedToIt)
{
    add()->name = "NVIDIA GH200 480GB";
    auto const found = find_nvml(options);
    EXPECT_EQ(found.source->channels()[0].scope, Scope::module);
}

TEST_F(Nvml, ALostGpuIsAReadErrorAndAReloadedDriverAReset)
{
    StandInGpu* gpu = add();
    gpu->millijoules = 900'000'000;
    auto const found = find_nvml(options);
    double const before = read(*found.source).at(0).value;
    clock.advance(Seconds(1.0));
    gpu->lost = true;
    for (Reading const& reading : read(*found.source))
    {
        EXPECT_EQ(reading.fault, "read_error");
    }
    clock.advance(Seconds(1.0));
    gpu->lost = false;
    gpu->millijoules = 5000;
    EXPECT_EQ(read(*found.source).at(0).fault, "reset");
    clock.advance(Seconds(1.0));
    gpu->millijoules = 75000;
    EXPECT_NEAR(read(*found.source).at(0).value - before, 70.0, 1e-9);
}

TEST_F(Nvml, NoLibraryNoGpuAndAStrangeLibraryAreReasons)
{
    EXPECT_THAT(find_nvml(options).reason, HasSubstr("sees no GPU"));
    EXPECT_EQ(started(), 0);
    options.nvml_library = "libm.so.6";
    EXPECT_THAT(find_nvml(options).reason, HasSubstr("nvmlInit_v2"));
    options.nvml_library = "libthereisnosuchnvml.so.1";
    EXPECT_THAT(find_nvml(options).reason, HasSubstr("no NVIDIA driver"));
    StandInGpu* mute = add();
    mute->counts = false;
    mute->draws = false;
    options.nvml_library = NVML_STAND_IN;
    EXPECT_THAT(find_nvml(options).reason, HasSubstr("no GPU tells its power"));
    EXPECT_EQ(started(), 0);
}

}  // namespace
}  // namespace ghee::power
