// From a configuration to a trainer that is ready, and through its course.
#include "train/training.hpp"

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "data/dataset.hpp"
#include "mlp/backend.hpp"
#include "sys/affinity.hpp"
#include "train/course.hpp"
#include "train/limits.hpp"
#include "train/warmup.hpp"

namespace ghee::train {

namespace {
constexpr Seconds warmup_budget{0.2};

char const* name_of_task(data::TaskKind task)
{
    switch (task)
    {
        case data::TaskKind::regression: return "regression";
        case data::TaskKind::binary: return "binary";
        case data::TaskKind::classification: break;
    }
    return "classification";
}

mlp::TrainerSpec spec_of(Configuration const& configuration, Network network, std::uint64_t seed)
{
    mlp::TrainerSpec spec;
    spec.network = std::move(network);
    spec.optimizer = configuration.optimizer;
    spec.precision = configuration.precision;
    spec.initializer = configuration.initializer;
    spec.seed = seed;
    spec.batch = configuration.batch;
    spec.threads = std::max(configuration.threads, 1);
    return spec;
}

/// What was asked for, always; where nothing was, as many as pay.
int threads_of(Configuration const& configuration, mlp::Backend const& backend, mlp::TrainerSpec const& spec)
{
    if (configuration.threads > 0 || backend.threads_that_pay == nullptr)
        return spec.threads;
    return backend.threads_that_pay(spec, static_cast<int>(sys::group_by_core(sys::allowed_cpus()).size()));
}

void mark(Observer const& observer, char const* phase, Clock const& clock)
{
    if (observer.mark)
        observer.mark({phase, clock.now()});
}
}  // namespace

Report run_training(Request const& request, Observer const& observer, Clock& clock)
{
    Configuration const& configuration = request.configuration;
    require_possible(configuration);
    mark(observer, phase::setup, clock);

    auto dataset = data::load_dataset(configuration.dataset, configuration.task);
    bool const regression = dataset.task == data::TaskKind::regression;
    if (regression && configuration.stop.target_accuracy)
        throw UsageError("a target accuracy has no meaning for '" + configuration.dataset + "'", "its task is regression", "give a target loss");
    // One seed for split, label noise, order and weights: each draws on a stream of its own.
    auto const network = make_network(configuration, dataset.features, dataset.outputs, dataset.output_activation, dataset.loss);
    auto spec = spec_of(configuration, network, request.seed);
    auto const& backend = mlp::choose_backend(configuration.backend, configuration.device, spec);
    spec.threads = threads_of(configuration, backend, spec);
    auto const split = data::split_dataset(dataset, configuration.test_fraction, configuration.label_noise, request.seed);
    dataset.inputs = {};
    dataset.targets = {};
    auto trainer = backend.make(spec);
    trainer->load({split.train_inputs, split.train_targets, split.train_rows, dataset.features, dataset.outputs},
                  {split.test_inputs, split.test_targets, split.test_rows, dataset.features, dataset.outputs});

    mark(observer, phase::warmup, clock);
    warm_up(*trainer, data::epoch_order(split.train_rows, request.seed, 1), configuration.batch, split.test_rows, warmup_budget, clock);

    Report report = follow_course(*trainer, request, {split.train_rows, !regression}, observer, clock);
    mark(observer, phase::teardown, clock);
    auto& result = report.result;
    result.backend = backend.name;
    result.form = trainer->form();
    result.threads = spec.threads;
    result.widths = network.widths;
    result.inputs = network.inputs;
    result.outputs = network.outputs();
    result.parameters = network.parameters();
    result.train_samples = split.train_rows;
    result.test_samples = split.test_rows;
    result.loss = name_of(network.loss);
    result.task = std::string(name_of_task(dataset.task)) + (dataset.task_inferred ? ", inferred" : "");
    trainer.reset();
    return report;
}

}  // namespace ghee::train
