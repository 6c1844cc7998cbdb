// NVML against a library of the same functions whose GPUs are made up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "nvml_stand_in.hpp"
#include "power/primary.hpp"
#include "power/refresh.hpp"
#include "power/sources.hpp"
#include "sys/dynamic_library.hpp"
#include "temporary_tree.hpp"

namespace ghee::power {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A clock that whoever sleeps moves on, in steps the GPUs may follow.
class SleepersClock final : public Clock
{
  public:
    [[nodiscard]] Instant now() const override { return now_; }
    void sleep_until(Instant deadline) override
    {
        while (now_ < deadline)
            advance(Seconds(0.001));
    }
    void advance(Seconds by)
    {
        now_ += std::chrono::duration_cast<std::chrono::nanoseconds>(by);
        if (on_move)
            on_move(Seconds(now_ - begin_).count());
    }
    std::function<void(double)> on_move;  ///< told the seconds since the begin

  private:
    Instant const begin_ = from_ns(1'000'000'000'000);
    Instant now_ = begin_;
};

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
    SleepersClock clock;
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

Channel const* channel_of(Discovered const& found, std::string const& name)
{
    for (Channel const& channel : found.source->channels())
        if (channel.name == name)
            return &channel;
    return nullptr;
}

TEST_F(Nvml, AGraceHopperIsAModuleAndNothingIsAddedToIt)
{
    add()->name = "NVIDIA GH200 480GB";
    auto const found = find_nvml(options);
    ASSERT_EQ(found.source->channels().size(), 2u);
    EXPECT_EQ(found.source->channels()[0].name, "module-0");
    EXPECT_EQ(found.source->channels()[0].scope, Scope::module);
    EXPECT_EQ(found.source->channels()[1].scope, Scope::module) << "without scopes its power is the module's, too";
}

TEST_F(Nvml, AGraceHopperWhoseDriverIgnoresScopesIsAModuleInAllItsFigures)
{
    StandInGpu* gpu = add();
    gpu->name = "NVIDIA GH200 480GB";
    gpu->average[0] = 300000;
    gpu->instant[0] = 310000;
    gpu->knows_scopes = false;
    auto const found = find_nvml(options);
    ASSERT_EQ(found.source->channels().size(), 3u);
    for (Channel const& channel : found.source->channels())
        EXPECT_EQ(channel.scope, Scope::module) << channel.name;
    ASSERT_NE(channel_of(found, "module-0-power"), nullptr);
    EXPECT_EQ(read(*found.source).size(), 3u);
}

TEST_F(Nvml, AverageAndInstantPowerAreWhatTheDriverSaysTheyAre)
{
    StandInGpu* gpu = add();
    gpu->average[0] = 71000;
    gpu->instant[0] = 72500;
    auto const found = find_nvml(options);
    auto const& channels = found.source->channels();
    ASSERT_EQ(channels.size(), 3u) << "and nvmlDeviceGetPowerUsage, of which nobody knows what it is, is not read";
    EXPECT_EQ(channels[1].name, "gpu-0-power");
    EXPECT_NEAR(channels[1].averaging_window.count(), 1.0, 1e-12);
    EXPECT_THAT(channels[1].detail, HasSubstr("average power (field 185)"));
    EXPECT_EQ(channels[2].name, "gpu-0-instant");
    EXPECT_NEAR(channels[2].averaging_window.count(), 0.0, 1e-12);
    auto const readings = read(*found.source);
    ASSERT_EQ(readings.size(), 3u);
    EXPECT_NEAR(readings[1].value, 71.0, 1e-9);
    EXPECT_NEAR(readings[2].value, 72.5, 1e-9);
    EXPECT_THAT(primary_channels(channels, "auto"), ElementsAre("gpu-0"));
}

TEST_F(Nvml, OfAGpuWithoutACounterOnePowerIsCharged)
{
    StandInGpu* gpu = add();
    gpu->counts = false;
    gpu->average[0] = 71000;
    gpu->instant[0] = 72500;
    auto const found = find_nvml(options);
    EXPECT_THAT(primary_channels(found.source->channels(), "auto"), ElementsAre("gpu-0"));
    EXPECT_NEAR(channel_of(found, "gpu-0")->averaging_window.count(), 1.0, 1e-12);
    ASSERT_NE(channel_of(found, "gpu-0-instant"), nullptr);
}

TEST_F(Nvml, GpuMemoryAndModuleAreToldApartAndOnlyOneIsCharged)
{
    StandInGpu* gpu = add();
    gpu->name = "A Superchip Of Tomorrow";
    gpu->average[0] = 400000;
    gpu->average[1] = 600000;
    gpu->average[2] = 50000;
    gpu->instant[2] = 51000;
    auto const found = find_nvml(options);
    auto const& channels = found.source->channels();
    ASSERT_EQ(channels.size(), 4u);
    EXPECT_EQ(channel_of(found, "module-0")->kind, ChannelKind::counter);
    EXPECT_EQ(channel_of(found, "module-0-power")->scope, Scope::module);
    EXPECT_EQ(channel_of(found, "gpu-0")->scope, Scope::gpu);
    EXPECT_EQ(channel_of(found, "gpu-0-memory")->scope, Scope::memory);
    auto with_cpu = channels;
    Channel cpu;
    cpu.name = "package-0";
    cpu.source = "rapl";
    cpu.scope = Scope::cpu;
    with_cpu.insert(with_cpu.begin(), cpu);
    EXPECT_THAT(primary_channels(with_cpu, "auto"), ElementsAre("module-0"));
}

TEST_F(Nvml, AMemorysPowerIsNeverAddedToItsGpu)
{
    StandInGpu* gpu = add();
    gpu->average[0] = 400000;
    gpu->average[2] = 50000;
    auto channels = find_nvml(options).source->channels();
    Channel cpu;
    cpu.name = "package-0";
    cpu.source = "rapl";
    cpu.scope = Scope::cpu;
    channels.push_back(cpu);
    EXPECT_THAT(primary_channels(channels, "auto"), ElementsAre("package-0", "gpu-0"));
}

TEST_F(Nvml, ADriverThatIgnoresScopesHasNoModule)
{
    StandInGpu* gpu = add();
    gpu->average[0] = 71000;
    gpu->instant[0] = 72500;
    gpu->knows_scopes = false;
    auto const found = find_nvml(options);
    ASSERT_EQ(found.source->channels().size(), 3u);
    for (Channel const& channel : found.source->channels())
        EXPECT_EQ(channel.scope, Scope::gpu) << channel.name;
}

TEST_F(Nvml, TwoGpusOfOneModuleTellOfItOnce)
{
    test::TemporaryTree tree;
    options.sys = tree.root();
    int number = 0;
    for (char const* pci : {"0008:01:00.0", "0009:01:00.0", "0018:01:00.0"})
    {
        StandInGpu* gpu = add();
        static char const* const uuids[] = {"GPU-a", "GPU-b", "GPU-c"};
        gpu->pci = pci;
        gpu->uuid = uuids[number];
        gpu->average[0] = 300000;
        gpu->average[1] = 900000;
        tree.write("bus/pci/devices/" + std::string(pci) + "/numa_node", number == 2 ? "1\n" : "0\n");
        ++number;
    }
    auto const found = find_nvml(options);
    EXPECT_THAT(primary_channels(found.source->channels(), "auto"), ElementsAre("module-0", "module-1"));
    EXPECT_THAT(channel_of(found, "module-0")->devices, ElementsAre("GPU-a", "GPU-b"));
    EXPECT_THAT(channel_of(found, "module-1")->devices, ElementsAre("GPU-c"));
    EXPECT_THAT(channel_of(found, "gpu-1")->devices, ElementsAre("GPU-b"));
}

TEST_F(Nvml, AChannelSaysWhichDeviceItIsOf)
{
    StandInGpu* gpu = add();
    gpu->uuid = "GPU-11111111-2222-3333-4444-555555555555";
    auto const found = find_nvml(options);
    for (Channel const& channel : found.source->channels())
    {
        EXPECT_THAT(channel.devices, ElementsAre("GPU-11111111-2222-3333-4444-555555555555"));
        EXPECT_THAT(channel.detail, HasSubstr("GPU-11111111-2222-3333-4444-555555555555, PCI 0000:3B:00.0, driver 570.86.15"));
    }
}

TEST_F(Nvml, AGpuCutUpByMigNamesItsInstancesAndSaysThatItIsMeteredWhole)
{
    StandInGpu* gpu = add();
    gpu->uuid = "GPU-1";
    gpu->cut = true;
    gpu->instances[1] = "MIG-7";
    auto const found = find_nvml(options);
    EXPECT_THAT(channel_of(found, "gpu-0")->devices, ElementsAre("GPU-1", "MIG-7"));
    EXPECT_THAT(channel_of(found, "gpu-0")->detail, HasSubstr("of the whole GPU"));
    EXPECT_THAT(found.notes, ElementsAre(HasSubstr("cut up by MIG")));
}

TEST_F(Nvml, TheRefreshOfEverySensorIsMeasuredAtTheStart)
{
    StandInGpu* gpu = add();
    gpu->average[0] = 71000;
    gpu->instant[0] = 72500;
    clock.on_move = [&](double seconds)
    {
        gpu->millijoules = 1000 + 7000 * static_cast<unsigned long long>(seconds / 0.06);
        gpu->instant[0] = 72500 + 10 * static_cast<unsigned>(seconds / 0.02);
    };
    Instant const before = clock.now();
    auto const found = find_nvml(options);
    EXPECT_LE(Seconds(clock.now() - before).count(), 0.51) << "a start is not held up";
    Channel const& counter = *channel_of(found, "gpu-0");
    EXPECT_TRUE(counter.refresh_measured);
    EXPECT_NEAR(counter.refresh.count(), 0.06, 0.003);
    EXPECT_NEAR(counter.averaging_window.count(), 0.06, 0.003);
    EXPECT_THAT(counter.detail, HasSubstr("(measured)"));
    Channel const& instant = *channel_of(found, "gpu-0-instant");
    EXPECT_TRUE(instant.refresh_measured);
    EXPECT_NEAR(instant.refresh.count(), 0.02, 0.003);
    EXPECT_NEAR(instant.averaging_window.count(), 0.0, 1e-12);
    Channel const& still = *channel_of(found, "gpu-0-power");
    EXPECT_FALSE(still.refresh_measured) << "an idle GPU's power may stay the same";
    EXPECT_NEAR(still.refresh.count(), 0.1, 1e-12);
    EXPECT_THAT(still.detail, HasSubstr("assumed: not seen to change often enough in 0.5 s"));
}

std::vector<Instant> at(std::vector<double> const& milliseconds)
{
    std::vector<Instant> instants;
    for (double const ms : milliseconds)
        instants.push_back(from_ns(static_cast<std::int64_t>(ms * 1e6)));
    return instants;
}

TEST(Refresh, FewChangesTellNothing)
{
    EXPECT_EQ(refresh_of({}, ChannelKind::counter).count(), 0.0);
    EXPECT_EQ(refresh_of(at({10, 110}), ChannelKind::counter).count(), 0.0);
}

TEST(Refresh, IsTheMeanDistanceOfACountersChangesAndTheShortestOfAGauges)
{
    EXPECT_NEAR(refresh_of(at({5, 105, 200, 305}), ChannelKind::counter).count(), 0.1, 1e-9);
    EXPECT_NEAR(refresh_of(at({5, 105, 305, 405, 505}), ChannelKind::counter).count(), 0.1, 1e-9) << "a change that was missed";
    EXPECT_NEAR(refresh_of(at({0, 60, 80, 120, 180}), ChannelKind::gauge).count(), 0.02, 1e-9) << "renewed unchanged in between";
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
