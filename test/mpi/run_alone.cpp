// `ghee run` as one process: real daemon, real children, real files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "tiny_campaign.hpp"

namespace {
using namespace ghee;
using namespace ghee::test;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class RunAlone : public ::testing::Test
{
  protected:
    CommandResult run(std::string const& campaign, std::string const& options = {}, int seconds = 300)
    {
        write_file(folder_ / "c.toml", campaign);
        return run_command("cd " + folder_.path().string() + "\n" GHEE_PROGRAM " run c.toml " + options, seconds);
    }
    std::filesystem::path file() const { return folder_ / "tiny.h5"; }
    TemporaryFolder folder_;
};

TEST_F(RunAlone, MeasuresATinyCampaignIntoOneFileAndPrintsItsTable)
{
    auto const result = run(trainings());
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("net"));
    EXPECT_THAT(result.out, HasSubstr("banana"));
    EXPECT_THAT(runs(file(), "outcome"), ElementsAre("ok", "ok", "ok"));
    EXPECT_THAT(runs(file(), "steps"), Each(::testing::Ne("0")));
    for (std::string const& gross : runs(file(), "gross_j"))
        EXPECT_GT(std::stod(gross), 0) << "some meter, if only the estimate, is always there";
    for (std::string const& coverage : runs(file(), "coverage"))
        EXPECT_GT(std::stod(coverage), 0.9);
    for (std::string const& quality : runs(file(), "quality"))
        EXPECT_THAT(result.out, HasSubstr("  " + quality + "\n")) << "the last word of a line is what 'ghee show' says, too";
    EXPECT_TRUE(store::read_provenance(file()).complete);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "tiny.h5.logs") && !std::filesystem::is_empty(folder_ / "tiny.h5.logs"));
    bool const estimated = runs(file(), "estimated").front() == "1";
    EXPECT_EQ(result.out.find("estimated") != std::string::npos, estimated) << "an estimate says so wherever it appears";
}

TEST_F(RunAlone, TrainsTheSameWithTheSameSeed)
{
    ASSERT_EQ(run(trainings(), "-o a.h5").exit_code, 0);
    ASSERT_EQ(run(trainings(), "-o b.h5").exit_code, 0);
    EXPECT_EQ(runs(folder_ / "a.h5", "run_id"), runs(folder_ / "b.h5", "run_id"));
    EXPECT_EQ(runs(folder_ / "a.h5", "test_loss"), runs(folder_ / "b.h5", "test_loss"));
}

TEST_F(RunAlone, MeasuresAGroupOfReplicasAndTellsThemApart)
{
    std::string const campaign = "[campaign]\nname = \"tiny\"\nseed = 3\n[grid]\ndataset = \"banana\"\nsize = 64\nepochs = 4\nlearning_rate = 0.01\n"
                                 "replicas = [1, 3]\nthreads = 2\n[measure]\nidle_before_s = 0.3\nidle_after_s = 0.3\nmin_window_s = 0.3\n"
                                 "[power]\nperiod_ms = 50\n";
    auto const result = run(campaign);
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("'ghee show " + file().filename().string() + " --table replicas'"));
    EXPECT_THAT(result.out, testing::ContainsRegex("banana +1 "));
    EXPECT_THAT(result.out, testing::ContainsRegex("banana +3 "));
    EXPECT_THAT(run_command(GHEE_PROGRAM " show " + file().string()).out, HasSubstr("Energies are of one training; of replicas, of all of them."));
    auto const table = store::read_table(file(), "replicas");
    ASSERT_THAT(table.rows, SizeIs(3)) << "the run of one network has none";
    auto const sizes = runs(file(), "replicas");
    std::size_t const row = sizes[0] == "3" ? 0 : 1;
    EXPECT_THAT(column(table, "run"), Each(std::to_string(row)));
    EXPECT_EQ(column(table, "seed")[0], runs(file(), "seed")[row]);
    EXPECT_EQ(runs(file(), "samples")[row], std::to_string(3 * 4 * 4240));
    EXPECT_EQ(runs(file(), "threads")[row], "2");
    double net = 0, loss = 0;
    for (std::size_t i = 0; i < 3; ++i)
    {
        net += std::stod(column(table, "net_j")[i]);
        loss += std::stod(column(table, "test_loss")[i]) / 3;
        EXPECT_THAT(column(table, "quality")[i], HasSubstr("replica_share"));
        auto const alone =
            run_command(GHEE_PROGRAM " train --dataset banana --size 64 --epochs 4 --learning-rate 0.01 --json --seed " + column(table, "seed")[i]);
        EXPECT_EQ(std::stod(column(table, "test_loss")[i]), nlohmann::json::parse(alone.out).at("test_loss").back().get<double>());
    }
    double const group = std::stod(runs(file(), "net_j")[row]);
    EXPECT_NEAR(net, group, 1e-9 * std::abs(group)) << "shares add up";
    EXPECT_DOUBLE_EQ(std::stod(runs(file(), "replica_net_j")[row]), group / 3);
    EXPECT_DOUBLE_EQ(std::stod(runs(file(), "test_loss")[row]), loss);
    EXPECT_THAT(column(store::read_table(file(), "epochs"), "replica"), SizeIs(4 + 3 * 4));
    auto const python = run_command("/usr/bin/python3 -c 'import h5py; f = h5py.File(\"" + file().string() +
                                    "\"); print(sorted(f[\"replicas\"][\"replica\"]), f[\"replicas\"].attrs[\"unit.net_j\"])'");
    if (python.err.find("No module named") == std::string::npos)
    {
        EXPECT_EQ(python.out, "[0, 1, 2] J\n") << python.err;
    }
    // The ledger knows them all: the file is made again from it.
    std::filesystem::remove(file());
    auto const resumed = run(campaign, "--resume");
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
    EXPECT_EQ(store::read_table(file(), "replicas").rows, table.rows);
}

