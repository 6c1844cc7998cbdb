// What one training cost: the figures a run is charged, from its accounts.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/quantity.hpp"
#include "record/run.hpp"

namespace ghee::store {

/// Of ONE training, by the primary channels together: the accounts of the phases "train" and "evaluate" added and divided by
/// `passes`. A run without a "train" phase (a command that marks nothing) is charged for "whole".
/// The errors of idle power are the same for both phases and add up; the others add in squares.
struct RunFigures
{
    std::string phases;                                        ///< "train+evaluate", "train", "whole"; empty: no account
    Seconds window{std::numeric_limits<double>::quiet_NaN()};  ///< of those phases, all passes
    Joules gross;                                              ///< per pass
    Watts idle;                                                ///< mean over the phases
    Joules net;                                                ///< per pass
    Joules net_uncertainty;                                    ///< per pass, one standard deviation
    double coverage = std::numeric_limits<double>::quiet_NaN();
    std::int64_t samples = 0;  ///< of the meter, inside the phases
    bool estimated = false;
    std::vector<std::string> flags;                                       ///< of those accounts, each once
    double joules_per_sample = std::numeric_limits<double>::quiet_NaN();  ///< net per training sample seen; NaN: no samples were told
};

RunFigures figures_of(RunReport const&);
/// Of the GPUs the run had, by their own channels ("device" instead of "primary"); beside the above, not to be added to it.
RunFigures device_figures_of(RunReport const&);

/// Those of `more` that are not there yet.
void add_flags(std::vector<std::string>& flags, std::vector<std::string> const& more);
/// As /runs tells them: joined by a blank; "ok": none.
std::string quality_text(std::vector<std::string> const& flags);
/// "unmetered": no account.
std::string quality_of(RunFigures const&);

/// Losses and accuracy a training ended with: of its last epoch, undefined where that has none.
struct FinalScores
{
    double train_loss = std::numeric_limits<double>::quiet_NaN();
    double test_loss = std::numeric_limits<double>::quiet_NaN();
    double test_accuracy = std::numeric_limits<double>::quiet_NaN();
};
FinalScores scores_of(std::vector<EpochRecord> const& history);
/// Of a group: the means of its replicas' own last epochs.
FinalScores scores_of(TrainingResult const&);

/// A replica's share of what its group is charged, by the samples that it trained on: the meter sees the group only, and replicas of equal
/// shape cost the same per sample (docs/method/energy.md). Its error is that share of the group's, and it says that it is a share.
RunFigures share_of(ReplicaResult const&, TrainingResult const& group, RunFigures const&);

}  // namespace ghee::store
