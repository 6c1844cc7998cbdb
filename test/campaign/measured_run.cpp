// A run between its quiet windows, at a real server whose meter draws exactly 100 W; and what is left when the server is lost.
#include "campaign/measured_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "meter/running_server.hpp"
#include "sys/file.hpp"
#include "sys/process.hpp"
#include "sys/unix_socket.hpp"

namespace {
using namespace ghee;
using namespace ghee::campaign;
using ghee::meter::test::RunningServer;
using ::testing::HasSubstr;
using ::testing::Not;

EnergyAccount const* find(RunReport const& report, std::string const& channel, std::string const& phase)
{
    for (EnergyAccount const& sum : report.accounts)
        if (sum.channel == channel && sum.phase == phase)
            return &sum;
    return nullptr;
}

class MeasuredRun : public ::testing::Test
{
  protected:
    MeasuredRun()
    {
        orders_.measure.idle_before = Seconds(0.5);
        orders_.measure.idle_after = Seconds(0.5);
        orders_.logs = (folder_ / "logs").string();
        bench_.node = "n1";
    }
    Measured run(std::string const& script, MeterLine& line, Configuration configuration = {})
    {
        configuration.workload = "script";
        configuration.command = {"/bin/sh", "-c", script};
        return run_measured({1, 1, Seconds(60), make_task(configuration, 0, 1)}, orders_, bench_, line, abort_, watcher_);
    }

