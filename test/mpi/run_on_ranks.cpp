// `ghee run` under a real mpirun: three ranks, one file; ranks that wait, that die, that are told to stop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "base/clock.hpp"
#include "tiny_campaign.hpp"

namespace {
using namespace ghee;
using namespace ghee::test;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string const launch = "mpirun -n 3 --oversubscribe --bind-to none --mca orte_abort_on_non_zero_status 0 "
                           "--mca odls_base_sigkill_timeout 10 " GHEE_PROGRAM;

class RunOnRanks : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        if (run_command("command -v mpirun").exit_code != 0)
            GTEST_SKIP() << "mpirun is not installed (Debian: openmpi-bin)";
        ::setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
        ::setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    }
    CommandResult run(std::string const& campaign, std::string const& options = {}, int seconds = 300)
    {
        write_file(folder_ / "c.toml", campaign);
        return run_command("cd " + folder_.path().string() + "\n" + launch + " run c.toml " + options, seconds);
    }
    std::filesystem::path file() const { return folder_ / "tiny.h5"; }
    TemporaryFolder folder_;
};

/// Processes of `ghee run` whose working directory is `folder`, with their rank.
std::map<int, pid_t> ranks_in(std::filesystem::path const& folder)
{
    std::map<int, pid_t> ranks;
    for (auto const& entry : std::filesystem::directory_iterator("/proc"))
    {
        std::error_code fault;
        std::string const name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos || std::filesystem::read_symlink(entry.path() / "cwd", fault) != folder)
            continue;
        std::string const environment = read_file(entry.path() / "environ");
        auto const at = environment.find("OMPI_COMM_WORLD_RANK=");
        if (at != std::string::npos && read_file(entry.path() / "comm") == "ghee\n")
            ranks[std::stoi(environment.substr(at + 21))] = std::stoi(name);
    }
    return ranks;
}

/// Processor time of a process so far, all threads, to the nanosecond (the ticks of /proc/PID/stat are too coarse here).
double cpu_seconds(pid_t pid)
{
    double ns = 0;
    for (auto const& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task"))
        ns += std::stod(read_file(thread.path() / "schedstat"));
    return ns * 1e-9;
}

bool has_child(pid_t parent)
{
    for (auto const& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(parent) + "/task"))
        if (!read_file(thread.path() / "children").empty())
            return true;
    return false;
}

template<class Condition>
bool eventually(Condition const& condition, int seconds = 120)
{
    auto const deadline = monotonic_clock().now() + std::chrono::seconds(seconds);
    while (!condition())
    {
        if (monotonic_clock().now() > deadline)
            return false;
        monotonic_clock().sleep_until(monotonic_clock().now() + std::chrono::milliseconds(20));
    }
    return true;
}

TEST_F(RunOnRanks, GathersAllRunsIntoOneFileAndOnlyRank0Prints)
{
    auto const result = run(trainings(2));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(runs(file(), "outcome"), SizeIs(6));
    EXPECT_THAT(runs(file(), "outcome"), Each("ok"));
    auto const ids = runs(file(), "run_id");
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 6U);
    auto const workers = runs(file(), "worker");
    EXPECT_GT(std::set<std::string>(workers.begin(), workers.end()).size(), 1U) << "more than one rank works";
    EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 4) << "one table: " << result.out;
    EXPECT_THAT(result.err, HasSubstr("several workers share node"));
    EXPECT_EQ(result.err.find("MPI_ABORT"), std::string::npos);
    EXPECT_EQ(result.err.find("mpirun"), std::string::npos) << "a clean end needs no words of the launcher: " << result.err;
    auto const uncertainty = column(store::read_table(file(), "nodes"), "clock_offset_uncertainty_s");
    ASSERT_THAT(uncertainty, SizeIs(3));
    for (std::string const& value : uncertainty)
        EXPECT_LT(std::stod(value), 0.05);
}

TEST_F(RunOnRanks, TrainsWhatOneProcessTrains)
{
    ASSERT_EQ(run(trainings(), "-o many.h5").exit_code, 0);
    ASSERT_EQ(run_command("cd " + folder_.path().string() + " && " GHEE_PROGRAM " run c.toml -o one.h5", 300).exit_code, 0);
    auto const rows = [this](std::string const& name)
    {
        auto const ids = runs(folder_ / name, "run_id");
        auto const losses = runs(folder_ / name, "test_loss");
        std::map<std::string, std::string> map;
        for (std::size_t i = 0; i < ids.size(); ++i)
            map[ids[i]] = losses[i];
        return map;
    };
    EXPECT_EQ(rows("many.h5"), rows("one.h5"));
}

