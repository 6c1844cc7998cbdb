// Tasks come in the order asked for, the same every time.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "campaign/written_campaign.hpp"

namespace {
using namespace ghee;
using namespace ghee::campaign;

std::string const grid = "[grid]\ndataset = \"banana\"\nsize = \"2^6..2^15\"\nepochs = [1, 2]\n";

std::vector<Task> tasks_of(std::string const& head, std::string const& body = grid)
{
    auto const campaign = campaign_of("[campaign]\n" + head + body);
    return order_tasks(campaign, expand(campaign));
}

TEST(Order, EveryAcceptedCellComesOncePerRepeat)
{
    for (std::string const order : {"shuffled", "listed", "longest-first"})
    {
        auto const tasks = tasks_of("seed = 5\nrepeats = 3\norder = \"" + order + "\"\n", grid + "[exclude]\nepochs = 2\nsize = 64\n");
        EXPECT_EQ(tasks.size(), 19u * 3) << order;
        std::set<std::string> runs, configurations;
        std::set<std::uint64_t> seeds;
        for (Task const& task : tasks)
        {
            runs.insert(task.run_id);
            configurations.insert(task.config_id);
            seeds.insert(task.seed);
            EXPECT_EQ(task, make_task(task.configuration, task.repeat, 5));
            EXPECT_FALSE(task.configuration.size == 64 && task.configuration.epochs == 2);
        }
        EXPECT_EQ(runs.size(), tasks.size()) << order;
        EXPECT_EQ(configurations.size(), 19u) << order;
        EXPECT_EQ(seeds.size(), tasks.size()) << order;
    }
}

TEST(Order, ShufflingFollowsTheSeedAndNothingElse)
{
    EXPECT_EQ(tasks_of("seed = 5\nrepeats = 2\n"), tasks_of("seed = 5\nrepeats = 2\n"));
    auto const ids = [](std::vector<Task> const& tasks)
    {
        std::vector<std::string> all;
        for (Task const& task : tasks)
            all.push_back(task.run_id);
        return all;
    };
    auto const five = ids(tasks_of("seed = 5\n")), six = ids(tasks_of("seed = 6\n")), listed = ids(tasks_of("seed = 5\norder = \"listed\"\n"));
    EXPECT_NE(five, six);
    EXPECT_NE(five, listed);
    EXPECT_TRUE(std::is_permutation(five.begin(), five.end(), six.begin()));
}

TEST(Order, ShufflingSpreadsRepeatsOverTheCampaign)
{
    auto const tasks = tasks_of("repeats = 4\n");
    std::size_t const cells = tasks.size() / 4;
    std::vector<std::string> first_round, second_round;
    for (std::size_t i = 0; i < tasks.size(); ++i)
    {
        EXPECT_EQ(tasks[i].repeat, static_cast<int>(i / cells));
        if (i < 2 * cells)
            (i < cells ? first_round : second_round).push_back(tasks[i].config_id);
    }
    EXPECT_NE(first_round, second_round);
}

TEST(Order, ListedIsTheFilesOwn)
{
    auto const tasks = tasks_of("order = \"listed\"\nrepeats = 2\n");
    ASSERT_EQ(tasks.size(), 40u);
    EXPECT_EQ(tasks[0].configuration.size, 64);
    EXPECT_EQ(tasks[1].configuration.epochs, 2);
    EXPECT_EQ(tasks[19].configuration.size, 32768);
    EXPECT_EQ(tasks[20].config_id, tasks[0].config_id);
    EXPECT_EQ(tasks[20].repeat, 1);
}

TEST(Order, LongestFirstFallsInPredictedTime)
{
    auto const campaign = campaign_of("[campaign]\norder = \"longest-first\"\n" + grid);
    auto const cells = expand(campaign);
    auto const tasks = order_tasks(campaign, cells);
    EXPECT_EQ(tasks.front().configuration.size, 32768);
    EXPECT_EQ(tasks.front().configuration.epochs, 2);
    EXPECT_EQ(tasks.back().configuration.size, 64);
    EXPECT_EQ(tasks.back().configuration.epochs, 1);
    auto const seconds = [&](Task const& task)
    { return predicted_seconds(*std::find_if(cells.begin(), cells.end(), [&](Cell const& c) { return c.config_id == task.config_id; })); };
    for (std::size_t i = 1; i < tasks.size(); ++i)
        EXPECT_GE(seconds(tasks[i - 1]), seconds(tasks[i]));
}

TEST(Order, ReplicasTakeTheirTimeInTurnOnThreadsAndTogetherOnAGpu)
{
    auto const seconds = [](std::string const& keys)
    { return predicted_seconds(expand(campaign_of("[campaign]\n[grid]\ndataset = \"banana\"\nsize = 64\n" + keys)).front()).count(); };
    double const alone = seconds("");
    EXPECT_DOUBLE_EQ(seconds("replicas = 8\n"), 8 * alone);
    EXPECT_DOUBLE_EQ(seconds("replicas = 8\nthreads = 4\n"), 2 * alone);
    EXPECT_DOUBLE_EQ(seconds("replicas = 2\nthreads = 64\n"), alone) << "a network has one thread";
    double const gpu = seconds("device = \"gpu\"\n");
    EXPECT_GT(seconds("device = \"gpu\"\nreplicas = 132\n"), gpu);
    EXPECT_LT(seconds("device = \"gpu\"\nreplicas = 132\n"), 2 * gpu) << "small ones cost their launches";
}

TEST(Order, WhatNobodyCanPredictComesFirst)
{
    auto const tasks = tasks_of("order = \"longest-first\"\n",
                                "[workload.w]\ncommand = [\"a\"]\n[[grid]]\ndataset = \"banana\"\nsize = 64\n[[grid]]\nworkload = \"w\"\n");
    ASSERT_EQ(tasks.size(), 2u);
    EXPECT_EQ(tasks[0].configuration.workload, "w");
}
}  // namespace