TEST_F(RunAlone, LeavesNothingOfACommandAliveWhenItIsKilledItself)
{
    write_file(folder_ / "c.toml", script("sleep 1000 & echo $! > sleeper.part; mv sleeper.part sleeper; wait", "[1]"));
    // The shell waits for the command's own child to be there, kills ghee without a warning and waits for that child to go.
    auto const result = run_command("cd " + folder_.path().string() + "\n" GHEE_PROGRAM R"( run c.toml & ghee=$!
        until test -e sleeper; do kill -0 $ghee || exit 1; sleep 0.05; done
        kill -KILL $ghee
        while kill -0 $(cat sleeper) && ! grep -q ') Z' /proc/$(cat sleeper)/stat; do sleep 0.05; done)",
                                    60);
    EXPECT_NE(result.exit_code, 124) << "it sleeps on: " << result.err;
    EXPECT_TRUE(std::filesystem::exists(folder_ / "sleeper")) << result.err;
}

TEST_F(RunAlone, RecordsWhatBecomesOfEveryKindOfChild)
{
    std::string const text = "case $0 in 1) exit 0;; 2) exit 3;; 3) kill -SEGV $$;; 4) sleep 1000;; "
                             "5) exec python3 -c 'x = bytearray(1 << 30)';; "
                             "6) test -e again && exit 0; touch again; exit 9;; esac";
    auto const result = run(script(text, "[1, 2, 3, 4, 5, 6]", "deadline_s = 3\nattempts = 2\nmemory_limit_gb = 0.3\n"));
    EXPECT_EQ(result.exit_code, 1) << result.err;
    EXPECT_THAT(runs_by_size(file(), "outcome"), ElementsAre("ok", "failed", "failed", "timeout", "failed", "ok"));
    auto const reasons = runs_by_size(file(), "reason");
    EXPECT_THAT(reasons[1], HasSubstr("code 3"));
    EXPECT_THAT(reasons[2], HasSubstr("SIGSEGV"));
    EXPECT_THAT(reasons[3], HasSubstr("3 s"));
    EXPECT_THAT(reasons[4], HasSubstr("MemoryError"));
    EXPECT_THAT(column(store::read_table(file(), "attempts"), "run_id"), SizeIs(5)) << "one failed attempt before the last of each";
    EXPECT_FALSE(std::filesystem::is_empty(folder_ / "tiny.h5.logs")) << "failures leave their output";
    for (std::size_t i : {1U, 2U, 3U, 4U})
        EXPECT_TRUE(std::isnan(std::stod(runs_by_size(file(), "gross_j")[i]))) << "what was not measured is not zero";
}