TEST_F(RunOnRanks, EndsAllRanksWithOneLineWhenTheCampaignFileIsWrong)
{
    write_file(folder_ / "c.toml", "[campaign]\nname = \"x\"\n[grid]\ndepht = 3\n");
    for (std::string const words : {" run c.toml", " run nowhere.toml", " run c.toml --nonsense"})
    {
        auto const result = run_command("cd " + folder_.path().string() + " && " + launch + words, 60);
        EXPECT_NE(result.exit_code, 124) << "hangs: " << words;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << "once, and no banner: " << result.err;
        EXPECT_THAT(result.err, ::testing::StartsWith("ghee: error: "));
        // With orte_abort_on_non_zero_status 0, which lets a campaign survive a rank, Open MPI 4 drops every rank's exit code.
        auto const plain = run_command("cd " + folder_.path().string() + " && mpirun -n 3 --oversubscribe " GHEE_PROGRAM + words, 60);
        EXPECT_EQ(plain.exit_code, 2) << plain.err;
        EXPECT_EQ(plain.err.find("MPI_ABORT"), std::string::npos);
    }
}

TEST_F(RunOnRanks, WaitsAtTheCostOfNearlyNothing)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "the sanitizer costs more than the waiting";
#endif
    CommandResult result;
    std::thread job([&] { result = run(script("touch $0; sleep 17", "[1]"), "", 120); });
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(folder_ / "1"); }));
    auto const ranks = ranks_in(std::filesystem::canonical(folder_.path()));
    EXPECT_EQ(ranks.size(), 3U);
    auto const shares = [&ranks](Seconds span)
    {
        std::map<int, double> share;
        auto const begin = monotonic_clock().now();
        for (auto const& [rank, pid] : ranks)
            share[rank] = -cpu_seconds(pid);
        monotonic_clock().sleep_until(begin + std::chrono::duration_cast<std::chrono::nanoseconds>(span));
        for (auto const& [rank, pid] : ranks)
            share[rank] = (share[rank] + cpu_seconds(pid)) / span.count();
        return share;
    };
    // Slower ranks are still setting up when the first child runs.
    EXPECT_TRUE(eventually(
        [&]
        {
            auto const now = shares(Seconds(1));
            return std::all_of(now.begin(), now.end(), [](auto const& one) { return one.second < 0.01; });
        },
        10));
    for (auto const& [rank, share] : shares(Seconds(5)))
    {
        EXPECT_LT(share, 0.002) << "rank " << rank;
        std::printf("rank %d: %.3f %% of a core while waiting\n", rank, 100 * share);
    }
    job.join();
    EXPECT_EQ(result.exit_code, 0) << result.err;
}

TEST_F(RunOnRanks, SurvivesTheDeathOfARankAndSaysSo)
{
    CommandResult result;
    std::thread job([&] { result = run(script("sleep 1", "\"1..9\""), "--worker-patience 3", 240); });
    // In the middle of a run of its own: then its loss must be noticed.
    std::map<int, pid_t> ranks;
    bool const busy = eventually(
        [&]
        {
            ranks = ranks_in(std::filesystem::canonical(folder_.path()));
            return ranks.contains(2) && has_child(ranks.at(2));
        });
    EXPECT_TRUE(busy);
    if (busy)
        ::kill(ranks.at(2), SIGKILL);
    job.join();
    // mpirun reports the killed rank; the campaign itself is complete.
    EXPECT_TRUE(result.exit_code == 0 || result.exit_code == 137) << result.exit_code;
    EXPECT_THAT(result.err, HasSubstr("worker 2"));
    EXPECT_THAT(result.err, HasSubstr("is lost"));
    EXPECT_THAT(runs(file(), "outcome"), SizeIs(9));
    EXPECT_THAT(runs(file(), "outcome"), Each("ok"));
    EXPECT_TRUE(store::read_provenance(file()).complete);
}

TEST_F(RunOnRanks, LeavesNoRankBehindWhenTheCoordinatorDies)
{
    CommandResult result;
    std::thread job([&] { result = run(script("touch $0; sleep 400", "[1, 2, 3]"), "--coordinator-patience 4", 240); });
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(folder_ / "1"); }));
    auto const folder = std::filesystem::canonical(folder_.path());
    auto const ranks = ranks_in(folder);
    EXPECT_TRUE(ranks.contains(0));
    if (ranks.contains(0))
        ::kill(ranks.at(0), SIGKILL);
    EXPECT_TRUE(eventually([&] { return ranks_in(folder).empty(); }, 180)) << "orphans must go by themselves";
    job.join();
    EXPECT_NE(result.exit_code, 124) << "mpirun must not be left hanging";
}

TEST_F(RunOnRanks, StopsInOrderWhenMpirunIsToldTo)
{
    CommandResult result;
    std::thread job([&] { result = run(script("touch $0; sleep 30", "\"1..6\""), "& pid=$!; echo $pid > pid; wait $pid", 240); });
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(folder_ / "1") && !read_file(folder_ / "pid").empty(); }));
    ::kill(std::stoi(read_file(folder_ / "pid")), SIGTERM);
    job.join();
    EXPECT_THAT(result.err, HasSubstr("go on with --resume"));
    EXPECT_TRUE(std::filesystem::exists(file())) << "published before the end";
    EXPECT_THAT(runs(file(), "outcome"), SizeIs(0));
}
}  // namespace
