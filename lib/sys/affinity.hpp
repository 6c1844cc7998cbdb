// Which CPUs this process may use, who is pinned where, and which CPUs are kept out of the measurement.
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace ghee::sys {

/// A kernel CPU mask of any size.
class CpuMask
{
  public:
    explicit CpuMask(std::span<int const> cpus);
    ~CpuMask();
    CpuMask(CpuMask const&) = delete;
    CpuMask& operator=(CpuMask const&) = delete;
    /// sched_setaffinity; false and errno. 0: the calling thread. Async-signal-safe.
    [[nodiscard]] bool apply_to_thread(pid_t thread) const;

  private:
    std::size_t bytes_;
    cpu_set_t* set_;
};

/// CPUs the calling thread may use, ascending; what a job got from Slurm or taskset. Throws Error.
std::vector<int> allowed_cpus();

/// Throws Error naming the CPUs when the kernel refuses (outside the job's set).
void pin_thread(std::span<int const> cpus);
/// All threads of this process; those it starts later inherit it from their parent. Throws Error.
void pin_process(std::span<int const> cpus);

/// "0-3,8": a kernel CPU list, and its reading. Throws Error for other text.
std::string cpu_list_text(std::span<int const> cpus);
std::vector<int> parse_cpu_list(std::string_view text);

/// Hardware threads of the same core stand together: `cpus` grouped by core, in order. `sys`: root of sysfs; where it says nothing
/// of a CPU, that CPU is a core of its own.
std::vector<std::vector<int>> group_by_core(std::span<int const> cpus, std::filesystem::path const& sys = "/sys");

/// What is measured and what serves the measurement (worker, daemon) on one node.
struct CpuSplit
{
    std::vector<int> measured;
    std::vector<int> service;
    bool separated = false;
    std::string reason;  ///< why not separated; empty when it is
};
/// From 3 CPUs on two or more cores: the first core serves, the others are measured. Else both have all, and say why.
CpuSplit split_cpus(std::vector<std::vector<int>> const& cores);

}  // namespace ghee::sys