TEST_F(RunAlone, RefusesAnOutputThatIsThereAndGoesOnWhenAskedTo)
{
    std::string const campaign = script("echo x >> ran; sleep 0.1", "[1, 2, 3]");
    ASSERT_EQ(run(campaign).exit_code, 0);
    auto const again = run(campaign);
    EXPECT_EQ(again.exit_code, 2);
    EXPECT_THAT(again.err, HasSubstr("'tiny.h5' is there already (with its ledger) go on with --resume, or name another file with -o"));
    auto const resumed = run(campaign, "--resume");
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
    EXPECT_EQ(read_file(folder_ / "ran"), "x\nx\nx\n") << "done runs are not repeated";
    EXPECT_EQ(resumed.err.find("has changed"), std::string::npos) << resumed.err;
    auto const changed = run(campaign + "\n# another thought\n", "--resume");
    EXPECT_EQ(changed.exit_code, 0) << changed.err;
    EXPECT_THAT(changed.err, HasSubstr("warning: the campaign file has changed since the last session"));
    auto const other = run(script("true", "[1, 2]"), "--resume");
    EXPECT_EQ(other.exit_code, 2) << other.err;
    EXPECT_THAT(runs(file(), "outcome"), SizeIs(3));
}

TEST_F(RunAlone, StopsOnSignalsWithIncompleteAndLosesNothing)
{
    std::string const campaign = script("echo x >> ran; sleep 2", "[1, 2, 3]");
    for (std::string const signal : {"USR1", "TERM"})
    {
        auto const result =
            run(campaign, "--resume & pid=$!; while ! test -s ran; do sleep 0.05; done; rm ran; kill -" + signal + " $pid; wait $pid");
        EXPECT_EQ(result.exit_code, 3) << signal << result.err;
        EXPECT_THAT(result.err, HasSubstr("go on with --resume"));
        EXPECT_THAT(runs(file(), "outcome"), Each("ok"));
        EXPECT_THAT(runs(file(), "outcome"), SizeIs(1)) << "USR1 lets the first end, TERM breaks the second off";
        EXPECT_FALSE(store::read_provenance(file()).complete);
    }
    std::filesystem::remove(folder_ / "ran");
    EXPECT_EQ(run(campaign, "--resume").exit_code, 0);
    EXPECT_THAT(runs(file(), "outcome"), ElementsAre("ok", "ok", "ok"));
    EXPECT_EQ(read_file(folder_ / "ran"), "x\nx\n");
}

TEST_F(RunAlone, SaysInOneLineWhatIsWrongBeforeAnythingRuns)
{
    auto const result = run("[campaign]\nname = \"x\"\n[grid]\ndataset = \"banana\"\nsize = 64\ndepht = 3\n");
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("c.toml:6: "));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_TRUE(result.out.empty());
}

TEST_F(RunAlone, RefusesTimesThatAreNone)
{
    for (std::string const option : {"--publish-every nan", "--worker-patience 1e300", "--coordinator-patience -1"})
    {
        auto const result = run(trainings(), option);
        EXPECT_EQ(result.exit_code, 2) << option;
        EXPECT_THAT(result.err, AllOf(HasSubstr(option.substr(0, option.find(' '))), HasSubstr("it lies between"))) << option;
    }
}

TEST_F(RunAlone, CountsARunWithoutADaemonAsUnmetered)
{
    auto const result = run(script("sleep 0.1", "[1]") + "", "", 120);
    ASSERT_EQ(result.exit_code, 0) << result.err;
    auto const without =
        run_command("cd " + folder_.path().string() + " && GHEE_POWERD_SOCKET=/nonexistent/socket " GHEE_PROGRAM " run c.toml -o u.h5");
    EXPECT_EQ(without.exit_code, 1);
    EXPECT_THAT(runs(folder_ / "u.h5", "outcome"), ElementsAre("unmetered"));
    EXPECT_THAT(runs(folder_ / "u.h5", "reason").front(), HasSubstr("/nonexistent/socket"));
    EXPECT_TRUE(std::isnan(std::stod(runs(folder_ / "u.h5", "gross_j").front())));
}
}  // namespace
