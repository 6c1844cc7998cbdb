// `ghee run`, its daemon and `ghee doctor` on a node with two GPUs: a library of NVML's functions whose GPUs draw what the test says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "tiny_campaign.hpp"

namespace {
using namespace ghee;
using namespace ghee::test;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class RunOnGpu : public ::testing::Test
{
  protected:
    RunOnGpu() { std::filesystem::copy_file(NVML_STAND_IN, folder_ / "libnvidia-ml.so.1"); }

    /// The first rests at 60 W, the second at 70 W and works at 370 W; its power reads `factor` times that.
    CommandResult command(std::string const& line, std::string const& factor = "1")
    {
        write_file(folder_ / "gpus", "GPU-aaaa 0000:18:00.0 60 60 1\nGPU-bbbb 0000:3B:00.0 70 370 " + factor + "\n");
        return run_command("cd " + folder_.path().string() + "\nunset GHEE_POWERD_SOCKET\nexport LD_LIBRARY_PATH=$PWD:$LD_LIBRARY_PATH\n" +
                               "export GHEE_STAND_IN_GPUS=$PWD\nexport CUDA_VISIBLE_DEVICES=GPU-bbbb,GPU-aaaa\n" GHEE_PROGRAM " " + line,
                           120);
    }
    CommandResult run(std::string const& factor = "1")
    {
        write_file(folder_ / "c.toml", R"([campaign]
name = "tiny"
[workload.script]
command = ["/bin/sh", "-c", "sleep 0.4; touch $CUDA_VISIBLE_DEVICES.begin; sleep 1.2; touch $CUDA_VISIBLE_DEVICES.end; sleep 0.4", "{size}"]
[grid]
workload = "script"
device = "gpu"
size = 1
[measure]
idle_before_s = 1
idle_after_s = 1
[power]
meters = ["nvml"]
period_ms = 20
)");
        return command("run c.toml", factor);
    }
    double worked_s() const
    {
        auto const time = [this](char const* name)
        {
            struct stat facts{};
            EXPECT_EQ(::stat((folder_ / name).c_str(), &facts), 0) << name;
            return static_cast<double>(facts.st_mtim.tv_sec) + 1e-9 * static_cast<double>(facts.st_mtim.tv_nsec);
        };
        return time("GPU-bbbb.end") - time("GPU-bbbb.begin");
    }
    double figure(std::string const& name) const { return std::stod(runs(folder_ / "tiny.h5", name).at(0)); }
    std::string word(std::string const& name) const { return runs(folder_ / "tiny.h5", name).at(0); }

    TemporaryFolder folder_;
};

TEST_F(RunOnGpu, IsChargedForItsDeviceAndForTheNodeSeparately)
{
    auto const result = run();
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(word("outcome"), "ok");
    EXPECT_EQ(word("gpu"), "GPU-bbbb") << "the first that the worker may use, not the first of the node";
    EXPECT_EQ(word("device_meter"), "gpu-1");
    EXPECT_EQ(word("meter"), "gpu-0+gpu-1");
    EXPECT_EQ(word("device_quality").find("shared_meter"), std::string::npos);
    EXPECT_THAT(word("quality"), Not(HasSubstr("meters_diverge")));

    double const truth = 300 * worked_s();
    // A sample is late by up to the refresh of 0.1 s: a tenth of an idle power measured for 1 s, for the 2 s of the run.
    double const tolerance = 40;
    double const seconds = figure("window_s");
    EXPECT_NEAR(figure("device_net_j"), truth, tolerance);
    EXPECT_NEAR(figure("net_j"), truth, tolerance) << "the other GPU rests: its power is idle power of the node";
    EXPECT_NEAR(figure("device_idle_w"), 70, 7);
    EXPECT_NEAR(figure("idle_w"), 130, 13);
    EXPECT_NEAR(figure("gross_j") - figure("device_gross_j"), 60 * seconds, 15) << "both GPUs, each once";
    EXPECT_GT(figure("device_net_uncertainty_j"), 0);

    auto const energy = store::read_table(folder_ / "tiny.h5", "energy");
    EXPECT_THAT(column(energy, "channel"), ::testing::IsSupersetOf({"gpu-0", "gpu-1", "gpu-1-instant", "primary", "device"}));
    auto const channels = store::read_table(folder_ / "tiny.h5", "channels");
    EXPECT_THAT(column(channels, "devices"), ElementsAre("GPU-aaaa", "GPU-aaaa", "GPU-bbbb", "GPU-bbbb"));
    auto const refresh = column(channels, "refresh_s");
    EXPECT_THAT(column(channels, "refresh_measured"), ElementsAre("1", "0", "1", "0")) << "powers of GPUs at rest stand still";
    EXPECT_NEAR(std::stod(refresh.at(0)), 0.1, 0.03);
}

TEST_F(RunOnGpu, SaysWhenCounterAndPowerOfItsGpuCannotBothBeRight)
{
    auto const result = run("1.6");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(word("quality"), HasSubstr("meters_diverge"));
    EXPECT_THAT(word("device_quality"), HasSubstr("meters_diverge"));
    EXPECT_THAT(result.err, HasSubstr("gpu-1 counted"));
    EXPECT_THAT(result.err, Not(HasSubstr("gpu-0 counted")));
}

TEST_F(RunOnGpu, IsExplainedByTheDoctorAndTheDaemonsList)
{
    auto const doctor = command("doctor --json");
    ASSERT_EQ(doctor.exit_code, 0) << doctor.err;
    auto const json = nlohmann::json::parse(doctor.out);
    EXPECT_EQ(json.at("node").at("visible_gpus"), (std::vector<std::string>{"GPU-bbbb", "GPU-aaaa"}));
    int found = 0;
    for (auto const& channel : json.at("meters").at("channels"))
        if (channel.at("name") == "gpu-1")
        {
            ++found;
            EXPECT_EQ(channel.at("devices"), std::vector<std::string>{"GPU-bbbb"});
            EXPECT_THAT(channel.at("detail").get<std::string>(),
                        HasSubstr("GPU-bbbb, PCI 0000:3B:00.0, driver 570.86.15; energy counter; renewed every"));
        }
    EXPECT_EQ(found, 1);
    EXPECT_THAT(command("doctor").out, HasSubstr("GPU-bbbb: a run on the GPU may have it"));
}
}  // namespace
