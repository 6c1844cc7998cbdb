// CPU masks, pinning, and the split into measured and service CPUs.
#include "sys/affinity.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>
#include <new>

#include "base/contract.hpp"
#include "base/error.hpp"
#include "sys/file.hpp"

namespace ghee::sys {

CpuMask::CpuMask(std::span<int const> cpus)
{
    GHEE_EXPECT(!cpus.empty() && *std::min_element(cpus.begin(), cpus.end()) >= 0);
    int const count = *std::max_element(cpus.begin(), cpus.end()) + 1;
    bytes_ = CPU_ALLOC_SIZE(count);
    set_ = CPU_ALLOC(count);
    if (!set_)
        throw std::bad_alloc();
    CPU_ZERO_S(bytes_, set_);
    for (int const cpu : cpus)
        CPU_SET_S(static_cast<std::size_t>(cpu), bytes_, set_);
}

CpuMask::~CpuMask() { CPU_FREE(set_); }

bool CpuMask::apply_to_thread(pid_t thread) const { return ::sched_setaffinity(thread, bytes_, set_) == 0; }

std::vector<int> allowed_cpus()
{
    // The kernel refuses a mask smaller than its own, whose size it does not tell.
    for (int count = 1024; count <= (1 << 20); count *= 2)
    {
        std::size_t const bytes = CPU_ALLOC_SIZE(count);
        cpu_set_t* const set = CPU_ALLOC(count);
        if (!set)
            throw std::bad_alloc();
        CPU_ZERO_S(bytes, set);
        int const result = ::sched_getaffinity(0, bytes, set);
        int const fault = errno;
        std::vector<int> cpus;
        for (int cpu = 0; result == 0 && cpu < count; ++cpu)
            if (CPU_ISSET_S(static_cast<std::size_t>(cpu), bytes, set))
                cpus.push_back(cpu);
        CPU_FREE(set);
        if (result == 0)
            return cpus;
        if (fault != EINVAL)
            throw Error("cannot tell which CPUs may be used", errno_text(fault));
    }
    throw Error("cannot tell which CPUs may be used", "more than 2^20 of them?");
}

void pin_thread(std::span<int const> cpus)
{
    if (!CpuMask(cpus).apply_to_thread(0))
        throw Error("cannot pin to CPUs " + cpu_list_text(cpus), errno_text(errno), "allowed here: " + cpu_list_text(allowed_cpus()));
}

void pin_process(std::span<int const> cpus)
{
    CpuMask const mask(cpus);
    for (auto const& entry : std::filesystem::directory_iterator("/proc/self/task"))
    {
        auto const thread = static_cast<pid_t>(std::stol(entry.path().filename().string()));
        if (!mask.apply_to_thread(thread) && errno != ESRCH)
            throw Error("cannot pin to CPUs " + cpu_list_text(cpus), errno_text(errno), "allowed here: " + cpu_list_text(allowed_cpus()));
    }
}

std::string cpu_list_text(std::span<int const> cpus)
{
    std::vector<int> sorted(cpus.begin(), cpus.end());
    std::sort(sorted.begin(), sorted.end());
    std::string text;
    for (std::size_t i = 0; i < sorted.size();)
    {
        std::size_t j = i;
        while (j + 1 < sorted.size() && sorted[j + 1] == sorted[j] + 1)
            ++j;
        text += (text.empty() ? "" : ",") + std::to_string(sorted[i]);
        if (j > i)
            text += "-" + std::to_string(sorted[j]);
        i = j + 1;
    }
    return text;
}

std::vector<int> parse_cpu_list(std::string_view text)
{
    std::vector<int> cpus;
    char const* at = text.data();
    char const* const end = at + text.size();
    auto const refuse = [&] { throw Error("'" + std::string(text) + "' is not a list of CPUs", "expected like 0-3,8"); };
    while (at != end)
    {
        int first = 0;
        auto parsed = std::from_chars(at, end, first);
        int last = first;
        if (parsed.ec == std::errc() && parsed.ptr != end && *parsed.ptr == '-')
            parsed = std::from_chars(parsed.ptr + 1, end, last);
        if (parsed.ec != std::errc() || first < 0 || last < first || last >= (1 << 20))
            refuse();
        for (int cpu = first; cpu <= last; ++cpu)
            cpus.push_back(cpu);
        at = parsed.ptr;
        if (at != end && (*at != ',' || ++at == end))
            refuse();
    }
    return cpus;
}

std::vector<std::vector<int>> group_by_core(std::span<int const> cpus, std::filesystem::path const& sys)
{
    std::vector<std::vector<int>> cores;
    std::map<std::string, std::size_t> seen;
    for (int const cpu : cpus)
    {
        auto const topology = sys / "devices/system/cpu" / ("cpu" + std::to_string(cpu)) / "topology";
        auto const package = find_word(topology / "physical_package_id");
        auto const core = find_word(topology / "core_id");
        auto const key = package && core ? *package + "/" + *core : "cpu " + std::to_string(cpu);
        auto const [found, fresh] = seen.emplace(key, cores.size());
        if (fresh)
            cores.emplace_back();
        cores[found->second].push_back(cpu);
    }
    return cores;
}

CpuSplit split_cpus(std::vector<std::vector<int>> const& cores)
{
    std::vector<int> all;
    for (auto const& core : cores)
        all.insert(all.end(), core.begin(), core.end());
    std::sort(all.begin(), all.end());
    if (all.size() < 3)
        return {all, all, false,
                "only " + std::to_string(all.size()) + " CPU" + (all.size() == 1 ? "" : "s") + ": worker and meter share them with what is measured"};
    if (cores.size() < 2)
        return {all, all, false, "all CPUs are of one core: worker and meter share it with what is measured"};
    CpuSplit split{{}, cores.front(), true, {}};
    for (auto core = cores.begin() + 1; core != cores.end(); ++core)
        split.measured.insert(split.measured.end(), core->begin(), core->end());
    std::sort(split.measured.begin(), split.measured.end());
    std::sort(split.service.begin(), split.service.end());
    return split;
}

}  // namespace ghee::sys
