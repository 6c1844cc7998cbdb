// Nothing lost, nothing doubled, always an end: coordinator and workers under every fault the line can have.
#include <gtest/gtest.h>

#include "campaign/simulation.hpp"

namespace {
using namespace ghee;
using namespace ghee::test;

void expect_each_once(Journal const& journal, std::vector<Task> const& plan)
{
    EXPECT_EQ(journal.doubles, 0);
    EXPECT_EQ(journal.runs.size(), plan.size());
    for (Task const& task : plan)
    {
        auto const found = journal.runs.find(task.run_id);
        ASSERT_NE(found, journal.runs.end()) << task.run_id;
        EXPECT_EQ(found->second.outcome, Outcome::ok) << found->second.reason;
        EXPECT_EQ(found->second.training.steps, static_cast<std::int64_t>(task.seed % 1000));
    }
}

TEST(Coordinator, RunsEveryTaskOnceAndLetsEverybodyGoInOrder)
{
    Journal journal;
    Simulation simulation(tasks(7), {node("a"), node("b"), node("c")}, journal);
    ASSERT_TRUE(simulation.run());
    expect_each_once(journal, tasks(7));
    EXPECT_EQ(simulation.begun.size(), 7U);
    EXPECT_FALSE(simulation.coordinator().anyone_lost());
    for (int worker = 0; worker < 3; ++worker)
    {
        ASSERT_TRUE(simulation.departure(worker));
        EXPECT_TRUE(simulation.departure(worker)->finalize);
        EXPECT_FALSE(simulation.departure(worker)->orphaned);
    }
    EXPECT_LT(simulation.elapsed(), Seconds(20));  // three rounds of 3 s, and the clocks at both ends
}

TEST(Coordinator, LosesNothingWhenAWorkerDiesAtAnyMoment)
{
    auto const plan = tasks(5);
    Journal undisturbed;
    Simulation reference(plan, {node("a"), node("b")}, undisturbed);
    ASSERT_TRUE(reference.run());
    for (std::int64_t n = 0; n < reference.messages(); ++n)
    {
        Journal journal;
        Simulation simulation(plan, {node("a"), node("b")}, journal);
        simulation.faults.kill_at = n;
        simulation.faults.victim = 1;
        ASSERT_TRUE(simulation.run()) << "killed at message " << n;
        expect_each_once(journal, plan);
        EXPECT_EQ(simulation.letters_to_the_dead, 0) << "killed at message " << n;
        if (HasFailure())
            return;
    }
}

TEST(Coordinator, LosesNothingWhenAnyOneMessageIsLost)
{
    auto const plan = tasks(5);
    Journal undisturbed;
    Simulation reference(plan, {node("a"), node("b")}, undisturbed);
    ASSERT_TRUE(reference.run());
    for (std::int64_t n = 0; n < reference.messages(); ++n)
    {
        Journal journal;
        Simulation simulation(plan, {node("a"), node("b")}, journal);
        simulation.faults.drop_one = n;
        ASSERT_TRUE(simulation.run()) << "message " << n;
        expect_each_once(journal, plan);
        EXPECT_EQ(simulation.begun.size(), plan.size()) << "a lost message must not cost a run: message " << n;
        EXPECT_LT(simulation.elapsed(), Seconds(60)) << "message " << n;
        if (HasFailure())
            return;
    }
}

TEST(Coordinator, WithstandsALineThatDropsRepeatsAndDelays)
{
    auto const plan = tasks(6);
    for (std::uint64_t seed = 0; seed < 60; ++seed)
    {
        Journal journal;
        Simulation simulation(plan, {node("a"), node("b"), node("c")}, journal);
        simulation.faults.seed = seed;
        simulation.faults.drop = 0.15;
        simulation.faults.repeat = 0.2;
        simulation.faults.delay = Seconds(3);
        ASSERT_TRUE(simulation.run()) << "seed " << seed;
        expect_each_once(journal, plan);
        if (HasFailure())
            return;
    }
}

TEST(Coordinator, IsTakenUpAgainWhereverItDied)
{
    auto const plan = tasks(5);
    Journal undisturbed;
    Simulation reference(plan, {node("a"), node("b")}, undisturbed);
    ASSERT_TRUE(reference.run());
    for (std::int64_t n = 0; n < reference.messages(); ++n)
    {
        Journal journal;
        Simulation first(plan, {node("a"), node("b")}, journal);
        first.faults.kill_at = n;
        bool const survived = first.run();
        std::size_t const done = journal.runs.size();
        for (int worker = 0; worker < 2; ++worker)
            ASSERT_TRUE(first.departure(worker)) << "worker stayed although the coordinator died at message " << n;
        Simulation second(plan, {node("a"), node("b")}, journal);
        ASSERT_TRUE(second.run());
        expect_each_once(journal, plan);
        EXPECT_EQ(second.begun.size(), plan.size() - done) << "what was done must not be done again: message " << n;
        EXPECT_TRUE(!survived || done == plan.size());
        if (HasFailure())
            return;
    }
}

TEST(Coordinator, DropsTheLateResultOfAWorkerThatCameBackFromAPartition)
{
    auto const plan = tasks(4);
    Journal journal;
    Simulation simulation(plan, {node("a"), node("b")}, journal);
    simulation.faults.mute_until_end = {1};
    simulation.faults.mute_from = Seconds(4);
    simulation.fate = [](Task const&, int, int) { return Fate{Seconds(60)}; };
    ASSERT_TRUE(simulation.run());
    expect_each_once(journal, plan);
    EXPECT_EQ(simulation.coordinator().standing().lost, 1);
    EXPECT_TRUE(simulation.departure(1)->orphaned) << "nobody spoke to it any more, so it must go by itself";
}

TEST(Coordinator, TriesADeadChildAgainElsewhereAndKeepsTheRecord)
{
    auto const plan = tasks(3);
    Journal journal;
    Simulation simulation(plan, {node("a"), node("b")}, journal);
    std::string const weak = plan[1].run_id;
    simulation.fate = [&](Task const& task, int attempt, int)
    {
        if (task.run_id == weak && attempt == 1)
            return Fate{Seconds(1), Outcome::failed, "killed by signal 11", true};
        return Fate{};
    };
    ASSERT_TRUE(simulation.run());
    expect_each_once(journal, plan);
    RunReport const& run = journal.runs.at(weak);
    EXPECT_EQ(run.attempt, 2);
    ASSERT_EQ(run.failed_attempts.size(), 1U);
    EXPECT_EQ(run.failed_attempts[0].reason, "killed by signal 11");
    EXPECT_NE(run.failed_attempts[0].node, run.node) << "the second try goes to another node";
    EXPECT_EQ(journal.attempts.at(weak).size(), 1U);
}

TEST(Coordinator, GivesUpAfterTheAttemptsAskedForAndNeverRepeatsARefusal)
{
    auto const plan = tasks(3);
    Journal journal;
    Simulation simulation(plan, {node("a")}, journal);
    simulation.settings.attempts = 3;
    simulation.fate = [&](Task const& task, int, int)
    {
        if (task.run_id == plan[0].run_id)
            return Fate{Seconds(1), Outcome::timeout, "hung", true};
        if (task.run_id == plan[1].run_id)
            return Fate{Seconds(1), Outcome::failed, "no such data set", false};
        return Fate{};
    };
    ASSERT_TRUE(simulation.run());
    EXPECT_EQ(journal.doubles, 0);
    EXPECT_EQ(journal.runs.at(plan[0].run_id).outcome, Outcome::timeout);
    EXPECT_EQ(journal.runs.at(plan[0].run_id).attempt, 3);
    EXPECT_EQ(journal.runs.at(plan[0].run_id).failed_attempts.size(), 2U);
    EXPECT_EQ(journal.runs.at(plan[1].run_id).attempt, 1);
    EXPECT_EQ(journal.runs.at(plan[2].run_id).outcome, Outcome::ok);
    EXPECT_EQ(simulation.coordinator().standing().failed, 2);
}

TEST(Coordinator, GivesUpARunThatTakesWorkerAfterWorkerWithIt)
{
    auto const plan = tasks(2);
    Journal journal;
    Simulation simulation(plan, {node("a"), node("b"), node("c"), node("d")}, journal);
    simulation.settings.losses = 2;
    std::set<int> poisoned;
    simulation.fate = [&](Task const& task, int, int worker)
    {
        if (task.run_id == plan[0].run_id)
            poisoned.insert(worker);
        return Fate{task.run_id == plan[0].run_id ? Seconds(1e6) : Seconds(3)};
    };
    // Whoever takes it is cut off a moment later.
    simulation.every_step = [&](Simulation& s)
    {
        if (!poisoned.empty())
            s.faults.mute_until_end = poisoned, s.faults.mute_from = Seconds(0);
    };
    ASSERT_TRUE(simulation.run());
    EXPECT_EQ(journal.runs.at(plan[0].run_id).outcome, Outcome::failed);
    EXPECT_EQ(journal.runs.at(plan[0].run_id).failed_attempts.size(), 2U);
    EXPECT_EQ(journal.runs.at(plan[1].run_id).outcome, Outcome::ok);
    EXPECT_EQ(poisoned.size(), 2U);
}

TEST(Coordinator, GivesAConfigurationOnlyToWhoCanRunItAndReportsWhatNobodyCan)
{
    auto plan = tasks(3);
    plan.push_back(make_task(configuration(99, Device::gpu), 0, 7));
    auto impossible = configuration(100);
    impossible.backend = "abacus";
    plan.push_back(make_task(impossible, 0, 7));
    Journal journal;
    Simulation simulation(plan, {node("a"), node("b", true)}, journal);
    ASSERT_TRUE(simulation.run());
    EXPECT_EQ(journal.runs.size(), plan.size());
    EXPECT_EQ(journal.runs.at(plan[3].run_id).worker, 1);
    EXPECT_EQ(journal.runs.at(plan[4].run_id).outcome, Outcome::failed);
    EXPECT_EQ(journal.runs.at(plan[4].run_id).reason, "no worker can run it (no backend of the name abacus)");
    EXPECT_EQ(journal.runs.count(plan[4].run_id), 1U);

    Journal without;
    Simulation cpus_only(plan, {node("a")}, without);
    ASSERT_TRUE(cpus_only.run());
    EXPECT_EQ(without.runs.at(plan[3].run_id).reason, "no worker can run it (cuda: no NVIDIA driver)");
}

TEST(Coordinator, GivesNoMoreRunsToABlackHole)
{
    auto const plan = tasks(30);
    Journal journal;
    Simulation simulation(plan, {node("a"), node("hole")}, journal);
    simulation.fate = [](Task const&, int, int worker)
    { return worker == 1 ? Fate{Seconds(0.2), Outcome::failed, "exited with code 1", true} : Fate{Seconds(2)}; };
    ASSERT_TRUE(simulation.run());
    expect_each_once(journal, plan);
    std::int64_t eaten = 0;
    for (auto const& [run, worker] : simulation.begun)
        eaten += worker == 1;
    EXPECT_GE(eaten, 5);
    EXPECT_LT(eaten, 25);
    EXPECT_NE(std::find_if(journal.notes.begin(), journal.notes.end(),
                           [](std::string const& note) { return note.find("worker 1 on hole gets no more runs") == 0; }),
              journal.notes.end());
}

TEST(Coordinator, BlamesTheRunsWhenTheyFailOnEveryWorker)
{
    auto const plan = tasks(12);
    Journal journal;
    Simulation simulation(plan, {node("a"), node("b")}, journal);
    simulation.fate = [](Task const&, int, int) { return Fate{Seconds(0.2), Outcome::failed, "exited with code 1", true}; };
    ASSERT_TRUE(simulation.run());
    EXPECT_EQ(journal.runs.size(), plan.size());
    EXPECT_EQ(simulation.coordinator().standing().failed, 12);
}

TEST(Coordinator, DrainsWhenStoppedAndLeavesTheRestForAnotherTime)
{
    auto const plan = tasks(10);
    Journal journal;
    Simulation simulation(plan, {node("a"), node("b")}, journal);
    simulation.every_step = [](Simulation& s)
    {
        if (s.elapsed() > Seconds(4))
            s.coordinator().stop(false, "signal USR1");
    };
    ASSERT_TRUE(simulation.run());
    EXPECT_EQ(simulation.begun.size(), journal.runs.size()) << "runs under way end";
    EXPECT_LT(journal.runs.size(), 6U);
    EXPECT_EQ(simulation.coordinator().left(), static_cast<std::int64_t>(plan.size() - journal.runs.size()));
    EXPECT_EQ(simulation.coordinator().stop_reason(), "signal USR1");
    Simulation rest(plan, {node("a"), node("b")}, journal);
    ASSERT_TRUE(rest.run());
    expect_each_once(journal, plan);
}

TEST(Coordinator, BreaksRunsOffWhenItMustStopAtOnce)
{
    auto const plan = tasks(4);
    Journal journal;
    Simulation simulation(plan, {node("a"), node("b")}, journal);
    simulation.fate = [](Task const&, int, int) { return Fate{Seconds(1000)}; };
    simulation.every_step = [](Simulation& s)
    {
        if (s.elapsed() > Seconds(4))
            s.coordinator().stop(true, "signal TERM");
    };
    ASSERT_TRUE(simulation.run());
    EXPECT_LT(simulation.elapsed(), Seconds(12));
    EXPECT_TRUE(journal.runs.empty());
    EXPECT_TRUE(journal.attempts.empty()) << "what was given back counts as never tried";
    EXPECT_EQ(simulation.coordinator().left(), 4);
}

TEST(Coordinator, WaitsThroughAnnouncedSilenceButNotThroughAnother)
{
    auto const plan = tasks(2);
    Journal journal;
    Simulation simulation(plan, {node("a"), node("b")}, journal);
    simulation.fate = [](Task const&, int, int) { return Fate{Seconds(60), Outcome::ok, {}, false, Seconds(50)}; };
    ASSERT_TRUE(simulation.run());
    expect_each_once(journal, plan);
    EXPECT_EQ(simulation.begun.size(), 2U) << "nobody may be taken for lost in an announced quiet window";
    EXPECT_FALSE(simulation.coordinator().anyone_lost());
}

TEST(Coordinator, EndsWithAReasonWhenNoWorkerIsLeft)
{
    auto const plan = tasks(4);
    Journal journal;
    Simulation simulation(plan, {node("a")}, journal);
    simulation.faults.kill_at = 60;
    simulation.faults.victim = 0;
    ASSERT_TRUE(simulation.run());
    EXPECT_GT(simulation.coordinator().left(), 0);
    EXPECT_EQ(simulation.coordinator().stop_reason(), "no worker is left that can run the rest");
    EXPECT_TRUE(simulation.coordinator().anyone_lost());
}

TEST(Coordinator, DoesNotWaitForeverForARankThatNeverComes)
{
    auto const plan = tasks(2);
    auto impossible = plan;
    impossible.push_back(make_task(configuration(99, Device::gpu), 0, 7));
    Journal journal;
    Simulation simulation(impossible, {node("a"), node("absent", true)}, journal);
    simulation.faults.kill_at = 0;
    simulation.faults.victim = 1;
    ASSERT_TRUE(simulation.run());
    EXPECT_GT(simulation.elapsed(), simulation.settings.hello_patience);
    EXPECT_LT(simulation.elapsed(), simulation.settings.hello_patience + Seconds(20));
    EXPECT_EQ(journal.runs.size(), 3U);
}

TEST(Coordinator, KnowsHowFarTheClocksOfTheNodesAreApart)
{
    auto const plan = tasks(2);
    Journal journal;
    Simulation simulation(plan, {node("a"), node("b")}, journal);
    simulation.clock_offsets = {{0, Seconds(0)}, {1, Seconds(12345.5)}};
    simulation.faults.delay = Seconds(0.2);
    ASSERT_TRUE(simulation.run());
    NodeInfo const& b = journal.nodes.at(1);
    EXPECT_NEAR(b.clock_offset_s, 12345.5, b.clock_offset_uncertainty_s + 1e-9);
    EXPECT_GT(b.clock_offset_uncertainty_s, 0);
    EXPECT_LT(b.clock_offset_uncertainty_s, 0.13);  // ways of up to 0.2 s, seen in steps of 0.05 s
    EXPECT_NEAR(b.clock_offset_end_s, 12345.5, 0.13);
}
}  // namespace
