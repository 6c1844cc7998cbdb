// From the ledger to the result file.
#include <algorithm>

#include "campaign/ledger.hpp"
#include "campaign/ledger_scan.hpp"

namespace ghee::campaign {

namespace {
/// What the run itself tells of its failed attempts, and what only the ledger knows.
void add_attempts(RunReport& report, std::vector<FailedAttempt> const& known)
{
    for (FailedAttempt const& attempt : known)
        if (std::find(report.failed_attempts.begin(), report.failed_attempts.end(), attempt) == report.failed_attempts.end())
            report.failed_attempts.push_back(attempt);
    std::stable_sort(report.failed_attempts.begin(), report.failed_attempts.end(),
                     [](FailedAttempt const& a, FailedAttempt const& b) { return a.attempt < b.attempt; });
}
}  // namespace

LedgerState publish_from_ledger(std::filesystem::path const& ledger, std::filesystem::path const& result_file)
{
    LedgerState state = scan_ledger(ledger);
    store::Contents contents;
    contents.provenance = state.plan.provenance;
    contents.provenance.planned_runs = planned_runs(state.plan);
    contents.provenance.complete = complete(state);
    contents.configurations = state.plan.configurations;
    contents.nodes = state.nodes;
    for (auto const& [run_id, attempts] : state.attempts)
        if (!state.runs.contains(run_id))
            for (FailedAttempt const& attempt : attempts)
                contents.open_attempts.push_back({run_id, attempt});
    store::publish(result_file, contents,
                   [&](std::function<void(RunReport const&)> const& take)
                   {
                       // What was appended since the scan is left for the next time, so that rows and attributes agree.
                       scan_ledger_up_to(
                           ledger, state.whole_bytes,
                           [&](RunReport&& report)
                           {
                               if (auto const found = state.attempts.find(report.task.run_id); found != state.attempts.end())
                                   add_attempts(report, found->second);
                               take(report);
                           },
                           Samples::read);
                   });
    return state;
}

}  // namespace ghee::campaign
