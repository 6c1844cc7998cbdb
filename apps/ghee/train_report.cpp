// The result of one training as JSON and as a table.
#include "train_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "record/json.hpp"

namespace ghee::app {

namespace {
/// Null where it is not a number.
nlohmann::json number(double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr); }

/// One figure of every epoch.
nlohmann::json column(std::vector<EpochRecord> const& history, double EpochRecord::* member)
{
    auto values = nlohmann::json::array();
    for (EpochRecord const& record : history)
        values.push_back(number(record.*member));
    return values;
}

nlohmann::json seconds_column(std::vector<EpochRecord> const& history)
{
    auto values = nlohmann::json::array();
    for (EpochRecord const& record : history)
        values.push_back(record.since_start.count());
    return values;
}

template<class... Values>
void row(std::string& table, char const* name, char const* format, Values... values)
{
    std::string text(static_cast<std::size_t>(std::snprintf(nullptr, 0, format, values...)) + 1, '\0');
    std::snprintf(text.data(), text.size(), format, values...);
    text.back() = '\n';
    std::string title(name);
    title.resize(12, ' ');
    table += title + text;
}

char const* plural(int count) { return count == 1 ? "" : "s"; }

long long whole(std::int64_t value) { return value; }

nlohmann::ordered_json replica_json(ReplicaResult const& replica)
{
    nlohmann::ordered_json json;
    json["seed"] = replica.seed;
    json["outcome"] = name_of(replica.outcome);
    json["reason"] = replica.reason;
    json["stop_reason"] = replica.stop_reason;
    json["epochs"] = replica.epochs;
    json["steps"] = replica.steps;
    json["samples"] = replica.samples;
    json["train_loss"] = column(replica.history, &EpochRecord::train_loss);
    json["test_loss"] = column(replica.history, &EpochRecord::test_loss);
    json["test_accuracy"] = column(replica.history, &EpochRecord::test_accuracy);
    return json;
}

/// The last of one figure of every replica: least, mean, most.
std::string spread(std::vector<ReplicaResult> const& replicas, double EpochRecord::* member, char const* format, double unit = 1)
{
    double least = HUGE_VAL, most = -HUGE_VAL, sum = 0;
    for (ReplicaResult const& replica : replicas)
    {
        double const value = replica.history.empty() ? std::nan("") : replica.history.back().*member / unit;
        least = std::fmin(least, value);
        most = std::fmax(most, value);
        sum += value;
    }
    char text[160];
    std::snprintf(text, sizeof text, format, least, sum / static_cast<double>(replicas.size()), most);
    return text;
}

std::string joined(std::vector<int> const& widths)
{
    std::string text;
    for (int const width : widths)
        text += (text.empty() ? "" : " ") + std::to_string(width);
    return text;
}

void add_scores(std::string& table, TrainingResult const& r)
{
    EpochRecord const& last = r.history.back();
    row(table, "loss", "%s: training %.6g, test %.6g", r.loss.c_str(), last.train_loss, last.test_loss);
    if (!std::isnan(last.test_accuracy))
        row(table, "accuracy", "%.2f %% of the test rows", 100 * last.test_accuracy);
}

void add_replicas(std::string& table, TrainingResult const& r)
{
    row(table, "replicas", "%zu side by side, %.4g steps/s together", r.replicas.size(), static_cast<double>(r.replicas.size()) * 1e6 / r.step_us);
    row(table, "loss", "%s, least / mean / most at each one's end: training %s, test %s", r.loss.c_str(),
        spread(r.replicas, &EpochRecord::train_loss, "%.6g / %.6g / %.6g").c_str(),
        spread(r.replicas, &EpochRecord::test_loss, "%.6g / %.6g / %.6g").c_str());
    if (std::any_of(r.replicas.begin(), r.replicas.end(),
                    [](ReplicaResult const& one) { return !one.history.empty() && !std::isnan(one.history.back().test_accuracy); }))
        row(table, "accuracy", "%s %% of the test rows", spread(r.replicas, &EpochRecord::test_accuracy, "%.2f / %.2f / %.2f", 0.01).c_str());
}
}  // namespace