    ghee::test::TemporaryFolder folder_;
    Orders orders_;
    Bench bench_;
    Abort abort_;
    Watcher watcher_;
};

TEST_F(MeasuredRun, ChargesWhatTheMeterCountedBetweenStartAndEnd)
{
    RunningServer server;
    MeterLine line([&] { return std::make_unique<meter::Client>(server.socket()); });
    std::vector<Seconds> quiet;
    std::vector<Channel> channels;
    watcher_.quiet = [&](Seconds span) { quiet.push_back(span); };
    watcher_.meters = [&](std::vector<Channel> const& met) { channels = met; };
    auto const measured = run("sleep 0.4; echo '{\"mark\":\"train\"}' >&$GHEE_FD; sleep 0.4", line);
    RunReport const& report = measured.report;
    ASSERT_EQ(report.outcome, Outcome::ok) << report.reason;
    EXPECT_EQ(quiet, (std::vector<Seconds>{Seconds(0.5), Seconds(0.5)}));
    EXPECT_EQ(channels.size(), 2U);
    EXPECT_EQ(report.meter, "package-0");
    EXPECT_EQ(report.node, "n1");
    auto const* whole = find(report, "primary", phase::whole);
    ASSERT_NE(whole, nullptr);
    double const seconds = std::chrono::duration<double>(report.end - report.start).count();
    EXPECT_GT(seconds, 0.8);
    EXPECT_NEAR(whole->duration.count(), seconds, 1e-9);
    EXPECT_NEAR(whole->gross.value(), 100 * seconds, 0.5);
    EXPECT_NEAR(whole->idle.value(), 100, 0.5);
    EXPECT_NEAR(whole->net.value(), 0, 1);
    EXPECT_NEAR(whole->coverage, 1, 1e-6);
    ASSERT_NE(find(report, "primary", phase::train), nullptr);
    EXPECT_LT(find(report, "primary", phase::train)->duration.count(), seconds);
    // The quiet windows are in the traces, and no run of another worker may lie in them: the lease is given back after.
    ASSERT_EQ(report.traces.size(), 2U);
    EXPECT_LT(report.traces[0].at().front(), report.start - std::chrono::milliseconds(350));
    EXPECT_GT(report.traces[0].at().back(), report.end + std::chrono::milliseconds(350));
    EXPECT_FALSE(meter::Client(server.socket()).status().holder);
}

TEST_F(MeasuredRun, KnowsOnePhaseOnlyWhereNoMoreAreAskedFor)
{
    RunningServer server;
    MeterLine line([&] { return std::make_unique<meter::Client>(server.socket()); });
    orders_.measure.phases = false;
    auto const measured = run("echo '{\"mark\":\"train\"}' >&$GHEE_FD; sleep 0.3", line);
    EXPECT_NE(find(measured.report, "primary", phase::whole), nullptr);
    EXPECT_EQ(find(measured.report, "primary", phase::train), nullptr);
}

TEST_F(MeasuredRun, IsMeasuredAgainWhenTheDaemonIsLostUnderIt)
{
    auto first = std::make_unique<RunningServer>();
    RunningServer second;
    int opened = 0;
    MeterLine line([&] { return std::make_unique<meter::Client>(opened++ == 0 ? first->socket() : second.socket()); });
    std::string const counter = (folder_ / "count").string();
    watcher_.doing = [&](std::string const& what)
    {
        if (what == "script" && opened == 1)
            first->stop();
    };
    auto const measured = run("echo x >> " + counter + "; sleep 0.3", line);
    EXPECT_EQ(measured.report.outcome, Outcome::ok) << measured.report.reason;
    EXPECT_EQ(ghee::test::read_file(counter), "x\nx\n") << "once more, and not oftener";
    ASSERT_NE(find(measured.report, "primary", phase::whole), nullptr);
    EXPECT_TRUE(find(measured.report, "primary", phase::whole)->gross.defined());
}

TEST_F(MeasuredRun, IsUnmeteredAndNeverZeroWhenNoDaemonCanBeHad)
{
    MeterLine line([&]() -> std::unique_ptr<meter::Client> { throw meter::Lost("nobody listens"); });
    std::string const counter = (folder_ / "count").string();
    auto const measured = run("echo x >> " + counter + R"(; echo '{"result":{"steps":5},"outcome":"ok"}' >&$GHEE_FD)", line);
    EXPECT_EQ(measured.report.outcome, Outcome::unmetered);
    EXPECT_EQ(measured.report.reason, "no energy: nobody listens");
    EXPECT_TRUE(measured.report.accounts.empty());
    EXPECT_TRUE(measured.report.meter.empty());
    EXPECT_EQ(measured.report.training.steps, 5) << "the training itself counts";
    EXPECT_EQ(ghee::test::read_file(counter), "x\n");
}

TEST_F(MeasuredRun, IsUnmeteredWhenTheDaemonIsLostTwice)
{
    std::vector<std::unique_ptr<RunningServer>> servers;
    MeterLine line(
        [&]
        {
            servers.push_back(std::make_unique<RunningServer>());
            return std::make_unique<meter::Client>(servers.back()->socket());
        });
    watcher_.doing = [&](std::string const& what)
    {
        if (what == "script")
            servers.back()->stop();
    };
    auto const measured = run("sleep 0.2", line);
    EXPECT_EQ(measured.report.outcome, Outcome::unmetered);
    EXPECT_THAT(measured.report.reason, HasSubstr("no energy: the power daemon"));
    EXPECT_TRUE(measured.report.accounts.empty());
    EXPECT_EQ(servers.size(), 2U);
}

TEST_F(MeasuredRun, WaitsForTheLeaseAndCanBeBrokenOffMeanwhile)
{
    RunningServer server;
    meter::Client other(server.socket());
    ASSERT_TRUE(other.acquire_lease("other", Seconds(1)));
    MeterLine line([&] { return std::make_unique<meter::Client>(server.socket()); });
    std::thread stopper(
        [&]
        {
            meter::test::eventually([&] { return other.status().waiting > 0; });
            abort_.ask("the campaign stops");
        });
    auto const measured = run("touch " + (folder_ / "ran").string(), line);
    stopper.join();
    EXPECT_TRUE(measured.broken_off);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "ran"));
}

TEST_F(MeasuredRun, SparesAFailedChildItsSecondQuietWindow)
{
    RunningServer server;
    MeterLine line([&] { return std::make_unique<meter::Client>(server.socket()); });
    int windows = 0;
    watcher_.quiet = [&](Seconds) { ++windows; };
    auto const measured = run("exit 4", line);
    EXPECT_EQ(measured.report.outcome, Outcome::failed);
    EXPECT_TRUE(measured.may_retry);
    EXPECT_EQ(windows, 1);
    EXPECT_TRUE(measured.report.accounts.empty());
    EXPECT_FALSE(meter::Client(server.socket()).status().holder);
}

std::string flags_of(RunReport const& report)
{
    auto const* whole = find(report, "primary", phase::whole);
    std::string text = whole ? "" : "no account";
    for (std::string const& flag : whole ? whole->flags : std::vector<std::string>{})
        text += flag + " ";
    return text;
}

