// What this node is: its name, hardware and conditions, as the record keeps them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "record/node.hpp"

namespace ghee::sys {

/// Where the facts are read, so that captured trees can be tested.
struct HostRoots
{
    std::filesystem::path sys = "/sys";
    std::filesystem::path proc = "/proc";
    std::filesystem::path etc = "/etc";
    std::filesystem::path hwloc_xml;  ///< a saved topology; empty: this machine's
};

/// SLURMD_NODENAME where set (several nodes of a test cluster share one host name), else the host name.
std::string node_name();

/// Facts of the whole node, also of CPUs this process may not use; measured and service CPUs from those it may. Not filled: backends
/// and clock offsets. A GPU's memory is 0: the driver tells it only through a library. Throws Error where hwloc fails.
NodeInfo node_facts(HostRoots const& = {});

/// What this process may have at most: the node's memory, or less where a limit on its address space or its data is set. 0: not known.
std::int64_t memory_to_be_had(HostRoots const& = {});

/// Sockets, cores, threads, NUMA nodes, caches of a NodeInfo from hwloc.
void fill_topology(NodeInfo&, std::filesystem::path const& hwloc_xml);

}  // namespace ghee::sys
