// Fields of /runs.
#include "store/schema.hpp"

#include <algorithm>
#include <limits>

namespace ghee::store {

namespace {
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

Configuration const& asked(RunRow const& row) { return row.report.task.configuration; }
TrainingResult const& done(RunRow const& row) { return row.report.training; }
/// A child that reported no training left only default figures behind.
bool trained(RunRow const& row) { return !row.report.training.backend.empty(); }
/// A figure of the training itself, or of the plan when the child did not live to tell it.
template<class Number>
Number told(RunRow const& row, Number by_child, Number ConfigurationRow::* planned)
{
    return trained(row) || !row.configuration ? by_child : row.configuration->*planned;
}

using R = RunRow const&;
using C = Cell const&;

Field<RunRow> const fields[] = {
    {"run_id", text_of(16), "", "identity of the run: hash of config_id and repeat", [](C c, R r) { c.put(r.report.task.run_id); }},
    {"config_id", text_of(16), "", "identity of the configuration: row of /configs", [](C c, R r) { c.put(r.report.task.config_id); }},
    {"repeat", integer, "1", "which repeat of the configuration, from 0", [](C c, R r) { c.put(r.report.task.repeat); }},
    {"dataset", text, "", "data set", [](C c, R r) { c.put(asked(r).dataset); }},
    {"shape", text_of(32), "", "how the hidden widths follow from the first", [](C c, R r) { c.put(name_of(asked(r).shape)); }},
    {"size", integer, "1", "parameters asked for", [](C c, R r) { c.put(asked(r).size); }},
    {"depth", integer, "1", "dense layers, the output layer included", [](C c, R r) { c.put(asked(r).depth); }},
    {"widths", text, "", "outputs of each layer, separated by blanks: '11 11 11'",
     [](C c, R r) { c.put(joined(told(r, done(r).widths, &ConfigurationRow::widths))); }},
    {"parameters", integer, "1", "weights and biases of the network; 0: not known",
     [](C c, R r) { c.put(told(r, done(r).parameters, &ConfigurationRow::parameters)); }},
    {"inputs", integer, "1", "features of a sample after encoding; 0: not known",
     [](C c, R r) { c.put(told(r, done(r).inputs, &ConfigurationRow::inputs)); }},
    {"outputs", integer, "1", "outputs of the network; 0: not known", [](C c, R r) { c.put(told(r, done(r).outputs, &ConfigurationRow::outputs)); }},
    {"batch", integer, "1", "samples per step", [](C c, R r) { c.put(asked(r).batch); }},
    {"optimizer", text_of(16), "", "optimiser", [](C c, R r) { c.put(name_of(asked(r).optimizer.kind)); }},
    {"learning_rate", real, "1", "learning rate", [](C c, R r) { c.put(asked(r).optimizer.learning_rate); }},
    {"momentum", real, "1", "momentum of the optimiser of that name", [](C c, R r) { c.put(asked(r).optimizer.momentum); }},
    {"l1", real, "1", "factor of the L1 penalty", [](C c, R r) { c.put(asked(r).optimizer.l1); }},
    {"l2", real, "1", "factor of the L2 penalty", [](C c, R r) { c.put(asked(r).optimizer.l2); }},
    {"activation", text_of(16), "", "activation of every layer but the last", [](C c, R r) { c.put(name_of(asked(r).activation)); }},
    {"label_noise", real, "1", "share of training labels replaced at random, 0 to 1", [](C c, R r) { c.put(asked(r).label_noise); }},
    {"precision", text_of(16), "", "arithmetic asked for", [](C c, R r) { c.put(name_of(asked(r).precision)); }},
    {"backend", text, "", "trainer that really ran; empty: none lived to tell", [](C c, R r) { c.put(done(r).backend); }},
    {"backend_asked", text, "", "trainer asked for", [](C c, R r) { c.put(asked(r).backend); }},
    {"form", text, "", "which of the backend's ways ran", [](C c, R r) { c.put(done(r).form); }},
    {"form_asked", text_of(8), "", "form asked for: auto, layers or solo", [](C c, R r) { c.put(name_of(asked(r).form)); }},
    {"device", text_of(8), "", "'cpu' or 'gpu'", [](C c, R r) { c.put(name_of(asked(r).device)); }},
    {"threads", integer, "1", "threads that trained; of a command, or where none lived to tell: threads asked for",
     [](C c, R r) { c.put(done(r).threads > 0 ? done(r).threads : asked(r).threads); }},
    {"threads_asked", integer, "1", "threads asked for; 0: as many as pay", [](C c, R r) { c.put(asked(r).threads); }},
    {"replicas", integer, "1", "networks trained side by side; more than 1: a group, whose members are rows of /replicas",
     [](C c, R r) { c.put(asked(r).replicas); }},
    {"cpus", text, "", "hardware threads the run was pinned to, separated by blanks", [](C c, R r) { c.put(joined(r.report.cpus)); }},
    {"gpu", text, "", "GPUs the run was given, as its CUDA_VISIBLE_DEVICES named them (UUIDs), separated by blanks; empty: none",
     [](C c, R r) { c.put(words(r.report.gpus)); }},
    {"seed", word, "1", "seed of everything random in the run", [](C c, R r) { c.put(r.report.task.seed); }},
    {"workload", text, "", "name of the command in [workload.NAME]; empty: the built-in trainer", [](C c, R r) { c.put(asked(r).workload); }},
    {"node", text, "", "node it ran on: row of /nodes", [](C c, R r) { c.put(r.report.node); }},
    {"worker", integer, "1", "rank of the worker", [](C c, R r) { c.put(r.report.worker); }},
    {"attempt", integer, "1", "which attempt this row tells of, from 1; the failed ones before it are in /attempts",
     [](C c, R r) { c.put(r.report.attempt); }},
    {"outcome", text_of(16), "", "ok, failed, timeout, diverged or unmetered", [](C c, R r) { c.put(name_of(r.report.outcome)); }},
    {"reason", text, "", "why the outcome is not ok", [](C c, R r) { c.put(r.report.reason); }},
    {"stop_reason", text, "",
     "why the training ended: epochs, target_loss, target_accuracy, patience or diverged; of a group several where its replicas differ",
     [](C c, R r) { c.put(done(r).stop_reason); }},
    {"start_unix_s", real, "seconds since 1970-01-01 00:00:00 UTC", "when the child was started, by the node's wall clock",
     [](C c, R r) { c.put(static_cast<double>(r.report.start_unix_ns) * 1e-9); }},
    {"duration_s", real, "s", "from the child's start to its end, set-up and all passes included",
     [](C c, R r) { c.put(std::chrono::duration_cast<Seconds>(r.report.end - r.report.start)); }},
    {"epochs_asked", integer, "1", "epochs asked for", [](C c, R r) { c.put(asked(r).epochs); }},
    {"epochs", integer, "1", "epochs done, per pass; of a group: the most that a replica did", [](C c, R r) { c.put(done(r).epochs); }},
    {"steps", integer, "1", "steps done, per pass; of a group: by all replicas together", [](C c, R r) { c.put(done(r).steps); }},
    {"samples", integer, "1", "samples trained on, per pass: epochs times train_samples; of a group: by all replicas together",
     [](C c, R r) { c.put(done(r).samples); }},
    {"train_samples", integer, "1", "rows of the training set", [](C c, R r) { c.put(done(r).train_samples); }},
    {"test_samples", integer, "1", "rows of the test set", [](C c, R r) { c.put(done(r).test_samples); }},
    {"passes", integer, "1", "whole trainings inside the measured window", [](C c, R r) { c.put(done(r).passes); }},
    {"train_s", real, "s", "time of one training, evaluation excluded (mean over passes)",
     [](C c, R r) { c.put(trained(r) ? done(r).train_seconds.count() : undefined); }},
    {"seconds", real, "s", "time of one training, evaluation included (mean over passes)",
     [](C c, R r) { c.put(trained(r) ? done(r).seconds.count() : undefined); }},
    {"step_us", real, "us", "time of a step, median over epochs, evaluation excluded; of a group: in which each replica that trains takes one",
     [](C c, R r) { c.put(done(r).step_us); }},
    {"train_loss", real, "1", "mean training loss of the last epoch, as it went; of a group: mean over its replicas' last",
     [](C c, R r) { c.put(r.scores.train_loss); }},
    {"test_loss", real, "1", "test loss after the last epoch; of a group likewise", [](C c, R r) { c.put(r.scores.test_loss); }},
    {"test_accuracy", real, "1", "share of the test set classified right after the last epoch; NaN for regression; of a group likewise",
     [](C c, R r) { c.put(r.scores.test_accuracy); }},
    {"loss", text, "", "name of the loss", [](C c, R r) { c.put(done(r).loss); }},
    {"task", text, "", "regression, binary or classification; with ', inferred' where it was", [](C c, R r) { c.put(done(r).task); }},
    {"metrics", text, "", "JSON object a command reported", [](C c, R r) { c.put(r.report.metrics); }},
    {"meter", text, "", "primary channels, joined by '+'; empty: unmetered", [](C c, R r) { c.put(r.report.meter); }},
    {"estimated", boolean, "1", "true: computed from load, not measured", [](C c, R r) { c.put(r.figures.estimated); }},
    {"phases", text, "", "phases the energy figures of this row are of", [](C c, R r) { c.put(r.figures.phases); }},
    {"window_s", real, "s", "time of those phases, all passes", [](C c, R r) { c.put(r.figures.window); }},
    {"gross_j", real, "J", "energy of one training, or of a group of them, as the meter saw it", [](C c, R r) { c.put(r.figures.gross); }},
    {"idle_w", real, "W", "idle power measured around the run", [](C c, R r) { c.put(r.figures.idle); }},
    {"net_j", real, "J", "gross_j without the idle energy of the same time", [](C c, R r) { c.put(r.figures.net); }},
    {"net_uncertainty_j", real, "J", "one standard deviation of net_j", [](C c, R r) { c.put(r.figures.net_uncertainty); }},
    {"coverage", real, "1", "share of window_s between samples no gap parts, 0 to 1", [](C c, R r) { c.put(r.figures.coverage); }},
    {"meter_samples", integer, "1", "samples of the meter inside window_s", [](C c, R r) { c.put(r.figures.samples); }},
    {"quality", text, "", "'ok', 'unmetered', or the flags of the accounts, separated by blanks", [](C c, R r) { c.put(quality_of(r.figures)); }},
    {"joules_per_sample", real, "J", "net_j / samples", [](C c, R r) { c.put(r.figures.joules_per_sample); }},
    {"replica_net_j", real, "J", "net_j / replicas: what a replica took on average",
     [](C c, R r) { c.put(r.figures.net.value() / std::max(1, asked(r).replicas)); }},
    {"standardised_j", real, "J", "gross_j with the node's idle share replaced by its class's; NaN as long as no class reference is given",
     [](C c, R) { c.put(undefined); }},
    {"device_meter", text, "", "channels of the run's own GPUs, joined by '+'; empty: no GPU, or none with a channel",
     [](C c, R r) { c.put(r.report.device_meter); }},
    {"device_gross_j", real, "J", "energy of one training by those channels alone; beside gross_j, never to be added to it",
     [](C c, R r) { c.put(r.device.gross); }},
    {"device_idle_w", real, "W", "idle power of those GPUs, measured around the run", [](C c, R r) { c.put(r.device.idle); }},
    {"device_net_j", real, "J", "device_gross_j without the idle energy of the same time", [](C c, R r) { c.put(r.device.net); }},
    {"device_net_uncertainty_j", real, "J", "one standard deviation of device_net_j", [](C c, R r) { c.put(r.device.net_uncertainty); }},
    {"device_quality", text, "", "as quality, of the device's figures; empty: the run had no GPU",
     [](C c, R r) { c.put(r.report.gpus.empty() ? std::string() : quality_of(r.device)); }},
};
}  // namespace

TableSchema<RunRow> const& runs_schema()
{
    static TableSchema<RunRow> const table{"runs", "one row per run; energy figures are of one training", 256, fields};
    return table;
}

}  // namespace ghee::store