TEST_F(MeasuredRun, SaysWhenSomebodyElseWorkedInItsQuietWindows)
{
    RunningServer server;
    MeterLine line([&] { return std::make_unique<meter::Client>(server.socket()); });
    sys::Command command;
    command.argv = {"/bin/sh", "-c", "echo begun >&$GHEE_FD; while :; do :; done"};
    sys::Pipe pipe = sys::make_pipe();
    command.report_fd = pipe.write.value();
    sys::Child const burner(command);
    ASSERT_TRUE(sys::wait_ready(pipe.read.value(), POLLIN, monotonic_clock().now() + std::chrono::seconds(30)));
    EXPECT_THAT(flags_of(run("sleep 0.1", line).report), HasSubstr("busy_node"));
}

TEST_F(MeasuredRun, MayFindAQuarterOfACoreAtWorkAndACountsGrain)
{
    RunningServer server;
    MeterLine line([&] { return std::make_unique<meter::Client>(server.socket()); });
    Instant const begin = monotonic_clock().now();
    double cores = 0;
    bench_.busy_time = [&] { return cores * Seconds(monotonic_clock().now() - begin); };
    for (auto const& [busy, said] : {std::pair{0.0, false}, {0.2, false}, {0.5, true}})
    {
        cores = busy;
        EXPECT_EQ(flags_of(run("sleep 0.1", line).report).find("busy_node") != std::string::npos, said) << busy;
    }
    bench_.busy_time = []() -> std::optional<Seconds> { return std::nullopt; };
    EXPECT_THAT(flags_of(run("sleep 0.1", line).report), Not(HasSubstr("busy_node"))) << "what cannot be read accuses nobody";
}

TEST_F(MeasuredRun, SaysWhenItsWindowIsShorterThanAskedFor)
{
    RunningServer server;
    MeterLine line([&] { return std::make_unique<meter::Client>(server.socket()); });
    orders_.measure.min_window = Seconds(0.3);
    auto const flagged = [&](std::string const& script) { return flags_of(run(script, line).report).find("short_window") != std::string::npos; };
    EXPECT_TRUE(flagged("sleep 0.1"));
    EXPECT_FALSE(flagged("sleep 0.4"));
    std::string const train = "echo '{\"mark\":\"train\"}' >&$GHEE_FD; ", evaluate = "echo '{\"mark\":\"evaluate\"}' >&$GHEE_FD; ",
                      teardown = "echo '{\"mark\":\"teardown\"}' >&$GHEE_FD; ";
    EXPECT_TRUE(flagged(train + "sleep 0.1; " + teardown + "sleep 0.4")) << "what is not charged does not fill it";
    EXPECT_FALSE(flagged(train + "sleep 0.2; " + evaluate + "sleep 0.2; " + teardown));
    orders_.measure.phases = false;
    EXPECT_FALSE(flagged(train + "sleep 0.1; " + teardown + "sleep 0.4")) << "it is charged whole";
}

TEST_F(MeasuredRun, GivesARunOnTheGpuADefiniteOneAndSaysWhich)
{
    RunningServer server;
    MeterLine line([&] { return std::make_unique<meter::Client>(server.socket()); });
    bench_.gpus = {"GPU-b", "GPU-a", "GPU-c"};
    std::string const seen = (folder_ / "seen").string();
    std::string const script = "echo ${CUDA_VISIBLE_DEVICES-none} > " + seen;
    Configuration on_gpu;
    on_gpu.device = Device::gpu;
    auto const one = run(script, line, on_gpu);
    EXPECT_EQ(ghee::test::read_file(seen), "GPU-b\n");
    EXPECT_EQ(one.report.gpus, std::vector<std::string>{"GPU-b"});
    EXPECT_EQ(one.report.device_meter, "") << "this server's channels are of no GPU";
    EXPECT_EQ(find(one.report, "device", phase::whole), nullptr);

    on_gpu.parameters["gpus"] = "2";
    EXPECT_EQ(run(script, line, on_gpu).report.gpus, (std::vector<std::string>{"GPU-b", "GPU-a"}));
    EXPECT_EQ(ghee::test::read_file(seen), "GPU-b,GPU-a\n");

    ::setenv("CUDA_VISIBLE_DEVICES", "as it was", 1);
    EXPECT_TRUE(run(script, line).report.gpus.empty());
    ::unsetenv("CUDA_VISIBLE_DEVICES");
    EXPECT_EQ(ghee::test::read_file(seen), "as it was\n") << "a run on the CPU is given nothing";
}
}  // namespace
