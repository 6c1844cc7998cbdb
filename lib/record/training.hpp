// What a training reports of itself: its result, epoch by epoch, and the marks of its phases.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/quantity.hpp"
#include "record/names.hpp"

namespace ghee {

/// Where in its life a run is. A command may name others; these are what the built-in trainer marks.
namespace phase {
inline constexpr char const* whole = "whole";        ///< from start to exit of the child
inline constexpr char const* setup = "setup";        ///< reading data, allocating
inline constexpr char const* warmup = "warmup";      ///< unmeasured steps before the clock starts
inline constexpr char const* train = "train";        ///< epochs, evaluation excluded
inline constexpr char const* evaluate = "evaluate";  ///< test-set evaluations between epochs
inline constexpr char const* teardown = "teardown";
inline constexpr char const* idle_before = "idle_before";
inline constexpr char const* idle_after = "idle_after";
}  // namespace phase

/// From here on the run is in this phase, until the next mark.
struct Mark
{
    std::string phase;
    Instant at{};
    bool operator==(Mark const&) const = default;
};

enum class Outcome { ok, failed, timeout, diverged, unmetered };
template<>
struct Names<Outcome>
{
    static constexpr std::string_view what = "an outcome";
    static constexpr std::array<std::string_view, 5> names{"ok", "failed", "timeout", "diverged", "unmetered"};
};

struct EpochRecord
{
    std::int64_t epoch = 0;                                           ///< 1 is the first; counted within one pass
    double train_loss = std::numeric_limits<double>::quiet_NaN();     ///< mean over the epoch's samples, as it went
    double test_loss = std::numeric_limits<double>::quiet_NaN();      ///< NaN where not evaluated
    double test_accuracy = std::numeric_limits<double>::quiet_NaN();  ///< share; NaN for regression
    Seconds since_start{};                                            ///< end of this epoch (its evaluation included)
    bool operator==(EpochRecord const&) const = default;
};

/// What became of one network of a group.
struct ReplicaResult
{
    std::uint64_t seed = 0;
    Outcome outcome = Outcome::ok;
    std::string reason;       ///< empty when ok
    std::string stop_reason;  ///< as TrainingResult's
    std::int64_t epochs = 0;  ///< done, per pass; as the next two
    std::int64_t steps = 0;
    std::int64_t samples = 0;
    std::vector<EpochRecord> history;

    bool operator==(ReplicaResult const&) const = default;
};

/// One training, or a group of replicas trained side by side. Where it was repeated to fill the measuring window (`passes` > 1) figures are
/// of one pass, the last.
struct TrainingResult
{
    std::string backend;  ///< what really ran
    std::string form;     ///< which of the backend's ways, if it has several
    int threads = 0;      ///< that trained; 0: not known
    std::vector<int> widths;
    int inputs = 0;
    int outputs = 0;
    std::int64_t parameters = 0;
    std::int64_t train_samples = 0;  ///< rows in the training set
    std::int64_t test_samples = 0;
    std::int64_t epochs = 0;   ///< done; of a group: the most that a replica did
    std::int64_t steps = 0;    ///< done, per pass; of a group: by all of its replicas together
    std::int64_t samples = 0;  ///< trained on, per pass: epochs * train_samples; likewise
    std::int64_t passes = 1;   ///< whole trainings inside the measured window
    Seconds seconds{};         ///< of one pass, evaluation included (mean over passes)
    Seconds train_seconds{};   ///< of one pass, evaluation excluded (mean over passes)
    /// Median over epochs of time per step; evaluation excluded. Of a group: the time in which every replica that trains takes one, so that
    /// the group takes replicas / step_us steps in a microsecond.
    double step_us = std::numeric_limits<double>::quiet_NaN();
    /// "epochs", "target_loss", "target_accuracy", "patience", "diverged"; of a group "diverged" where a replica did, "several" where they differ.
    std::string stop_reason;
    std::string loss;                     ///< name of the loss
    std::string task;                     ///< "regression", "binary", "classification"; with ", inferred" where it was
    std::vector<EpochRecord> history;     ///< of a group: each epoch's mean over the replicas that did it, and the end of the last of them
    std::vector<ReplicaResult> replicas;  ///< of a group; empty where one network was trained

    bool operator==(TrainingResult const&) const = default;
};

}  // namespace ghee