std::string train_json(train::Request const& request, train::Report const& report)
{
    Configuration const& c = request.configuration;
    TrainingResult const& r = report.result;
    nlohmann::ordered_json json;
    json["dataset"] = c.dataset;
    json["shape"] = name_of(c.shape);
    json["size"] = c.size;
    json["depth"] = c.depth;
    json["batch"] = c.batch;
    json["optimizer"] = name_of(c.optimizer.kind);
    json["learning_rate"] = c.optimizer.learning_rate;
    json["activation"] = name_of(c.activation);
    json["precision"] = name_of(c.precision);
    json["device"] = name_of(c.device);
    json["threads"] = r.threads;
    json["seed"] = request.seed;
    json["config_id"] = config_id(c);
    json["backend"] = r.backend;
    json["form"] = r.form;
    json["form_asked"] = name_of(c.form);
    json["inputs"] = r.inputs;
    json["outputs"] = r.outputs;
    json["widths"] = r.widths;
    json["parameters"] = r.parameters;
    json["task"] = r.task;
    json["loss"] = r.loss;
    json["train_samples"] = r.train_samples;
    json["test_samples"] = r.test_samples;
    json["outcome"] = name_of(report.outcome);
    json["reason"] = report.reason;
    json["stop_reason"] = r.stop_reason;
    json["epochs"] = r.epochs;
    json["steps"] = r.steps;
    json["samples"] = r.samples;
    json["passes"] = r.passes;
    json["seconds"] = r.seconds.count();
    json["train_seconds"] = r.train_seconds.count();
    json["evaluate_seconds"] = (r.seconds - r.train_seconds).count();
    json["step_us"] = number(r.step_us);
    json["train_loss"] = column(r.history, &EpochRecord::train_loss);
    json["test_loss"] = column(r.history, &EpochRecord::test_loss);
    json["test_accuracy"] = column(r.history, &EpochRecord::test_accuracy);
    json["epoch_end_s"] = seconds_column(r.history);
    if (!r.replicas.empty())
    {
        auto& replicas = json["replicas"] = nlohmann::ordered_json::array();
        for (ReplicaResult const& replica : r.replicas)
            replicas.push_back(replica_json(replica));
    }
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string train_table(train::Request const& request, train::Report const& report)
{
    Configuration const& c = request.configuration;
    TrainingResult const& r = report.result;
    std::string table;
    row(table, "data set", "%s: %lld training and %lld test rows, %d input%s, %d output%s, %s", c.dataset.c_str(), whole(r.train_samples),
        whole(r.test_samples), r.inputs, plural(r.inputs), r.outputs, plural(r.outputs), r.task.c_str());
    std::string const widths = joined(r.widths);
    row(table, "network", "%s, widths %s, %lld parameters", std::string(name_of(c.shape)).c_str(), widths.c_str(), whole(r.parameters));
    std::string const threads = c.threads == 0 ? "as many threads as pay" : std::to_string(c.threads) + " thread" + plural(c.threads);
    row(table, "backend", "%s%s%s%s, asked for %s and %s", r.backend.c_str(), r.form.empty() ? "" : " (", r.form.c_str(), r.form.empty() ? "" : ")",
        std::string(name_of(c.precision)).c_str(), threads.c_str());
    row(table, "outcome", "%s%s%s%s%s", std::string(name_of(report.outcome)).c_str(), report.reason.empty() ? "" : ": ", report.reason.c_str(),
        report.reason.empty() ? ", ended by " : "", report.reason.empty() ? r.stop_reason.c_str() : "");
    row(table, "epochs", "%lld in %.4g s (%.4g s training), %lld steps of %.4g us%s", whole(r.epochs), r.seconds.count(), r.train_seconds.count(),
        whole(r.steps), r.step_us, r.replicas.empty() ? "" : " for every replica to take one");
    if (r.passes > 1)
        row(table, "passes", "%lld, figures are of one", whole(r.passes));
    if (!r.replicas.empty())
        add_replicas(table, r);
    else if (!r.history.empty())
        add_scores(table, r);
    return table;
}

}  // namespace ghee::app
