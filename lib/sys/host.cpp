// Host facts from /proc, /sys, /etc and the environment.
#include "sys/host.hpp"

#include <sys/resource.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <sstream>

#include "base/version.hpp"
#include "sys/affinity.hpp"
#include "sys/file.hpp"
#include "sys/visible_gpus.hpp"

namespace ghee::sys {

namespace {
namespace fs = std::filesystem;

std::string trimmed(std::string_view text)
{
    auto const begin = text.find_first_not_of(" \t\"");
    auto const end = text.find_last_not_of(" \t\"\r");
    return begin == std::string_view::npos ? std::string() : std::string(text.substr(begin, end - begin + 1));
}

/// The value behind the first line that starts with `key` and `separator` (blanks between them allowed).
std::string value_of(std::string const& text, std::string_view key, char separator)
{
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
    {
        auto const at = line.find(separator);
        if (at != std::string::npos && trimmed(std::string_view(line).substr(0, at)) == key)
            return trimmed(std::string_view(line).substr(at + 1));
    }
    return {};
}

std::string environment(char const* name)
{
    char const* const value = std::getenv(name);
    return value ? value : "";
}

std::int64_t memory_bytes(fs::path const& proc)
{
    std::istringstream value(value_of(find_text(proc / "meminfo").value_or(""), "MemTotal", ':'));
    std::int64_t kibibytes = 0;
    value >> kibibytes;
    return kibibytes * 1024;
}

std::string turbo_state(fs::path const& cpu)
{
    // intel_pstate asks "is it off?", all others "is it on?".
    if (auto const off = find_word(cpu / "intel_pstate/no_turbo"))
        return *off == "1" ? "off" : "on";
    if (auto const on = find_word(cpu / "cpufreq/boost"))
        return *on == "1" ? "on" : "off";
    return "unknown";
}

std::string hypervisor_name(fs::path const& sys, std::string const& cpuinfo)
{
    if (auto const type = find_word(sys / "hypervisor/type"))
        return *type;
    std::istringstream flags(value_of(cpuinfo, "flags", ':'));
    for (std::string flag; flags >> flag;)
        if (flag == "hypervisor")
            return find_word(sys / "class/dmi/id/sys_vendor").value_or("unknown");
    return {};
}

std::string os_name(fs::path const& etc) { return value_of(find_text(etc / "os-release").value_or(""), "PRETTY_NAME", '='); }

/// In the order of PCI addresses, as NVML counts them.
std::vector<Gpu> nvidia_gpus(fs::path const& proc)
{
    std::vector<fs::path> folders;
    std::error_code absent;
    for (auto const& entry : fs::directory_iterator(proc / "driver/nvidia/gpus", absent))
        folders.push_back(entry.path());
    std::sort(folders.begin(), folders.end());
    std::vector<Gpu> gpus;
    for (auto const& folder : folders)
        if (auto const facts = find_text(folder / "information"))
        {
            Gpu gpu{static_cast<int>(gpus.size()), value_of(*facts, "Model", ':'), value_of(*facts, "GPU UUID", ':'), 0};
            std::istringstream(value_of(*facts, "Device Minor", ':')) >> gpu.minor;
            gpus.push_back(std::move(gpu));
        }
    return gpus;
}
}  // namespace

std::string node_name()
{
    auto const slurm = environment("SLURMD_NODENAME");
    if (!slurm.empty())
        return slurm;
    utsname system{};
    ::uname(&system);
    return system.nodename;
}

std::int64_t memory_to_be_had(HostRoots const& roots)
{
    std::int64_t least = memory_bytes(roots.proc);
    for (auto const resource : {RLIMIT_AS, RLIMIT_DATA})
    {
        rlimit limit{};
        if (::getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
            continue;
        auto const allowed = static_cast<std::int64_t>(std::min<rlim_t>(limit.rlim_cur, std::numeric_limits<std::int64_t>::max()));
        least = least == 0 ? allowed : std::min(least, allowed);
    }
    return least;
}

NodeInfo node_facts(HostRoots const& roots)
{
    NodeInfo node;
    utsname system{};
    ::uname(&system);
    node.name = node_name();
    node.hostname = system.nodename;
    node.kernel = std::string(system.sysname) + " " + system.release + " " + system.machine;
    node.os = os_name(roots.etc);
    auto const cpuinfo = find_text(roots.proc / "cpuinfo").value_or("");
    node.cpu = value_of(cpuinfo, "model name", ':');
    if (node.cpu.empty())
        node.cpu = system.machine;
    node.memory_bytes = memory_bytes(roots.proc);
    auto const cpu = roots.sys / "devices/system/cpu";
    node.governor = find_word(cpu / "cpu0/cpufreq/scaling_governor").value_or("unknown");
    node.turbo = turbo_state(cpu);
    node.hypervisor = hypervisor_name(roots.sys, cpuinfo);
    node.slurm_job = environment("SLURM_JOB_ID");
    node.ghee_version = std::string(version()) + " " + commit();
    node.gpus = nvidia_gpus(roots.proc);
    node.visible_gpus = visible_gpus(node.gpus, own_variables());
    fill_topology(node, roots.hwloc_xml);
    auto const split = split_cpus(group_by_core(allowed_cpus(), roots.sys));
    node.measured_cpus = split.measured;
    node.service_cpus = split.service;
    return node;
}

}  // namespace ghee::sys
