// JSON of what happened: marks, epochs, training, run.
#include "record/json.hpp"
#include "record/json_fields.hpp"

namespace ghee {

GHEE_JSON_FIELDS(Mark, field("mark", value.phase); field("at_ns", value.at);)

GHEE_JSON_FIELDS(EpochRecord, field("epoch", value.epoch); field("train_loss", value.train_loss); field("test_loss", value.test_loss);
                 field("test_accuracy", value.test_accuracy); field("since_start_s", value.since_start);)

GHEE_JSON_FIELDS(TrainingResult, field("backend", value.backend); field("form", value.form); field("threads", value.threads);
                 field("widths", value.widths); field("inputs", value.inputs); field("outputs", value.outputs); field("parameters", value.parameters);
                 field("train_samples", value.train_samples); field("test_samples", value.test_samples); field("epochs", value.epochs);
                 field("steps", value.steps); field("samples", value.samples); field("passes", value.passes); field("seconds", value.seconds);
                 field("train_seconds", value.train_seconds); field("step_us", value.step_us); field("stop_reason", value.stop_reason);
                 field("loss", value.loss); field("task", value.task); field("history", value.history);)

GHEE_JSON_FIELDS(FailedAttempt, field("attempt", value.attempt); field("node", value.node); field("reason", value.reason);
                 field("seconds", value.seconds);)

GHEE_JSON_FIELDS(RunReport, field("task", value.task); field("outcome", value.outcome); field("reason", value.reason);
                 field("attempt", value.attempt); field("node", value.node); field("worker", value.worker);
                 field("start_unix_ns", value.start_unix_ns); field("start_ns", value.start); field("end_ns", value.end);
                 field("training", value.training); field("metrics", value.metrics); field("marks", value.marks); field("meter", value.meter);
                 field("accounts", value.accounts); field("traces", value.traces); field("cpus", value.cpus); field("gpus", value.gpus);
                 field("device_meter", value.device_meter); field("failed_attempts", value.failed_attempts);)

}  // namespace ghee
