// A campaign from file to file: plan, ledger, coordinator and the worker of this node, result file. What rank 0 does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "campaign/coordinator.hpp"
#include "campaign/plan.hpp"
#include "campaign/transport.hpp"
#include "campaign/worker.hpp"

namespace ghee::campaign {

struct Job
{
    Campaign campaign;
    std::filesystem::path output;  ///< FILE.h5; the ledger is FILE.h5.ledger, logs of failed children are in FILE.h5.logs/
    bool resume = false;
    std::string command_line;
    Seconds publish_every{60};  ///< at least this long between two versions of the result file while runs go on
    CoordinatorSettings coordinator;
    WorkerSettings worker;        ///< of this node's
    Seconds worker_patience{30};  ///< every worker gives up when it hears nothing of the coordinator for this long
};

/// What goes on, for whoever watches.
struct Progress
{
    Standing standing;
    std::int64_t done_before = 0;  ///< rows of earlier sessions, not in `standing`
    Seconds elapsed{};
    Joules net;              ///< of this session's runs, whole children; NaN before the first
    bool estimated = false;  ///< at least one of those figures is
};

/// What a stop signal asks: nothing, to drain (SIGUSR1), to halt (SIGTERM, SIGINT).
enum class StopWish { none, drain, halt };

struct Conducted
{
    Progress progress;
    std::int64_t planned = 0;  ///< runs of the whole campaign
    std::int64_t rows = 0;     ///< runs in the file
    std::int64_t failed = 0;   ///< of those: failed, timeout or unmetered
    std::string stop_reason;   ///< empty: complete
    bool anyone_lost = false;
    ExitCode code = ExitCode::done;
};

struct Spectator
{
    std::function<void(Progress const&)> progress;               ///< at every turn of the loop, some times a second
    std::function<void(bool warning, std::string const&)> note;  ///< a line for people
    std::function<void(Conducted const&)> concluded;             ///< all is published; the other ranks have not been dismissed yet
};

/// Runs it to its end and publishes the result file. `remote`: line to the other ranks, null when alone; every rank of it that is left is
/// dismissed with the exit code, also on an Error. Blocks. `stop` is asked some times a second. Throws UsageError for an output that is
/// there already, Error for what cannot be read or written.
Conducted conduct(Job const&, Transport* remote, std::shared_ptr<Waker> const&, std::function<StopWish()> const& stop, Spectator const&);

/// Dismisses ranks that wait for a coordinator which cannot begin. Null: nobody there.
void send_everybody_home(Transport* remote);

/// Time and energy of one configuration: means over its ok runs, of ONE training, as in the result file's /runs.
struct ConfigurationSummary
{
    Configuration configuration;
    std::int64_t runs = 0;    ///< that went into the means
    std::int64_t others = 0;  ///< failed, timed out, diverged or unmetered
    Seconds seconds{};
    Joules gross;
    Watts idle;
    Joules net;
    Joules net_uncertainty;  ///< of the mean: from the meters, or from the spread of repeats where that is larger
    std::string quality;  ///< flags of those runs, each once, as in /runs; "ok": none; empty: no run
};
/// One per configuration, in the order of the ledger.
std::vector<ConfigurationSummary> summarize(std::filesystem::path const& ledger);

}  // namespace ghee::campaign
