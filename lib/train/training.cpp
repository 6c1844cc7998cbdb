// From a configuration to a group that is ready, and through its course.
#include "train/training.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"
#include "data/dataset.hpp"
#include "mlp/backend.hpp"
#include "sys/affinity.hpp"
#include "sys/host.hpp"
#include "train/course.hpp"
#include "train/limits.hpp"
#include "train/one_by_one.hpp"
#include "train/replica_seed.hpp"

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

/// A group whose networks have a thread each asks no trainer for more.
mlp::TrainerSpec spec_of(Configuration const& configuration, Network network, std::uint64_t seed)
{
    bool const shared = configuration.replicas > 1 && configuration.device == Device::cpu;
    mlp::TrainerSpec spec;
    spec.network = std::move(network);
    spec.optimizer = configuration.optimizer;
    spec.precision = configuration.precision;
    spec.initializer = configuration.initializer;
    spec.seed = seed;
    spec.batch = configuration.batch;
    spec.threads = shared ? 1 : std::max(configuration.threads, 1);
    spec.form = configuration.form;
    spec.replicas = configuration.replicas;
    return spec;
}

int cores() { return static_cast<int>(sys::group_by_core(sys::allowed_cpus()).size()); }

/// Of one trainer: what was asked for, always; where nothing was, as many as pay.
int threads_of(Configuration const& configuration, mlp::Backend const& backend, mlp::TrainerSpec const& spec)
{
    if (configuration.threads > 0 || configuration.replicas > 1 || backend.threads_that_pay == nullptr)
        return spec.threads;
    return backend.threads_that_pay(spec, cores());
}

/// That share the networks of a group which have a trainer each. A GPU is fed by one.
int threads_of_group(Configuration const& configuration)
{
    if (configuration.replicas == 1 || configuration.device == Device::gpu)
        return 1;
    return std::min(configuration.threads > 0 ? configuration.threads : cores(), configuration.replicas);
}

struct Ready
{
    std::unique_ptr<mlp::Group> group;
    int threads = 1;
    std::int64_t train_rows = 0, test_rows = 0;
};

double in_gibibytes(std::size_t bytes) { return static_cast<double>(bytes) / (1U << 30); }

/// Refuses a group on the CPU that cannot fit, before anything is taken for it.
void require_memory(Configuration const& configuration, mlp::Backend const& backend, mlp::TrainerSpec const& spec, data::Dataset const& dataset)
{
    auto const there = static_cast<std::size_t>(sys::memory_to_be_had());
    if (configuration.replicas == 1 || configuration.device != Device::cpu || there == 0)
        return;
    std::size_t const network = backend.memory_bytes == nullptr ? 0 : backend.memory_bytes(spec);
    auto const columns = static_cast<std::size_t>(dataset.features + dataset.outputs) + 1;  // and the row's number
    std::size_t const data = static_cast<std::size_t>(dataset.rows) * columns * sizeof(float);
    std::size_t const group = (network + data) * static_cast<std::size_t>(configuration.replicas);
    if (group > there)
        throw Error(fmt::format("{} replicas do not fit into memory", configuration.replicas),
                    fmt::format("each takes {:.2f} MiB for its network and {:.2f} MiB for its data, together {:.1f} GiB of {:.1f}",
                                1024 * in_gibibytes(network), 1024 * in_gibibytes(data), in_gibibytes(group), in_gibibytes(there)),
                    "choose fewer replicas");
}

/// Every replica with its seed and its part of the data: side by side where the backend can, else one by one.
Ready make_ready(Request const& request, mlp::Backend const& backend, mlp::TrainerSpec const& spec, data::Dataset const& dataset,
                 mlp::Lessons const& lessons, Observer const& observer, Clock& clock)
{
    Configuration const& configuration = request.configuration;
    require_memory(configuration, backend, spec, dataset);
    std::vector<mlp::Replica> replicas;
    for (int replica = 0; replica < configuration.replicas; ++replica)
    {
        if (configuration.replicas > 1 && observer.stop_requested && observer.stop_requested())
            throw Error("the training was not finished", "stopped while its replicas were made");
        std::uint64_t const seed = seed_of_replica(request.seed, replica);
        auto rows = data::split_rows(dataset, configuration.test_fraction, configuration.label_noise, seed);
        replicas.push_back({seed, std::move(rows.train), std::move(rows.test), std::move(rows.train_targets)});
    }
    Ready ready{nullptr, spec.threads, static_cast<std::int64_t>(replicas.front().train_rows.size()),
                static_cast<std::int64_t>(replicas.front().test_rows.size())};
    if (backend.make_group != nullptr)
        ready.group = backend.make_group(spec, {dataset.inputs, dataset.targets, dataset.rows, dataset.features, dataset.outputs}, replicas, lessons);
    if (ready.group == nullptr)
    {
        int const threads = threads_of_group(configuration);
        ready.group = make_one_by_one(backend, spec, dataset, replicas, lessons, threads, clock, observer);
        ready.threads = std::max(threads, spec.threads);
    }
    return ready;
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
    // One seed of a network for split, label noise, order and weights: each draws on a stream of its own.
    auto const network = make_network(configuration, dataset.features, dataset.outputs, dataset.output_activation, dataset.loss);
    auto spec = spec_of(configuration, network, request.seed);
    auto const& backend = mlp::choose_backend(configuration.backend, configuration.device, spec);
    spec.threads = threads_of(configuration, backend, spec);
    CourseFacts const facts{!regression};
    auto ready = make_ready(request, backend, spec, dataset, lessons_of(configuration, facts), observer, clock);
    dataset.inputs = {};
    dataset.targets = {};

    mark(observer, phase::warmup, clock);
    ready.group->warm_up(warmup_budget);

    Report report = follow_course(*ready.group, request, facts, observer, clock);
    mark(observer, phase::teardown, clock);
    auto& result = report.result;
    result.backend = backend.name;
    result.form = ready.group->form();
    result.threads = ready.threads;
    result.widths = network.widths;
    result.inputs = network.inputs;
    result.outputs = network.outputs();
    result.parameters = network.parameters();
    result.train_samples = ready.train_rows;
    result.test_samples = ready.test_rows;
    result.loss = name_of(network.loss);
    result.task = std::string(name_of_task(dataset.task)) + (dataset.task_inferred ? ", inferred" : "");
    ready.group.reset();
    return report;
}

}  // namespace ghee::train
