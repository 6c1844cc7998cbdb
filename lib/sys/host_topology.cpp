// Cores and caches by hwloc.
#include <hwloc.h>

#include <cerrno>
#include <map>
#include <memory>

#include "base/error.hpp"
#include "sys/host.hpp"

namespace ghee::sys {

namespace {
using Topology = std::unique_ptr<hwloc_topology, decltype(&hwloc_topology_destroy)>;

Topology load(std::filesystem::path const& xml)
{
    hwloc_topology_t raw = nullptr;
    if (hwloc_topology_init(&raw) != 0)
        throw Error("cannot read this node's topology", "hwloc: " + errno_text(errno));
    Topology topology(raw, &hwloc_topology_destroy);
    if (!xml.empty() && hwloc_topology_set_xml(raw, xml.c_str()) != 0)
        throw Error("cannot read topology '" + xml.string() + "'", "hwloc: " + errno_text(errno));
    // The node as it is built, not only what this job may use.
    hwloc_topology_set_flags(raw, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
    hwloc_topology_set_icache_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_NONE);
    if (hwloc_topology_load(raw) != 0)
        throw Error("cannot read this node's topology", "hwloc: " + errno_text(errno));
    return topology;
}

int count_of(hwloc_topology_t topology, hwloc_obj_type_t type)
{
    int const count = hwloc_get_nbobjs_by_type(topology, type);
    return count > 0 ? count : 0;
}
}  // namespace

void fill_topology(NodeInfo& node, std::filesystem::path const& hwloc_xml)
{
    auto const topology = load(hwloc_xml);
    node.sockets = count_of(topology.get(), HWLOC_OBJ_PACKAGE);
    node.cores = count_of(topology.get(), HWLOC_OBJ_CORE);
    node.threads = count_of(topology.get(), HWLOC_OBJ_PU);
    node.numa_nodes = count_of(topology.get(), HWLOC_OBJ_NUMANODE);
    std::map<std::pair<int, std::int64_t>, int> caches;
    for (auto const type : {HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L4CACHE})
        for (hwloc_obj_t cache = nullptr; (cache = hwloc_get_next_obj_by_type(topology.get(), type, cache));)
            if (cache->attr->cache.size > 0)
                ++caches[{static_cast<int>(cache->attr->cache.depth), static_cast<std::int64_t>(cache->attr->cache.size)}];
    node.caches.clear();
    for (auto const& [key, count] : caches)
        node.caches.push_back({key.first, key.second, count});
}

}  // namespace ghee::sys
