// A run on one GPU of several: its device is charged beside the node, and nothing twice.
#include "energy/device.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "traces.hpp"

namespace ghee::energy::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

/// `rest` W, and `more` W more from 10 to 20 s.
Trace ramp(std::string const& name, double rest, double more, Scope scope, std::vector<std::string> devices = {})
{
    Trace trace = counter(0.1, 30, [=](double t) { return rest * t + more * std::clamp(t - 10.0, 0.0, 10.0); });
    trace.channel.name = name;
    trace.channel.source = devices.empty() ? "rapl" : "nvml";
    trace.channel.scope = scope;
    trace.channel.primary = true;
    trace.channel.devices = std::move(devices);
    return trace;
}

/// Processor and three GPUs; the run works on the last and keeps the processor busy.
std::vector<Trace> node()
{
    return {ramp("package-0", 50, 30, Scope::cpu), ramp("gpu-0", 70, 0, Scope::gpu, {"GPU-aa"}), ramp("gpu-1", 71, 0, Scope::gpu, {"GPU-bb"}),
            ramp("gpu-2", 72, 400, Scope::gpu, {"GPU-cc"})};
}

EnergyAccount const* find(std::vector<EnergyAccount> const& all, std::string const& channel, std::string const& phase = phase::whole)
{
    for (EnergyAccount const& one : all)
        if (one.channel == channel && one.phase == phase)
            return &one;
    return nullptr;
}

std::vector<EnergyAccount> charge(std::vector<Trace> const& traces, std::vector<std::string> const& devices)
{
    std::vector<Mark> const marks{{phase::train, at(12)}};
    return account(traces, phases_of(marks, window(10, 20)), window(0, 10), window(20, 30), devices);
}

TEST(DeviceAccount, StandsBesideThatOfTheNodeInEveryPhase)
{
    auto const accounts = charge(node(), {"GPU-cc"});
    EnergyAccount const* device = find(accounts, "device");
    EnergyAccount const* primary = find(accounts, "primary");
    ASSERT_NE(device, nullptr);
    ASSERT_NE(primary, nullptr);
    EXPECT_NEAR(device->gross.value(), 4720, 1e-6);
    EXPECT_NEAR(device->idle.value(), 72, 1e-6);
    EXPECT_NEAR(device->net.value(), 4000, 1e-6);
    EXPECT_NEAR(primary->idle.value(), 50 + 70 + 71 + 72, 1e-6) << "the others' rest is in the node's idle power";
    EXPECT_NEAR(primary->net.value(), 4300, 1e-6) << "and the GPU is in it once";
    ASSERT_NE(find(accounts, "device", phase::train), nullptr);
    EXPECT_NEAR(find(accounts, "device", phase::train)->net.value(), 3200, 1e-6);
    EXPECT_THAT(device->flags, Not(Contains("shared_meter")));
}

TEST(DeviceAccount, OfAnotherGpuIsThatOnes)
{
    EXPECT_NEAR(find(charge(node(), {"GPU-bb"}), "device")->net.value(), 0, 1e-6);
    EXPECT_NEAR(find(charge(node(), {"GPU-c"}), "device")->net.value(), 4000, 1e-6) << "a UUID in short";
}

TEST(DeviceAccount, OfSeveralGpusIsTheirSumAndOfAnUnknownOneThereIsNone)
{
    EXPECT_NEAR(find(charge(node(), {"GPU-bb", "GPU-cc"}), "device")->gross.value(), 4720 + 710, 1e-6);
    EXPECT_EQ(find(charge(node(), {}), "device"), nullptr);
    EXPECT_EQ(find(charge(node(), {"2"}), "device"), nullptr);
    EXPECT_EQ(find(charge(node(), {"GPU-cc", "GPU-dd"}), "device"), nullptr) << "half of what it had would pass for all";
    EXPECT_NE(find(charge(node(), {}), "primary"), nullptr);
}

TEST(DeviceAccount, OfAMigInstanceIsOfTheWholeGpuAndSaysSo)
{
    std::vector<Trace> traces = node();
    traces[3].channel.devices = {"GPU-cc", "MIG-1", "MIG-2"};
    auto const accounts = charge(traces, {"MIG-2", "MIG-1"});
    EXPECT_NEAR(find(accounts, "device")->net.value(), 4000, 1e-6) << "once, though two instances are of it";
    EXPECT_THAT(find(accounts, "device")->flags, Contains("shared_meter"));
    EXPECT_THAT(find(accounts, "gpu-2")->flags, Not(Contains("shared_meter"))) << "a flag of the run's device, not of the channel";
    EXPECT_THAT(find(accounts, "primary")->flags, Not(Contains("shared_meter")));
}

Trace gauge_of(std::string const& name, Scope scope, double averaging)
{
    Trace trace = gauge(0.1, 30, [](double) { return 100.0; });
    trace.channel.name = name;
    trace.channel.scope = scope;
    trace.channel.averaging_window = Seconds(averaging);
    trace.channel.devices = {"GPU-cc"};
    return trace;
}

TEST(DeviceAccount, PrefersACounterThenAnAverageThenTheModule)
{
    std::vector<std::string> const device{"GPU-cc"};
    std::vector<Trace> traces{gauge_of("gpu-2-memory", Scope::memory, 1)};
    EXPECT_THAT(traces_of_devices(traces, device), IsEmpty());
    traces.push_back(ramp("module-0", 100, 0, Scope::module, {"GPU-cc"}));
    EXPECT_THAT(traces_of_devices(traces, device), ElementsAre(1));
    EXPECT_THAT(find(charge(traces, device), "device")->flags, Contains("shared_meter"));
    traces.push_back(gauge_of("gpu-2-instant", Scope::gpu, 0));
    EXPECT_THAT(traces_of_devices(traces, device), ElementsAre(2));
    traces.push_back(gauge_of("gpu-2-power", Scope::gpu, 1));
    EXPECT_THAT(traces_of_devices(traces, device), ElementsAre(3));
    traces.push_back(ramp("gpu-2", 100, 0, Scope::gpu, {"GPU-cc"}));
    EXPECT_THAT(traces_of_devices(traces, device), ElementsAre(4));
}

}  // namespace
}  // namespace ghee::energy::test
