// A node: what it is made of and what it can run.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/quantity.hpp"

namespace ghee {

struct Cache
{
    int level = 0;
    std::int64_t bytes = 0;
    int count = 0;  ///< instances on the node
    bool operator==(Cache const&) const = default;
};

struct Gpu
{
    int index = 0;
    std::string name;
    std::string uuid;
    std::int64_t memory_bytes = 0;
    int minor = -1;  ///< of its device file, /dev/nvidiaN; -1: not told
    bool operator==(Gpu const&) const = default;
};

/// A trainer of this node; `refusal` empty: it runs here.
struct BackendState
{
    std::string name;
    std::string device;  ///< "cpu" or "gpu"
    std::string refusal;
    bool operator==(BackendState const&) const = default;
};

struct NodeInfo
{
    std::string name;  ///< SLURMD_NODENAME where set, else the host name
    std::string hostname;
    std::string cpu;
    int sockets = 0;
    int cores = 0;
    int threads = 0;  ///< hardware threads
    int numa_nodes = 0;
    std::int64_t memory_bytes = 0;
    std::vector<Cache> caches;
    std::vector<Gpu> gpus;
    std::vector<std::string> visible_gpus;  ///< what its worker may give to runs: UUIDs, or numbers that cannot be told to be one
    std::string kernel;
    std::string os;
    std::string governor;    ///< of CPU 0; "unknown" where there is none
    std::string turbo;       ///< "on", "off", "unknown"
    std::string hypervisor;  ///< empty: none seen
    std::string slurm_job;   ///< job id, empty outside Slurm
    std::string ghee_version;
    std::vector<BackendState> backends;
    std::vector<int> measured_cpus;                                                ///< children are pinned to these
    std::vector<int> service_cpus;                                                 ///< worker and daemon are kept on these
    double clock_offset_s = std::numeric_limits<double>::quiet_NaN();              ///< this node's monotonic minus rank 0's, at the start
    double clock_offset_uncertainty_s = std::numeric_limits<double>::quiet_NaN();  ///< half the best round trip
    double clock_offset_end_s = std::numeric_limits<double>::quiet_NaN();

    bool operator==(NodeInfo const&) const = default;
};

}  // namespace ghee
