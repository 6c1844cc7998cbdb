// Runs and campaigns for the tests of what is kept: every field set, no two figures alike.
#pragma once

#include <string>

#include "record/run.hpp"
#include "store/result_file.hpp"

namespace ghee::test {

inline Channel sample_channel(std::string const& name, ChannelKind kind)
{
    Channel channel;
    channel.name = name;
    channel.source = "replay";
    channel.detail = "a test";
    channel.kind = kind;
    channel.period = Seconds(0.1);
    channel.resolution = 0.25;
    channel.accuracy = 0.01;
    channel.primary = kind == ChannelKind::gauge;
    if (kind == ChannelKind::counter)
        channel.flags = {"estimate_without_gpu"};
    return channel;
}

inline EnergyAccount sample_account(std::string const& channel, std::string const& phase_name, double scale)
{
    EnergyAccount account;
    account.channel = channel;
    account.phase = phase_name;
    account.duration = Seconds(2 * scale);
    account.gross = Joules(200 * scale);
    account.idle = Watts(40);
    account.idle_sd = Watts(0.5);
    account.net = account.gross - account.idle * account.duration;
    account.net_uncertainty = Joules(1.25 * scale);
    account.coverage = 1;
    account.samples = 20;
    return account;
}

/// Run `number` of a campaign: ten gauge samples and three counter samples, two epochs, two passes.
inline RunReport sample_run(int number)
{
    Configuration configuration;
    configuration.dataset = "nursery";
    configuration.size = 4096;
    configuration.depth = 3;
    configuration.epochs = 2;
    RunReport report;
    report.task = make_task(configuration, number, 42);
    report.outcome = Outcome::ok;
    report.attempt = 2;
    report.node = "n1";
    report.worker = 1;
    report.start_unix_ns = 1'700'000'000'500'000'000 + number * 1'000'000'000LL;
    report.start = from_ns(5'000'000'000);
    report.end = report.start + std::chrono::seconds(9);
    TrainingResult& training = report.training;
    training.backend = "reference";
    training.widths = {11, 11, 4};
    training.inputs = 27;
    training.outputs = 4;
    training.parameters = 488;
    training.train_samples = 100;
    training.test_samples = 25;
    training.epochs = 2;
    training.steps = 8;
    training.samples = 200;
    training.passes = 2;
    training.seconds = Seconds(1.5);
    training.train_seconds = Seconds(1.25);
    training.step_us = 12.5;
    training.stop_reason = "epochs";
    training.loss = "cross_entropy";
    training.task = "classification, inferred";
    training.history = {{1, 0.9, 0.8, 0.5, Seconds(0.75)}, {2, 0.7, 0.6, 0.625, Seconds(1.5)}};
    report.marks = {{phase::setup, report.start}, {phase::train, report.start + std::chrono::seconds(1)}};
    report.meter = "node";
    report.accounts = {sample_account("primary", phase::whole, 3), sample_account("primary", phase::train, 1),
                       sample_account("primary", phase::evaluate, 0.5), sample_account("node", phase::train, 1)};
    GaugeSeries power;
    for (int i = 0; i < 10; ++i)
    {
        power.at.push_back(report.start + std::chrono::milliseconds(100 * i - 200));
        power.power.emplace_back(100 + i + number);
    }
    CounterSeries energy{{from_ns(4'900'000'000), from_ns(5'000'000'000), from_ns(5'100'000'000)}, {Joules(7), Joules(8), Joules(9.5)}};
    report.traces = {{sample_channel("node", ChannelKind::gauge), power, {"gap"}}, {sample_channel("package-0", ChannelKind::counter), energy, {}}};
    report.cpus = {0, 1};
    report.failed_attempts = {{1, "n2", "killed by signal 9", Seconds(0.5)}};
    return report;
}

inline store::NodeRow sample_node()
{
    store::NodeRow row;
    row.node.name = "n1";
    row.node.hostname = "n1.cluster";
    row.node.cpu = "a CPU";
    row.node.cores = 4;
    row.node.caches = {{1, 32768, 4}, {3, 16'777'216, 1}};
    row.node.clock_offset_s = 0.125;
    row.node.clock_offset_uncertainty_s = 0.001;
    row.node.clock_offset_end_s = 0.25;
    row.worker = 1;
    row.channels = {sample_channel("node", ChannelKind::gauge)};
    return row;
}

inline store::Contents sample_contents(int planned)
{
    store::Contents contents;
    contents.provenance = {"a campaign", "[grid]\ndataset = \"nursery\"  # \xC3\xA4\n", "ghee run a.toml", "n0", 1'700'000'000'000'000'000, planned,
                           true};
    store::ConfigurationRow row;
    row.configuration = sample_run(0).task.configuration;
    row.config_id = config_id(row.configuration);
    row.inputs = 27;
    row.outputs = 4;
    row.widths = {11, 11, 4};
    row.parameters = 488;
    row.size_error = 0.125;
    row.flops_per_step = 1e6;
    row.layer_bytes = 1;
    row.forward_bytes = 2;
    row.backward_bytes = 3;
    row.epoch_bytes = 4;
    contents.configurations = {row};
    contents.nodes = {sample_node()};
    return contents;
}

inline store::RunStream sample_stream(int runs)
{
    return [runs](std::function<void(RunReport const&)> const& take)
    {
        for (int i = 0; i < runs; ++i)
            take(sample_run(i));
    };
}

}  // namespace ghee::test
