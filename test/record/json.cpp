// What is written is what is read, NaN and infinities included.
#include "record/json.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {
using namespace ghee;

RunReport full_report()
{
    RunReport report;
    Configuration configuration;
    configuration.dataset = "nursery";
    configuration.shape = Shape::wide_first_8x;
    configuration.size = 4096;
    configuration.stop.target_loss = 0.25;
    configuration.form = Form::solo;
    configuration.parameters = {{"layers", "3"}};
    report.task = make_task(configuration, 2, 42);
    report.outcome = Outcome::ok;
    report.start = from_ns(123'456'789'012'345);
    report.training.widths = {3, 4};
    report.training.step_us = 2.5;
    report.training.history = {{1, 0.5, 0.4, 0.9, Seconds(0.1)}};
    report.training.replicas = {{7, Outcome::ok, "", "epochs", 2, 6, 20, {{1, 0.5, 0.4, 0.9, Seconds(0.1)}, {2, 0.25, 0.5, 0.8, Seconds(0.2)}}},
                                {18446744073709551615u, Outcome::diverged, "training loss is not finite", "diverged", 0, 0, 0, {}}};
    report.marks = {{"train", from_ns(5)}};
    EnergyAccount account;
    account.channel = "node";
    account.gross = Joules(10.5);
    account.net = Joules(4.5);
    account.idle = Watts(2);
    account.idle_sd = Watts(0.1);
    account.net_uncertainty = Joules(0.5);
    account.coverage = 1;
    account.flags = {"partial"};
    report.accounts = {account};
    Trace trace;
    trace.channel.name = "node";
    trace.channel.flags = {"estimate_without_gpu"};
    trace.channel.devices = {"GPU-1", "MIG-2"};
    trace.channel.refresh = Seconds(0.05);
    trace.channel.refresh_measured = true;
    trace.series = GaugeSeries{{from_ns(1), from_ns(2)}, {Watts(1), Watts(2)}};
    report.traces = {trace};
    trace.series = CounterSeries{{from_ns(1), from_ns(2)}, {Joules(1), Joules(2)}};
    report.traces.push_back(trace);
    report.gpus = {"MIG-2"};
    report.device_meter = "gpu-0";
    report.failed_attempts = {{1, "n1", "killed by signal 9", Seconds(1)}};
    return report;
}

TEST(Json, ARunSurvivesTextAndCbor)
{
    RunReport const report = full_report();
    nlohmann::json const json = report;
    EXPECT_EQ(nlohmann::json::parse(json.dump()).get<RunReport>(), report);
    EXPECT_EQ(nlohmann::json::from_cbor(nlohmann::json::to_cbor(json)).get<RunReport>(), report);
}

TEST(Json, UndefinedTravelsAsNull)
{
    EnergyAccount account;
    nlohmann::json const json = account;
    EXPECT_TRUE(json.at("net_j").is_null());
    EXPECT_FALSE(json.get<EnergyAccount>().net.defined());
}

TEST(Json, InfinityIsNotTurnedIntoSomethingElse)
{
    EpochRecord epoch;
    epoch.train_loss = HUGE_VAL;
    EXPECT_EQ(nlohmann::json(epoch).get<EpochRecord>().train_loss, HUGE_VAL);
}

TEST(Json, ReplicasAreWrittenInColumnsWithTheirUndefinedValues)
{
    EpochRecord epoch;
    epoch.epoch = 3;
    epoch.train_loss = HUGE_VAL;
    ReplicaResult replica;
    replica.history = {epoch};
    nlohmann::json const json = replica;
    EXPECT_EQ(json.at("history").dump(), R"({"epoch":[3],"since_start_s":[0.0],"test_accuracy":[null],"test_loss":[null],"train_loss":["inf"]})");
    auto const read = json.get<ReplicaResult>();
    ASSERT_EQ(read.history.size(), 1u);
    EXPECT_EQ(read.history[0].train_loss, HUGE_VAL);
    EXPECT_TRUE(std::isnan(read.history[0].test_loss));
    EXPECT_FALSE(nlohmann::json(TrainingResult{}).contains("replicas")) << "where one network was trained there are none";
}

TEST(Json, MissingKeysKeepTheirDefault)
{
    auto const node = nlohmann::json::parse(R"({"name":"n7","unknown":1})").get<NodeInfo>();
    EXPECT_EQ(node.name, "n7");
    EXPECT_EQ(node.cores, 0);
}
}  // namespace
