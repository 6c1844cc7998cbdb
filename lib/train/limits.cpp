// Ranges, key by key.
#include "train/limits.hpp"

#include <cmath>
#include <sstream>

#include "base/error.hpp"

namespace ghee::train {

namespace {
template<class Number>
void require(bool possible, char const* key, Number value, char const* range)
{
    if (possible)
        return;
    std::ostringstream text;
    text << key << " cannot be " << value;
    throw UsageError(text.str(), range);
}

/// At least 0 and a number.
void require_not_negative(char const* key, double value) { require(value >= 0 && std::isfinite(value), key, value, "it is 0 or more"); }

void require_decay(char const* key, double value) { require(value >= 0 && value < 1, key, value, "it lies in [0, 1)"); }

void require_possible(Optimizer const& optimizer)
{
    require(optimizer.learning_rate > 0 && std::isfinite(optimizer.learning_rate), "learning_rate", optimizer.learning_rate, "it is more than 0");
    require_decay("momentum", optimizer.momentum);
    require_decay("beta1", optimizer.beta1);
    require_decay("beta2", optimizer.beta2);
    require_decay("rho", optimizer.rho);
    require(optimizer.epsilon > 0 && std::isfinite(optimizer.epsilon), "adam_epsilon", optimizer.epsilon, "it is more than 0");
    require_not_negative("weight_decay", optimizer.weight_decay);
    require_not_negative("l1", optimizer.l1);
    require_not_negative("l2", optimizer.l2);
}

void require_possible(Stopping const& stop)
{
    if (stop.target_loss)
        require(std::isfinite(*stop.target_loss), "target_loss", *stop.target_loss, "it is a finite number");
    if (stop.target_accuracy)
        require(*stop.target_accuracy > 0 && *stop.target_accuracy <= 1, "target_accuracy", *stop.target_accuracy,
                "it is a share, above 0 and at most 1");
    require(stop.patience >= 0, "patience", stop.patience, "evaluations without a better test loss; 0: never stop for it");
}
}  // namespace

void require_possible(Configuration const& c)
{
    if (!c.workload.empty() || !c.command.empty())
        throw UsageError("the built-in trainer cannot run workload '" + c.workload + "'", "it is a command of its own");
    if (c.dataset.empty())
        throw UsageError("no data set is named", {}, "see 'ghee data list'");
    require(c.size >= 1, "size", c.size, "wanted parameters, 1 or more");
    require(c.depth >= 2 && c.depth <= 1000, "depth", c.depth, "dense layers with the output layer, 2 to 1000");
    require(c.batch >= 1, "batch", c.batch, "1 or more");
    require(c.epochs >= 1, "epochs", c.epochs, "1 or more");
    require(c.threads >= 0, "threads", c.threads, "1 or more, or 0 for as many as pay");
    require(c.replicas >= 1 && c.replicas <= 65536, "replicas", c.replicas, "networks side by side, 1 to 65536");
    require(c.replicas == 1 || c.epochs <= most_epochs_of_a_group / c.replicas, "replicas", c.replicas,
            "replicas times epochs is at most 2^22: each epoch of each is reported");
    require(c.label_noise >= 0 && c.label_noise <= 1, "label_noise", c.label_noise, "it is a share, 0 to 1");
    require(c.test_fraction > 0 && c.test_fraction < 1, "test_fraction", c.test_fraction, "it lies between 0 and 1, both excluded");
    require(c.evaluate_every >= 1, "evaluate_every", c.evaluate_every, "epochs between evaluations, 1 or more");
    if (c.task != "auto" && c.task != "regression" && c.task != "binary" && c.task != "classification")
        throw UsageError("task cannot be '" + c.task + "'", "known: auto, regression, binary, classification");
    require_possible(c.optimizer);
    require_possible(c.stop);
}

}  // namespace ghee::train
