// Real children that report, crash, hang, take too much memory or talk nonsense.
#include "campaign/child.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include <nlohmann/json.hpp>

#include "base/identity.hpp"
#include "base/random.hpp"
#include "record/json.hpp"
#include "support/command.hpp"

namespace {
using namespace ghee;
using namespace ghee::campaign;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Children : public ::testing::Test
{
  protected:
    sys::Command shell(std::string const& script)
    {
        sys::Command command;
        command.argv = {"/bin/sh", "-c", script};
        command.output = log();
        return command;
    }
    ChildReport run(std::string const& script, Seconds deadline = Seconds(60)) { return run_child(shell(script), deadline, abort_); }
    std::filesystem::path log() const { return folder_ / "child.log"; }

    ghee::test::TemporaryFolder folder_;
    Abort abort_;
};

TEST_F(Children, ThatSayNothingAndEndWellAreOkAndLeaveNoLog)
{
    auto const report = run("echo talk");
    EXPECT_EQ(report.outcome, Outcome::ok);
    EXPECT_TRUE(report.reason.empty());
    EXPECT_TRUE(report.marks.empty());
    EXPECT_GT(report.end, report.start);
    EXPECT_GT(report.start_unix_ns, 1'600'000'000'000'000'000);
    EXPECT_FALSE(std::filesystem::exists(log()));
}

TEST_F(Children, ReportMarksMetricsAndResults)
{
    auto const report = run(R"(
        echo '{"mark":"train","at_ns":123456789}' >&$GHEE_FD
        echo '{"mark":"evaluate"}' >&$GHEE_FD
        echo '{"metrics":{"loss":0.5}}' >&$GHEE_FD
        echo '{"metrics":{"accuracy":0.9}}' >&$GHEE_FD
        echo '{"result":{"steps":42,"backend":"cpu"},"outcome":"ok","reason":""}' >&$GHEE_FD)");
    EXPECT_EQ(report.outcome, Outcome::ok) << report.reason;
    ASSERT_EQ(report.marks.size(), 2U);
    EXPECT_EQ(report.marks[0].phase, "train");
    EXPECT_EQ(to_ns(report.marks[0].at), 123456789);
    EXPECT_GE(report.marks[1].at, report.start) << "a mark without a time holds from when it was read";
    EXPECT_LE(report.marks[1].at, report.end);
    EXPECT_EQ(report.metrics, R"({"accuracy":0.9,"loss":0.5})");
    EXPECT_EQ(report.training.steps, 42);
}

TEST_F(Children, ReportGroupsOfManyReplicasAndEpochs)
{
    TrainingResult result;
    result.backend = "cuda";
    result.step_us = 1;
    for (int replica = 0; replica < 132; ++replica)
    {
        auto& one = result.replicas.emplace_back();
        one.seed = stable_hash(std::to_string(replica));
        Random const draw(one.seed, 0);
        for (std::uint64_t epoch = 0; epoch < 3000; ++epoch)
            one.history.push_back({static_cast<std::int64_t>(epoch) + 1, draw.uniform(3 * epoch), draw.uniform(3 * epoch + 1),
                                   draw.uniform(3 * epoch + 2), Seconds(0.001 * static_cast<double>(epoch))});
    }
    ghee::test::write_file(folder_ / "line", nlohmann::json{{"result", result}, {"outcome", "ok"}, {"reason", ""}}.dump() + "\n");
    auto const report = run("cat '" + (folder_ / "line").string() + "' >&$GHEE_FD");
    EXPECT_EQ(report.outcome, Outcome::ok) << report.reason;
    EXPECT_TRUE(report.training == result);
}

TEST_F(Children, ThatFailMayBeTriedAgainAndKeepTheirLog)
{
    auto const report = run("echo first; echo out of luck >&2; exit 3");
    EXPECT_EQ(report.outcome, Outcome::failed);
    EXPECT_TRUE(report.may_retry);
    EXPECT_EQ(report.reason, "exited with code 3; last line: out of luck");
    EXPECT_EQ(ghee::test::read_file(log()), "first\nout of luck\n");
}

TEST_F(Children, ThatCrashMayBeTriedAgain)
{
    auto const report = run("kill -SEGV $$");
    EXPECT_EQ(report.outcome, Outcome::failed);
    EXPECT_TRUE(report.may_retry);
    EXPECT_THAT(report.reason, HasSubstr("SIGSEGV"));
}

TEST_F(Children, ThatSayThemselvesWhyTheyCannotAreNotTriedAgain)
{
    auto const report = run(R"(echo '{"outcome":"failed","reason":"no data set of the name x"}' >&$GHEE_FD; exit 2)");
    EXPECT_EQ(report.outcome, Outcome::failed);
    EXPECT_FALSE(report.may_retry);
    EXPECT_EQ(report.reason, "no data set of the name x");
}

TEST_F(Children, ThatDivergeHaveAnOutcomeNotAFailure)
{
    auto const report = run(R"(echo '{"result":{"steps":7},"outcome":"diverged","reason":"loss is not finite"}' >&$GHEE_FD)");
    EXPECT_EQ(report.outcome, Outcome::diverged);
    EXPECT_EQ(report.training.steps, 7);
    EXPECT_EQ(report.reason, "loss is not finite");
}

TEST_F(Children, ThatHangAreEndedAtTheirDeadlineWithAllTheyStarted)
{
    auto const report = run("sleep 1000 & echo $! > " + (folder_ / "pid").string() + "; trap '' TERM; sleep 1000", Seconds(0.3));
    EXPECT_EQ(report.outcome, Outcome::timeout);
    EXPECT_TRUE(report.may_retry);
    EXPECT_EQ(report.reason, "not done within 0 s");
    EXPECT_LT(report.end - report.start, std::chrono::seconds(20));
    pid_t const left = std::stoi(ghee::test::read_file(folder_ / "pid"));
    auto const deadline = monotonic_clock().now() + std::chrono::seconds(10);
    auto const alive = [left]
    {
        auto const state = ghee::test::read_file("/proc/" + std::to_string(left) + "/stat");
        return !state.empty() && state.find(") Z") == std::string::npos;
    };
    while (alive() && monotonic_clock().now() < deadline)
        monotonic_clock().sleep_until(monotonic_clock().now() + std::chrono::milliseconds(10));
    EXPECT_FALSE(alive()) << "a grandchild would go on being measured";
}

TEST_F(Children, ThatNeverStopSpeakingAreEndedAtTheirDeadline)
{
    auto const report = run(R"(yes '{"mark":"again"}' >&$GHEE_FD)", Seconds(0.5));
    EXPECT_EQ(report.outcome, Outcome::timeout);
    EXPECT_GT(report.marks.size(), 1000U) << "it must be heard until then";
    EXPECT_LE(report.marks.size(), 1'000'000U);
    // A read of what a pipe holds and the grace after SIGTERM, on a busy machine.
    EXPECT_LT(report.end - report.start, std::chrono::seconds(15));
}

TEST_F(Children, ThatTakeTooMuchMemoryFail)
{
    auto command = shell("exec /usr/bin/python3 -c 'x = bytearray(1 << 30)'");
    command.memory_limit_bytes = 256 << 20;
    auto const report = run_child(command, Seconds(60), abort_);
    EXPECT_EQ(report.outcome, Outcome::failed);
    EXPECT_THAT(report.reason, HasSubstr("MemoryError"));
    command.memory_limit_bytes = 0;
    EXPECT_EQ(run_child(command, Seconds(60), abort_).outcome, Outcome::ok);
}

TEST_F(Children, ThatTalkNonsenseFailWithoutAnotherTry)
{
    auto const report = run("echo 'train: begin' >&$GHEE_FD");
    EXPECT_EQ(report.outcome, Outcome::failed);
    EXPECT_FALSE(report.may_retry);
    EXPECT_THAT(report.reason, StartsWith("it reported nonsense: "));
}

TEST_F(Children, ThatDoNotExistFail)
{
    sys::Command command;
    command.argv = {"/no/such/program"};
    auto const report = run_child(command, Seconds(60), abort_);
    EXPECT_EQ(report.outcome, Outcome::failed);
    EXPECT_FALSE(report.may_retry);
    EXPECT_THAT(report.reason, HasSubstr("/no/such/program"));
}

TEST_F(Children, AreBrokenOffWhenAskedFromAnotherThread)
{
    std::thread other(
        [this]
        {
            auto const deadline = monotonic_clock().now() + std::chrono::seconds(20);
            while (!std::filesystem::exists(folder_ / "begun") && monotonic_clock().now() < deadline)
                monotonic_clock().sleep_until(monotonic_clock().now() + std::chrono::milliseconds(5));
            abort_.ask("enough");
        });
    auto const report = run("touch " + (folder_ / "begun").string() + "; sleep 1000");
    other.join();
    EXPECT_TRUE(report.broken_off);
    EXPECT_LT(report.end - report.start, std::chrono::seconds(60));
    EXPECT_EQ(abort_.reason(), "enough");
    abort_.reset();
    EXPECT_EQ(run("exit 0").outcome, Outcome::ok);
}
}  // namespace
