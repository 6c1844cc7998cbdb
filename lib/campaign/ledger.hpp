// The ledger: an append-only file of checksummed frames beside the result file; what it holds, happened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "record/configuration.hpp"
#include "record/run.hpp"
#include "store/result_file.hpp"

namespace ghee::campaign {

/// FILE.h5 -> FILE.h5.ledger
std::filesystem::path ledger_path(std::filesystem::path const& result_file);

/// What a ledger belongs to: what the coordinator knows of the campaign before the first run.
struct LedgerPlan
{
    store::Provenance provenance;  ///< `complete` is not kept: it follows from the runs; `planned_runs` 0: as many as `tasks`
    std::vector<store::ConfigurationRow> configurations;
    std::vector<std::uint64_t> tasks;  ///< fingerprints, sorted: see fingerprints()
};

/// One number per task (run_id and seed), sorted: two plans are the same when these are.
std::vector<std::uint64_t> fingerprints(std::span<Task const>);
/// 16 hexadecimal digits over the fingerprints.
std::string plan_hash(LedgerPlan const&);

std::int64_t planned_runs(LedgerPlan const&);

/// A failed attempt of a run that will be tried again; becomes part of the run's row when the run ends.
struct AttemptRecord
{
    std::string run_id;
    FailedAttempt attempt;
    bool operator==(AttemptRecord const&) const = default;
};

/// A coordinator that ended in order says so; without it the coordinator died.
struct StopRecord
{
    std::string reason;  ///< "complete", "signal USR1", "time limit" ...
    bool operator==(StopRecord const&) const = default;
};

/// How far a run got, without its samples.
struct RunBrief
{
    Outcome outcome = Outcome::failed;
    std::int64_t appended_unix_ns = 0;
    std::uint64_t fingerprint = 0;  ///< of its task
};

/// What a scan found.
struct LedgerState
{
    LedgerPlan plan;                                             ///< the latest accepted
    std::string ghee_version;                                    ///< that wrote the first frame
    std::map<std::string, RunBrief> runs;                        ///< by run_id: finished, whatever their outcome
    std::map<std::string, std::vector<FailedAttempt>> attempts;  ///< by run_id, in the order of the ledger
    std::vector<store::NodeRow> nodes;                           ///< one per node and worker, the latest word of each, in order of first appearance
    bool stopped = false;                                        ///< the last coordinator ended in order (nothing was appended since)
    StopRecord stop;
    std::int64_t sessions = 0;               ///< how often a coordinator opened it
    std::int64_t session_start_unix_ns = 0;  ///< of the last one
    std::int64_t last_unix_ns = 0;           ///< when the last frame was appended
    std::int64_t frames = 0;
    std::int64_t duplicates = 0;     ///< run frames not counted because the run_id was there: the first wins
    std::int64_t torn_bytes = 0;     ///< behind the last whole frame: a write that was cut short
    std::int64_t damaged_bytes = 0;  ///< before a later whole frame: the storage lost them; their runs will run again
    std::int64_t whole_bytes = 0;    ///< up to the end of the last whole frame
};

/// Every planned run has been appended.
bool complete(LedgerState const&);

enum class PlanChange {
    refuse,        ///< another plan than the ledger's: Error
    accept_added,  ///< tasks may have been added; Error if any of the ledger's is gone or has another seed
};

/// The one writer of a ledger. Not thread-safe. Lives in the coordinator only.
///
/// Nothing may be acknowledged before sync() has returned; several append() may share one sync().
/// After an Error from append (disk full) the ledger ends with its last whole frame and stays usable.
class Ledger
{
  public:
    /// Creates the ledger, or takes it up again: locks it, cuts a torn tail, compares the plan. Blocks on the file system only.
    /// Throws Error: another coordinator holds it (named), foreign or newer file, other plan, unwritable folder, no locks to be had.
    static Ledger open(std::filesystem::path const&, LedgerPlan const&, PlanChange = PlanChange::refuse);

    Ledger(Ledger&&) noexcept;
    Ledger& operator=(Ledger&&) noexcept;
    ~Ledger();  ///< gives the lock back; what was not synced may be lost

    /// True: the ledger was there before and has been taken up again.
    [[nodiscard]] bool resumed() const;
    /// As found on opening; `torn_bytes` were cut.
    [[nodiscard]] LedgerState const& found() const;
    /// A run of this id is in the ledger, found or appended.
    [[nodiscard]] bool has_run(std::string const& run_id) const;

    /// One write() each; not durable before sync(). append(RunReport) returns false, and writes nothing, if the run is there already.
    void append(store::NodeRow const&);
    [[nodiscard]] bool append(RunReport const&);
    void append(AttemptRecord const&);
    void append(StopRecord const&);
    /// fdatasync: blocks until everything appended is on stable storage. Throws Error; nothing since the last sync() may then be acknowledged.
    void sync();

    [[nodiscard]] std::filesystem::path const& path() const;

  private:
    struct State;
    explicit Ledger(std::unique_ptr<State>);
    std::unique_ptr<State> state_;
};

enum class Samples { skip, read };

/// Reads a ledger from its start without locking it, also while it is written: what is torn at its end is not there yet.
/// `run` is called for each finished run as it is met, one in memory at a time; with Samples::skip its traces are empty.
/// Throws Error on a file that is not a ledger, or a newer one's.
LedgerState scan_ledger(std::filesystem::path const&, std::function<void(RunReport&&)> const& run = {}, Samples = Samples::skip);

/// Who holds a ledger: a coordinator is alive as long as it does. Asks the kernel; takes no lock.
struct LedgerHolder
{
    bool held = false;
    std::string note;  ///< "pid 123 on host n1 since 2026-11-21T10:00:00Z", from the note beside the ledger; may be empty
};
LedgerHolder ledger_holder(std::filesystem::path const& ledger);

/// Builds the result file from the ledger, whole (store::publish). Rows are in the order of the ledger. Returns what the scan found.
LedgerState publish_from_ledger(std::filesystem::path const& ledger, std::filesystem::path const& result_file);

}  // namespace ghee::campaign
