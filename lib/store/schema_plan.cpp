// Fields of what was asked and of what it ran on: /configs, /nodes, /replicas, /epochs, /attempts.
#include "store/schema.hpp"

#include <nlohmann/json.hpp>

#include "record/json.hpp"

namespace ghee::store {

namespace {
using C = Cell const&;

/// What a name may hold is not our choice: bad UTF-8 must not throw.
std::string json_text(nlohmann::json const& json) { return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

using P = ReplicaRow const&;
Field<ReplicaRow> const replica_fields[] = {
    {"run", index_type, "1", "row of /runs, from 0", [](C c, P r) { c.put(r.run); }},
    {"run_id", text_of(16), "", "identity of the run", [](C c, P r) { c.put(r.report.task.run_id); }},
    {"replica", integer, "1", "number in its group, from 0", [](C c, P r) { c.put(r.replica); }},
    {"seed", word, "1", "seed of everything random in this replica; that of replica 0 is the run's", [](C c, P r) { c.put(r.result.seed); }},
    {"outcome", text_of(16), "", "ok, diverged, or failed (stopped from outside)", [](C c, P r) { c.put(name_of(r.result.outcome)); }},
    {"reason", text, "", "why the outcome is not ok", [](C c, P r) { c.put(r.result.reason); }},
    {"stop_reason", text, "", "why its training ended: epochs, target_loss, target_accuracy, patience or diverged",
     [](C c, P r) { c.put(r.result.stop_reason); }},
    {"epochs", integer, "1", "epochs done, per pass", [](C c, P r) { c.put(r.result.epochs); }},
    {"steps", integer, "1", "steps done, per pass", [](C c, P r) { c.put(r.result.steps); }},
    {"samples", integer, "1", "samples trained on, per pass", [](C c, P r) { c.put(r.result.samples); }},
    {"train_loss", real, "1", "mean training loss of its last epoch, as it went", [](C c, P r) { c.put(r.scores.train_loss); }},
    {"test_loss", real, "1", "test loss after its last epoch", [](C c, P r) { c.put(r.scores.test_loss); }},
    {"test_accuracy", real, "1", "share of its test set classified right after its last epoch; NaN for regression",
     [](C c, P r) { c.put(r.scores.test_accuracy); }},
    {"gross_j", real, "J", "its share by samples of the group's gross_j", [](C c, P r) { c.put(r.figures.gross); }},
    {"net_j", real, "J", "its share by samples of the group's net_j", [](C c, P r) { c.put(r.figures.net); }},
    {"net_uncertainty_j", real, "J", "one standard deviation of net_j: the same share of the group's",
     [](C c, P r) { c.put(r.figures.net_uncertainty); }},
    {"joules_per_sample", real, "J", "net_j / samples: the group's", [](C c, P r) { c.put(r.figures.joules_per_sample); }},
    {"device_gross_j", real, "J", "its share by samples of the group's device_gross_j", [](C c, P r) { c.put(r.device.gross); }},
    {"device_net_j", real, "J", "its share by samples of the group's device_net_j", [](C c, P r) { c.put(r.device.net); }},
    {"device_net_uncertainty_j", real, "J", "one standard deviation of device_net_j: the same share of the group's",
     [](C c, P r) { c.put(r.device.net_uncertainty); }},
    {"estimated", boolean, "1", "true: computed from load, not measured", [](C c, P r) { c.put(r.figures.estimated); }},
    {"quality", text, "", "as quality of /runs, and replica_share: the meter saw the group only", [](C c, P r) { c.put(quality_of(r.figures)); }},
};

using E = EpochRow const&;
Field<EpochRow> const epoch_fields[] = {
    {"run", index_type, "1", "row of /runs, from 0", [](C c, E r) { c.put(r.run); }},
    {"run_id", text_of(16), "", "identity of the run", [](C c, E r) { c.put(r.report.task.run_id); }},
    {"replica", integer, "1", "replica of the group, from 0; 0 where one network was trained", [](C c, E r) { c.put(r.replica); }},
    {"epoch", integer, "1", "epoch, the first is 1; of the last pass", [](C c, E r) { c.put(r.epoch.epoch); }},
    {"train_loss", real, "1", "mean over the epoch's samples, as it went", [](C c, E r) { c.put(r.epoch.train_loss); }},
    {"test_loss", real, "1", "test loss after the epoch; NaN: not evaluated", [](C c, E r) { c.put(r.epoch.test_loss); }},
    {"test_accuracy", real, "1", "share of the test set classified right; NaN: not evaluated, or regression",
     [](C c, E r) { c.put(r.epoch.test_accuracy); }},
    {"since_start_s", real, "s", "end of the epoch, its evaluation included, since the start of the training",
     [](C c, E r) { c.put(r.epoch.since_start); }},
    {"gross_j", real, "J", "energy of the epoch by the primary channels; NaN where the meter does not resolve it, and of groups",
     [](C c, E r) { c.put(r.gross); }},
};

using A = AttemptRow const&;
Field<AttemptRow> const attempt_fields[] = {
    {"run", integer, "1", "row of /runs, from 0; -1: the run has no row", [](C c, A r) { c.put(r.run); }},
    {"run_id", text_of(16), "", "identity of the run", [](C c, A r) { c.put(r.run_id); }},
    {"attempt", integer, "1", "which attempt failed, from 1", [](C c, A r) { c.put(r.attempt.attempt); }},
    {"node", text, "", "node it ran on", [](C c, A r) { c.put(r.attempt.node); }},
    {"reason", text, "", "why it does not count", [](C c, A r) { c.put(r.attempt.reason); }},
    {"seconds", real, "s", "how long it lived", [](C c, A r) { c.put(r.attempt.seconds); }},
};

using N = NodeRow const&;
std::string cache_text(N r, int level)
{
    for (Cache const& cache : r.node.caches)
        if (cache.level == level)
            return std::to_string(cache.bytes) + " x " + std::to_string(cache.count);
    return {};
}
Field<NodeRow> const node_fields[] = {
    {"node", text, "", "name: SLURMD_NODENAME where set, else the host name", [](C c, N r) { c.put(r.node.name); }},
    {"hostname", text, "", "host name", [](C c, N r) { c.put(r.node.hostname); }},
    {"worker", integer, "1", "rank of the worker", [](C c, N r) { c.put(r.worker); }},
    {"cpu", text, "", "model of the CPU", [](C c, N r) { c.put(r.node.cpu); }},
    {"sockets", integer, "1", "CPU packages", [](C c, N r) { c.put(r.node.sockets); }},
    {"cores", integer, "1", "cores", [](C c, N r) { c.put(r.node.cores); }},
    {"threads", integer, "1", "hardware threads", [](C c, N r) { c.put(r.node.threads); }},
    {"numa_nodes", integer, "1", "memory domains", [](C c, N r) { c.put(r.node.numa_nodes); }},
    {"memory_bytes", integer, "byte", "main memory", [](C c, N r) { c.put(r.node.memory_bytes); }},
    {"l1", text, "", "first-level data caches: 'BYTES x INSTANCES'", [](C c, N r) { c.put(cache_text(r, 1)); }},
    {"l2", text, "", "second-level caches, likewise", [](C c, N r) { c.put(cache_text(r, 2)); }},
    {"l3", text, "", "third-level caches, likewise", [](C c, N r) { c.put(cache_text(r, 3)); }},
    {"gpu_count", integer, "1", "GPUs", [](C c, N r) { c.put(std::int64_t(r.node.gpus.size())); }},
    {"gpus", text, "", "JSON list of the GPUs: index, name, uuid, memory_bytes, minor (of /dev/nvidiaN)",
     [](C c, N r) { c.put(json_text(r.node.gpus)); }},
    {"visible_gpus", text, "", "GPUs that runs may be given, as CUDA_VISIBLE_DEVICES names them, separated by blanks",
     [](C c, N r) { c.put(words(r.node.visible_gpus)); }},
    {"kernel", text, "", "operating-system kernel", [](C c, N r) { c.put(r.node.kernel); }},
    {"os", text, "", "operating system", [](C c, N r) { c.put(r.node.os); }},
    {"governor", text, "", "frequency governor of CPU 0; 'unknown': none seen", [](C c, N r) { c.put(r.node.governor); }},
    {"turbo", text, "", "on, off or unknown", [](C c, N r) { c.put(r.node.turbo); }},
    {"hypervisor", text, "", "virtual machine monitor; empty: none seen", [](C c, N r) { c.put(r.node.hypervisor); }},
    {"slurm_job", text, "", "Slurm job; empty: outside Slurm", [](C c, N r) { c.put(r.node.slurm_job); }},
    {"ghee_version", text, "", "version of ghee on the node", [](C c, N r) { c.put(r.node.ghee_version); }},
    {"backends", text, "", "JSON list of the trainers: name, device, refusal (empty: it runs here)",
     [](C c, N r) { c.put(json_text(r.node.backends)); }},
    {"measured_cpus", text, "", "hardware threads runs may be pinned to", [](C c, N r) { c.put(joined(r.node.measured_cpus)); }},
    {"service_cpus", text, "", "hardware threads worker and daemon are kept on", [](C c, N r) { c.put(joined(r.node.service_cpus)); }},
    {"clock_offset_s", real, "s", "node's monotonic clock minus rank 0's, at the start", [](C c, N r) { c.put(r.node.clock_offset_s); }},
    {"clock_offset_uncertainty_s", real, "s", "half the best round trip", [](C c, N r) { c.put(r.node.clock_offset_uncertainty_s); }},
    {"clock_offset_end_s", real, "s", "the same offset at the end", [](C c, N r) { c.put(r.node.clock_offset_end_s); }},
};

using G = ConfigurationRow const&;
Field<ConfigurationRow> const config_fields[] = {
    {"config_id", text_of(16), "", "identity of the configuration", [](C c, G r) { c.put(r.config_id); }},
    {"dataset", text, "", "data set", [](C c, G r) { c.put(r.configuration.dataset); }},
    {"shape", text_of(32), "", "how the hidden widths follow from the first", [](C c, G r) { c.put(name_of(r.configuration.shape)); }},
    {"size", integer, "1", "parameters asked for", [](C c, G r) { c.put(r.configuration.size); }},
    {"depth", integer, "1", "dense layers, the output layer included", [](C c, G r) { c.put(r.configuration.depth); }},
    {"inputs", integer, "1", "features of a sample after encoding", [](C c, G r) { c.put(r.inputs); }},
    {"outputs", integer, "1", "outputs of the network", [](C c, G r) { c.put(r.outputs); }},
    {"widths", text, "", "outputs of each layer, separated by blanks", [](C c, G r) { c.put(joined(r.widths)); }},
    {"parameters", integer, "1", "weights and biases", [](C c, G r) { c.put(r.parameters); }},
    {"size_error", real, "1", "relative distance of parameters from size", [](C c, G r) { c.put(r.size_error); }},
    {"batch", integer, "1", "samples per step", [](C c, G r) { c.put(r.configuration.batch); }},
    {"epochs", integer, "1", "epochs asked for", [](C c, G r) { c.put(r.configuration.epochs); }},
    {"precision", text_of(16), "", "arithmetic asked for", [](C c, G r) { c.put(name_of(r.configuration.precision)); }},
    {"backend", text, "", "trainer asked for", [](C c, G r) { c.put(r.configuration.backend); }},
    {"device", text_of(8), "", "'cpu' or 'gpu'", [](C c, G r) { c.put(name_of(r.configuration.device)); }},
    {"form", text_of(8), "", "form asked for: auto, layers or solo", [](C c, G r) { c.put(name_of(r.configuration.form)); }},
    {"threads", integer, "1", "threads asked for; 0: as many as pay", [](C c, G r) { c.put(r.configuration.threads); }},
    {"replicas", integer, "1", "networks side by side asked for", [](C c, G r) { c.put(r.configuration.replicas); }},
    {"workload", text, "", "name of the command in [workload.NAME]; empty: the built-in trainer", [](C c, G r) { c.put(r.configuration.workload); }},
    {"flops_per_step", real, "1", "floating-point operations of one training step", [](C c, G r) { c.put(r.flops_per_step); }},
    {"layer_bytes", real, "byte", "working set of the largest layer", [](C c, G r) { c.put(r.layer_bytes); }},
    {"forward_bytes", real, "byte", "working set of a forward pass", [](C c, G r) { c.put(r.forward_bytes); }},
    {"backward_bytes", real, "byte", "working set of a training step", [](C c, G r) { c.put(r.backward_bytes); }},
    {"epoch_bytes", real, "byte", "working set of an epoch, the training set included", [](C c, G r) { c.put(r.epoch_bytes); }},
    {"configuration", text, "", "JSON object: every key of the configuration", [](C c, G r) { c.put(json_text(r.configuration)); }},
};
}  // namespace

TableSchema<ReplicaRow> const& replicas_schema()
{
    static TableSchema<ReplicaRow> const table{"replicas", "one row per replica of a group; no rows of runs that trained one network", 1024,
                                               replica_fields};
    return table;
}
TableSchema<EpochRow> const& epochs_schema()
{
    static TableSchema<EpochRow> const table{"epochs", "one row per run, replica and epoch", 4096, epoch_fields};
    return table;
}
TableSchema<AttemptRow> const& attempts_schema()
{
    static TableSchema<AttemptRow> const table{"attempts", "one row per attempt that did not count", 256, attempt_fields};
    return table;
}
TableSchema<NodeRow> const& nodes_schema()
{
    static TableSchema<NodeRow> const table{"nodes", "one row per node and worker", 64, node_fields};
    return table;
}
TableSchema<ConfigurationRow> const& configs_schema()
{
    static TableSchema<ConfigurationRow> const table{"configs", "one row per configuration", 256, config_fields};
    return table;
}

}  // namespace ghee::store
