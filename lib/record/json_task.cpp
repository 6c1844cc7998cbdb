// JSON of what is asked: network, optimiser, configuration, task.
#include "record/json.hpp"
#include "record/json_fields.hpp"

namespace ghee {

GHEE_JSON_FIELDS(Network, field("inputs", value.inputs); field("widths", value.widths); field("residual", value.residual);
                 field("activation", value.activation); field("output_activation", value.output_activation); field("loss", value.loss);)

GHEE_JSON_FIELDS(Optimizer, field("kind", value.kind); field("learning_rate", value.learning_rate); field("momentum", value.momentum);
                 field("beta1", value.beta1); field("beta2", value.beta2); field("rho", value.rho); field("epsilon", value.epsilon);
                 field("epsilon_form", value.epsilon_form); field("weight_decay", value.weight_decay); field("l1", value.l1); field("l2", value.l2);)

GHEE_JSON_FIELDS(Stopping, field("target_loss", value.target_loss); field("target_accuracy", value.target_accuracy);
                 field("patience", value.patience);)

GHEE_JSON_FIELDS(Configuration, field("dataset", value.dataset); field("shape", value.shape); field("size", value.size); field("depth", value.depth);
                 field("batch", value.batch); field("optimizer", value.optimizer); field("activation", value.activation);
                 field("label_noise", value.label_noise); field("precision", value.precision); field("backend", value.backend);
                 field("device", value.device); field.unusual("form", value.form, Form::automatic); field("threads", value.threads);
                 field("replicas", value.replicas); field("epochs", value.epochs); field("test_fraction", value.test_fraction);
                 field("evaluate_every", value.evaluate_every); field("stop", value.stop); field("initializer", value.initializer);
                 field("task", value.task); field("workload", value.workload); field("command", value.command);
                 field("parameters", value.parameters);)

GHEE_JSON_FIELDS(Task, field("run_id", value.run_id); field("config_id", value.config_id); field("repeat", value.repeat); field("seed", value.seed);
                 field("configuration", value.configuration);)

}  // namespace ghee
