// JSON of what happened: marks, epochs, training, run.
#include "record/json.hpp"
#include "record/json_fields.hpp"

namespace ghee {

GHEE_JSON_FIELDS(Mark, field("mark", value.phase); field("at_ns", value.at);)

GHEE_JSON_FIELDS(EpochRecord, field("epoch", value.epoch); field("train_loss", value.train_loss); field("test_loss", value.test_loss);
                 field("test_accuracy", value.test_accuracy); field("since_start_s", value.since_start);)

namespace {
/// A group has thousands of epochs for each of many replicas: a column of numbers per figure takes a third of what an object per epoch does.
struct Columns
{
    std::vector<std::int64_t> epoch;
    std::vector<double> train_loss, test_loss, test_accuracy;
    std::vector<Seconds> since_start;
};

Columns columns_of(std::vector<EpochRecord> const& history)
{
    Columns columns;
    for (EpochRecord const& record : history)
    {
        columns.epoch.push_back(record.epoch);
        columns.train_loss.push_back(record.train_loss);
        columns.test_loss.push_back(record.test_loss);
        columns.test_accuracy.push_back(record.test_accuracy);
        columns.since_start.push_back(record.since_start);
    }
    return columns;
}

std::vector<EpochRecord> rows_of(Columns const& columns)
{
    std::vector<EpochRecord> history;
    for (std::size_t i = 0; i < columns.epoch.size(); ++i)
        history.push_back(
            {columns.epoch[i], columns.train_loss.at(i), columns.test_loss.at(i), columns.test_accuracy.at(i), columns.since_start.at(i)});
    return history;
}

template<class Value, class Field>
void fields_of_columns(Value& value, Field const& field)
{
    field("epoch", value.epoch);
    field("train_loss", value.train_loss);
    field("test_loss", value.test_loss);
    field("test_accuracy", value.test_accuracy);
    field("since_start_s", value.since_start);
}

template<class Value, class Field>
void fields_beside_history(Value& value, Field const& field)
{
    field("seed", value.seed);
    field("outcome", value.outcome);
    field("reason", value.reason);
    field("stop_reason", value.stop_reason);
    field("epochs", value.epochs);
    field("steps", value.steps);
    field("samples", value.samples);
}
}  // namespace

void to_json(nlohmann::json& j, ReplicaResult const& replica)
{
    j = nlohmann::json::object();
    fields_beside_history(replica, json_fields::Writer{j});
    auto& history = j["history"] = nlohmann::json::object();
    Columns const columns = columns_of(replica.history);
    fields_of_columns(columns, json_fields::Writer{history});
}

void from_json(nlohmann::json const& j, ReplicaResult& replica)
{
    fields_beside_history(replica, json_fields::Reader{j});
    Columns columns;
    if (auto const history = j.find("history"); history != j.end())
        fields_of_columns(columns, json_fields::Reader{*history});
    replica.history = rows_of(columns);
}

GHEE_JSON_FIELDS(TrainingResult, field("backend", value.backend); field("form", value.form); field("threads", value.threads);
                 field("widths", value.widths); field("inputs", value.inputs); field("outputs", value.outputs); field("parameters", value.parameters);
                 field("train_samples", value.train_samples); field("test_samples", value.test_samples); field("epochs", value.epochs);
                 field("steps", value.steps); field("samples", value.samples); field("passes", value.passes); field("seconds", value.seconds);
                 field("train_seconds", value.train_seconds); field("step_us", value.step_us); field("stop_reason", value.stop_reason);
                 field("loss", value.loss); field("task", value.task); field("history", value.history);
                 field.unusual("replicas", value.replicas, std::vector<ReplicaResult>{});)

GHEE_JSON_FIELDS(FailedAttempt, field("attempt", value.attempt); field("node", value.node); field("reason", value.reason);
                 field("seconds", value.seconds);)

GHEE_JSON_FIELDS(RunReport, field("task", value.task); field("outcome", value.outcome); field("reason", value.reason);
                 field("attempt", value.attempt); field("node", value.node); field("worker", value.worker);
                 field("start_unix_ns", value.start_unix_ns); field("start_ns", value.start); field("end_ns", value.end);
                 field("training", value.training); field("metrics", value.metrics); field("marks", value.marks); field("meter", value.meter);
                 field("accounts", value.accounts); field("traces", value.traces); field("cpus", value.cpus); field("gpus", value.gpus);
                 field("device_meter", value.device_meter); field("failed_attempts", value.failed_attempts);)

}  // namespace ghee
