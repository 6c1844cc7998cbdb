// JSON of a node.
#include "record/json.hpp"
#include "record/json_fields.hpp"

namespace ghee {

GHEE_JSON_FIELDS(Cache, field("level", value.level); field("bytes", value.bytes); field("count", value.count);)

GHEE_JSON_FIELDS(Gpu, field("index", value.index); field("name", value.name); field("uuid", value.uuid); field("memory_bytes", value.memory_bytes);
                 field("minor", value.minor);)

GHEE_JSON_FIELDS(BackendState, field("name", value.name); field("device", value.device); field("refusal", value.refusal);)

GHEE_JSON_FIELDS(NodeInfo, field("name", value.name); field("hostname", value.hostname); field("cpu", value.cpu); field("sockets", value.sockets);
                 field("cores", value.cores); field("threads", value.threads); field("numa_nodes", value.numa_nodes);
                 field("memory_bytes", value.memory_bytes); field("caches", value.caches); field("gpus", value.gpus);
                 field("visible_gpus", value.visible_gpus); field("kernel", value.kernel); field("os", value.os); field("governor", value.governor);
                 field("turbo", value.turbo); field("hypervisor", value.hypervisor); field("slurm_job", value.slurm_job);
                 field("ghee_version", value.ghee_version); field("backends", value.backends); field("measured_cpus", value.measured_cpus);
                 field("service_cpus", value.service_cpus); field("clock_offset_s", value.clock_offset_s);
                 field("clock_offset_uncertainty_s", value.clock_offset_uncertainty_s); field("clock_offset_end_s", value.clock_offset_end_s);)

}  // namespace ghee
