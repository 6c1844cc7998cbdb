// One run on this node, measured: lease, quiet window, child, quiet window, samples, account.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "campaign/abort.hpp"
#include "campaign/message.hpp"
#include "campaign/meter_line.hpp"
#include "record/run.hpp"
#include "sys/load.hpp"

namespace ghee::campaign {

/// Where a run takes place.
struct Bench
{
    std::string node;
    std::vector<int> cpus;                             ///< children are pinned to these
    std::vector<std::string> gpus;                     ///< children may be given these, the first ones first; entries of CUDA_VISIBLE_DEVICES
    std::filesystem::path trainer = "/proc/self/exe";  ///< started as `trainer train ...` for what is no workload
    std::function<std::optional<Seconds>()> busy_time = [] { return sys::node_busy_time(); };  ///< of all its processors since any moment
};

/// Told while it goes on; called from the running thread. All may be empty.
struct Watcher
{
    std::function<void(std::string const&)> doing;
    std::function<void(Seconds)> quiet;  ///< a quiet window of this length begins when it returns
    std::function<void(std::vector<Channel> const&)> meters;
};

struct Measured
{
    RunReport report;  ///< without attempt and worker
    bool may_retry = false;
    bool broken_off = false;
};

/// Runs it. Blocks until done or broken off. When the daemon is lost under it the run is measured once more; lost again, or not to be
/// had at all, the run counts as unmetered with the reason. Does not throw for what child and daemon do.
Measured run_measured(Assign const&, Orders const&, Bench const&, MeterLine&, Abort const&, Watcher const&);

}  // namespace ghee::campaign
