// What is published is what is read, with units, whole or not at all.
#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/version.hpp"
#include "store/result_file.hpp"
#include "store/sample_run.hpp"
#include "store/schema.hpp"
#include "support/command.hpp"

namespace {
using namespace ghee;
namespace fs = std::filesystem;

struct Publishing : testing::Test
{
    test::TemporaryFolder const own;
    fs::path const folder = own.path();
    fs::path const file = folder / "a.h5";
    void publish(int runs) const { store::publish(file, test::sample_contents(runs), test::sample_stream(runs)); }
};

std::string cell(store::Table const& table, std::size_t row, std::string const& column)
{
    auto const found = std::find(table.columns.begin(), table.columns.end(), column);
    if (found == table.columns.end())
        return "no column " + column;
    return table.rows.at(row).at(static_cast<std::size_t>(found - table.columns.begin()));
}

TEST_F(Publishing, ARunIsReadAsItWasReported)
{
    publish(2);
    auto const runs = store::read_table(file, "runs");
    ASSERT_EQ(runs.rows.size(), 2U);
    auto const report = test::sample_run(1);
    EXPECT_EQ(cell(runs, 1, "run_id"), report.task.run_id);
    EXPECT_EQ(cell(runs, 1, "config_id"), report.task.config_id);
    EXPECT_EQ(cell(runs, 1, "repeat"), "1");
    EXPECT_EQ(cell(runs, 1, "seed"), std::to_string(report.task.seed));
    EXPECT_EQ(cell(runs, 1, "widths"), "11 11 4");
    EXPECT_EQ(cell(runs, 1, "outcome"), "ok");
    EXPECT_EQ(cell(runs, 1, "start_unix_s"), "1700000001.5");
    EXPECT_EQ(cell(runs, 1, "train_loss"), "0.7");
    EXPECT_EQ(cell(runs, 1, "test_accuracy"), "0.625");
    EXPECT_EQ(cell(runs, 1, "standardised_j"), "nan");
    EXPECT_EQ(cell(runs, 1, "estimated"), "0");
}

TEST_F(Publishing, ARunIsChargedForOneTrainingOfItsPasses)
{
    publish(1);
    auto const runs = store::read_table(file, "runs");
    // (200 + 100) J in two passes; idle 40 W for 3 s.
    EXPECT_EQ(cell(runs, 0, "phases"), "train+evaluate");
    EXPECT_EQ(cell(runs, 0, "gross_j"), "150");
    EXPECT_EQ(cell(runs, 0, "idle_w"), "40");
    EXPECT_EQ(cell(runs, 0, "net_j"), "90");
    EXPECT_EQ(cell(runs, 0, "window_s"), "3");
    EXPECT_EQ(cell(runs, 0, "joules_per_sample"), "0.45");
    // Idle: 0.5 W * 3 s added up; the rest in squares: 1.25^2 - 1 and 0.625^2 - 0.25.
    double const expected = std::sqrt(1.5 * 1.5 + 0.5625 + 0.140625) / 2;
    EXPECT_NEAR(std::stod(cell(runs, 0, "net_uncertainty_j")), expected, 1e-12);
}

TEST_F(Publishing, ARunOnAGpuIsChargedForItBesideTheNode)
{
    auto report = test::sample_run(0);
    report.gpus = {"GPU-aa", "GPU-bb"};
    report.device_meter = "gpu-0+gpu-1";
    auto device = test::sample_account("device", phase::train, 1);
    device.gross = Joules(160);
    device.idle = Watts(20);
    device.net = Joules(120);
    device.flags = {"shared_meter"};
    report.accounts.push_back(device);
    auto const without = test::sample_run(1);
    store::publish(file, test::sample_contents(2),
                   [&](std::function<void(RunReport const&)> const& take)
                   {
                       take(report);
                       take(without);
                   });
    auto const runs = store::read_table(file, "runs");
    EXPECT_EQ(cell(runs, 0, "gpu"), "GPU-aa GPU-bb");
    EXPECT_EQ(cell(runs, 0, "device_meter"), "gpu-0+gpu-1");
    EXPECT_EQ(cell(runs, 0, "device_gross_j"), "80") << "two passes";
    EXPECT_EQ(cell(runs, 0, "device_idle_w"), "20");
    EXPECT_EQ(cell(runs, 0, "device_net_j"), "60");
    EXPECT_EQ(cell(runs, 0, "device_net_uncertainty_j"), "0.625");
    EXPECT_EQ(cell(runs, 0, "device_quality"), "shared_meter");
    EXPECT_EQ(cell(runs, 0, "net_j"), "90") << "the node's figure has not changed";
    EXPECT_EQ(cell(runs, 0, "quality"), "ok");
    EXPECT_EQ(cell(runs, 1, "gpu"), "");
    EXPECT_EQ(cell(runs, 1, "device_net_j"), "nan");
    EXPECT_EQ(cell(runs, 1, "device_quality"), "");
}

TEST_F(Publishing, AGroupHasARowForEachReplicaWithItsShareOfTheEnergy)
{
    auto group = test::sample_run(0);
    group.task.configuration.replicas = 2;
    group.task.configuration.form = Form::solo;
    group.outcome = Outcome::diverged;
    group.gpus = {"GPU-aa"};
    auto device = test::sample_account("device", phase::train, 1);
    device.gross = Joules(160);
    device.net = Joules(120);
    group.accounts.push_back(device);
    auto& training = group.training;
    training.replicas = {
        {group.task.seed, Outcome::ok, "", "epochs", 2, 6, 150, {{1, 0.9, 0.8, 0.5, Seconds(0.75)}, {2, 0.7, 0.5, 0.75, Seconds(1.5)}}},
        {77, Outcome::diverged, "test loss is not finite in epoch 1", "diverged", 1, 2, 50, {{1, 0.5, 0.25, 0.25, Seconds(0.5)}}}};
    auto const alone = test::sample_run(1);
    store::publish(file, test::sample_contents(2),
                   [&](std::function<void(RunReport const&)> const& take)
                   {
                       take(alone);
                       take(group);
                   });
    auto const replicas = store::read_table(file, "replicas");
    ASSERT_EQ(replicas.rows.size(), 2U) << "none of the run that trained one network";
    EXPECT_EQ(cell(replicas, 0, "run"), "1");
    EXPECT_EQ(cell(replicas, 1, "run_id"), group.task.run_id);
    EXPECT_EQ(cell(replicas, 1, "replica"), "1");
    EXPECT_EQ(cell(replicas, 0, "seed"), std::to_string(group.task.seed));
    EXPECT_EQ(cell(replicas, 1, "seed"), "77");
    EXPECT_EQ(cell(replicas, 1, "outcome"), "diverged");
    EXPECT_EQ(cell(replicas, 1, "reason"), "test loss is not finite in epoch 1");
    EXPECT_EQ(cell(replicas, 0, "stop_reason"), "epochs");
    EXPECT_EQ(cell(replicas, 1, "epochs"), "1");
    EXPECT_EQ(cell(replicas, 0, "steps"), "6");
    EXPECT_EQ(cell(replicas, 0, "samples"), "150");
    EXPECT_EQ(cell(replicas, 0, "test_loss"), "0.5");
    EXPECT_EQ(cell(replicas, 1, "test_accuracy"), "0.25");
    // 150 J gross and 90 J net of 200 samples.
    EXPECT_EQ(cell(replicas, 0, "gross_j"), "112.5");
    EXPECT_EQ(cell(replicas, 0, "net_j"), "67.5");
    EXPECT_EQ(cell(replicas, 1, "net_j"), "22.5");
    EXPECT_EQ(cell(replicas, 1, "joules_per_sample"), "0.45");
    EXPECT_EQ(cell(replicas, 1, "device_net_j"), "15");
    EXPECT_EQ(cell(replicas, 0, "quality"), "replica_share");
    auto const runs = store::read_table(file, "runs");
    EXPECT_DOUBLE_EQ(std::stod(cell(replicas, 0, "net_uncertainty_j")), 0.75 * std::stod(cell(runs, 1, "net_uncertainty_j")));
    EXPECT_EQ(cell(runs, 1, "replicas"), "2");
    EXPECT_EQ(cell(runs, 1, "form_asked"), "solo");
    EXPECT_EQ(cell(runs, 1, "net_j"), "90");
    EXPECT_EQ(cell(runs, 1, "replica_net_j"), "45");
    EXPECT_EQ(cell(runs, 1, "test_loss"), "0.375") << "the mean of what each ended with";
    EXPECT_EQ(cell(runs, 1, "quality"), "ok") << "of the group nothing is shared out";
    EXPECT_EQ(cell(runs, 0, "replica_net_j"), "90");
    EXPECT_EQ(cell(runs, 0, "form_asked"), "auto");
    auto const epochs = store::read_table(file, "epochs");
    ASSERT_EQ(epochs.rows.size(), 5U);
    EXPECT_EQ(cell(epochs, 1, "replica"), "0");
    EXPECT_EQ(cell(epochs, 3, "replica"), "0");
    EXPECT_EQ(cell(epochs, 3, "epoch"), "2");
    EXPECT_EQ(cell(epochs, 4, "replica"), "1");
    EXPECT_EQ(cell(epochs, 4, "train_loss"), "0.5");
    EXPECT_EQ(cell(epochs, 4, "gross_j"), "nan");
}

TEST_F(Publishing, SharesOfWhatIsNotMeasuredAreUndefined)
{
    auto group = test::sample_run(0);
    group.task.configuration.replicas = 1;
    group.accounts.clear();
    group.training.replicas = {{1, Outcome::ok, "", "epochs", 1, 1, 100, {}}, {2, Outcome::ok, "", "epochs", 1, 1, 100, {}}};
    store::publish(file, test::sample_contents(1), [&](std::function<void(RunReport const&)> const& take) { take(group); });
    auto const replicas = store::read_table(file, "replicas");
    EXPECT_EQ(cell(replicas, 0, "net_j"), "nan");
    EXPECT_EQ(cell(replicas, 0, "joules_per_sample"), "nan");
    EXPECT_EQ(cell(replicas, 0, "quality"), "unmetered");
    EXPECT_EQ(cell(replicas, 0, "train_loss"), "nan");
}

TEST_F(Publishing, SamplesAreRelativeToTheRunAndKeepTheirKind)
{
    publish(2);
    auto const samples = store::read_table(file, "traces");
    auto const index = store::read_table(file, "trace_index");
    ASSERT_EQ(samples.rows.size(), 26U);
    ASSERT_EQ(index.rows.size(), 4U);
    EXPECT_EQ(cell(index, 2, "offset"), "13");
    EXPECT_EQ(cell(index, 2, "count"), "10");
    EXPECT_EQ(cell(index, 2, "faults"), "gap");
    EXPECT_EQ(cell(index, 3, "kind"), "counter");
    EXPECT_EQ(cell(samples, 13, "t_s"), "-0.2");
    EXPECT_EQ(cell(samples, 13, "power_w"), "101");
    EXPECT_EQ(cell(samples, 13, "energy_j"), "nan");
    EXPECT_EQ(cell(samples, 12, "energy_j"), "9.5");
    EXPECT_EQ(cell(samples, 12, "power_w"), "nan");
    // The node told of one channel; the other was met in a trace.
    auto const channels = store::read_table(file, "channels");
    ASSERT_EQ(channels.rows.size(), 2U);
    EXPECT_EQ(cell(channels, 1, "name"), "package-0");
    EXPECT_EQ(cell(channels, 1, "resolution_j"), "0.25");
    EXPECT_EQ(cell(channels, 1, "resolution_w"), "nan");
    EXPECT_EQ(cell(channels, 1, "flags"), "estimate_without_gpu");
}

TEST_F(Publishing, TheOtherTablesHaveTheirRows)
{
    auto contents = test::sample_contents(3);
    contents.open_attempts = {{"0123456789abcdef", {1, "n3", "timeout", Seconds(4)}}};
    store::publish(file, contents, test::sample_stream(2));
    EXPECT_EQ(store::read_table(file, "energy").rows.size(), 8U);
    EXPECT_EQ(store::read_table(file, "epochs").rows.size(), 4U);
    EXPECT_EQ(store::read_table(file, "marks").rows.size(), 4U);
    auto const attempts = store::read_table(file, "attempts");
    ASSERT_EQ(attempts.rows.size(), 3U);
    EXPECT_EQ(cell(attempts, 1, "run"), "1");
    EXPECT_EQ(cell(attempts, 2, "run"), "-1");
    EXPECT_EQ(cell(attempts, 2, "reason"), "timeout");
    auto const configs = store::read_table(file, "configs");
    EXPECT_EQ(cell(configs, 0, "size_error"), "0.125");
    EXPECT_THAT(cell(configs, 0, "configuration"), testing::HasSubstr("\"dataset\":\"nursery\""));
    EXPECT_EQ(cell(store::read_table(file, "nodes"), 0, "l3"), "16777216 x 1");
}

TEST_F(Publishing, EveryFieldIsInTheFileInOrderWithItsUnit)
{
    publish(1);
    std::map<std::string, std::pair<std::vector<std::string>, std::vector<std::string>>> expected;
    for (auto const& field : store::schema())
    {
        expected[field.table].first.push_back(field.field);
        expected[field.table].second.push_back(field.unit);
        EXPECT_NE(field.meaning, "") << field.table << "." << field.field;
        EXPECT_EQ(field.unit.empty(), field.type.starts_with("text")) << field.table << "." << field.field;
    }
    EXPECT_EQ(expected.size(), 11U);
    for (auto const& [name, columns] : expected)
    {
        auto const table = store::read_table(file, name);
        EXPECT_EQ(table.columns, columns.first);
        EXPECT_EQ(table.units, columns.second);
    }
}

TEST_F(Publishing, MoreRowsThanAChunkHoldsArriveInOrder)
{
    publish(600);
    auto const runs = store::read_table(file, "runs");
    ASSERT_EQ(runs.rows.size(), 600U);
    for (int i : {0, 255, 256, 511, 512, 599})
        EXPECT_EQ(cell(runs, static_cast<std::size_t>(i), "repeat"), std::to_string(i));
    EXPECT_EQ(store::read_table(file, "traces").rows.size(), 600U * 13);
}

TEST_F(Publishing, ProvenanceComesBack)
{
    publish(1);
    auto const description = store::read_description(file);
    EXPECT_EQ(description.provenance, test::sample_contents(1).provenance);
    EXPECT_EQ(description.ghee_version, version());
    EXPECT_EQ(description.ghee_commit, commit());
}

TEST_F(Publishing, AFileWithoutRunsHasEmptyTables)
{
    store::publish(file, {}, [](auto const&) {});
    EXPECT_TRUE(store::read_table(file, "runs").rows.empty());
    EXPECT_FALSE(store::read_table(file, "runs").columns.empty());
}

TEST_F(Publishing, ARunWithoutAccountsIsUndefinedNotZero)
{
    auto report = test::sample_run(0);
    report.accounts.clear();
    report.training = {};
    report.outcome = Outcome::failed;
    store::publish(file, test::sample_contents(1), [&](auto const& take) { take(report); });
    auto const runs = store::read_table(file, "runs");
    for (char const* column : {"gross_j", "idle_w", "net_j", "net_uncertainty_j", "coverage", "joules_per_sample", "train_s", "test_loss"})
        EXPECT_EQ(cell(runs, 0, column), "nan") << column;
    EXPECT_EQ(cell(runs, 0, "quality"), "unmetered");
    // What the plan knows of the network is told although the child did not live to.
    EXPECT_EQ(cell(runs, 0, "parameters"), "488");
}

TEST_F(Publishing, AReasonThatIsNotUtf8IsMended)
{
    auto report = test::sample_run(0);
    report.reason = "bad \xFF\xC0\xAF end \xC3\xA9";
    store::publish(file, test::sample_contents(1), [&](auto const& take) { take(report); });
    EXPECT_EQ(cell(store::read_table(file, "runs"), 0, "reason"), "bad \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD end \xC3\xA9");
}

TEST_F(Publishing, APublishedFileReplacesTheOldOneAndLeavesNothingBeside)
{
    publish(1);
    publish(2);
    EXPECT_EQ(store::read_table(file, "runs").rows.size(), 2U);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator{}), 1);
}

TEST_F(Publishing, AnErrorInTheStreamLeavesTheOldFile)
{
    publish(1);
    EXPECT_THROW(store::publish(file, test::sample_contents(2),
                                [](auto const& take)
                                {
                                    take(test::sample_run(0));
                                    throw Error("ledger torn");
                                }),
                 Error);
    EXPECT_EQ(store::read_table(file, "runs").rows.size(), 1U);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator{}), 1);
}

TEST_F(Publishing, SomebodyElsesFileIsNotReplaced)
{
    std::ofstream(file) << "my thesis\n";
    EXPECT_THROW(publish(1), Error);
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    EXPECT_EQ(line, "my thesis");
}

TEST_F(Publishing, AFolderThatIsNotThereIsSaid)
{
    try
    {
        store::publish(folder / "no" / "a.h5", {}, [](auto const&) {});
        FAIL();
    }
    catch (Error const& error)
    {
        EXPECT_THAT(error.what(), testing::HasSubstr("No such file or directory"));
    }
}

TEST_F(Publishing, AnUnknownTableIsAUsageError)
{
    publish(1);
    EXPECT_THROW(static_cast<void>(store::read_table(file, "rums")), UsageError);
}
}  // namespace
