// ghee status: how far a campaign is, from the ledger beside its result file; also while it runs.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "campaign/ledger.hpp"
#include "record/names.hpp"
#include "store/run_figures.hpp"
#include "store/utc.hpp"
#include "text_table.hpp"
#include "verb.hpp"

namespace ghee::app {

namespace {
namespace po = boost::program_options;
namespace fs = std::filesystem;
using nlohmann::json;

struct Progress
{
    fs::path file;
    campaign::LedgerState state;
    campaign::LedgerHolder holder;
    std::map<std::string, std::int64_t> outcomes;
    std::int64_t done = 0, planned = 0, this_session = 0;
    double gross_j = 0, net_j = 0;
    std::int64_t estimated = 0, without_net = 0;
    double event_age_s = std::nan("");
    double runs_per_s = std::nan(""), eta_s = std::nan("");

    [[nodiscard]] bool complete() const { return campaign::complete(state); }
};

double seconds_between(std::int64_t from_ns, std::int64_t to_ns) { return static_cast<double>(to_ns - from_ns) * 1e-9; }

Progress progress_of(fs::path const& ledger, std::int64_t now_ns)
{
    Progress progress;
    progress.file = ledger;
    progress.file.replace_extension();
    progress.holder = campaign::ledger_holder(ledger);
    for (Outcome outcome : {Outcome::ok, Outcome::failed, Outcome::timeout, Outcome::diverged, Outcome::unmetered})
        progress.outcomes[std::string(name_of(outcome))] = 0;
    progress.state = campaign::scan_ledger(ledger,
                                           [&](RunReport&& run)
                                           {
                                               ++progress.outcomes[std::string(name_of(run.outcome))];
                                               auto const figures = store::figures_of(run);
                                               auto const passes = static_cast<double>(std::max<std::int64_t>(1, run.training.passes));
                                               progress.estimated += figures.estimated ? 1 : 0;
                                               progress.without_net += figures.net.defined() ? 0 : 1;
                                               if (figures.gross.defined())
                                                   progress.gross_j += figures.gross.value() * passes;
                                               if (figures.net.defined())
                                                   progress.net_j += figures.net.value() * passes;
                                           });
    auto const& state = progress.state;
    progress.done = static_cast<std::int64_t>(state.runs.size());
    progress.planned = campaign::planned_runs(state.plan);
    progress.event_age_s = seconds_between(state.last_unix_ns, now_ns);
    for (auto const& [run_id, brief] : state.runs)
        progress.this_session += brief.appended_unix_ns >= state.session_start_unix_ns ? 1 : 0;
    // Of the last session, as long as it lasted or lasts.
    double const span = seconds_between(state.session_start_unix_ns, progress.holder.held ? now_ns : state.last_unix_ns);
    if (progress.this_session > 0 && span > 0)
        progress.runs_per_s = static_cast<double>(progress.this_session) / span;
    if (progress.holder.held && progress.runs_per_s > 0)
        progress.eta_s = static_cast<double>(std::max<std::int64_t>(0, progress.planned - progress.done)) / progress.runs_per_s;
    return progress;
}

json number(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

json to_object(Progress const& progress)
{
    json nodes = json::array();
    for (auto const& row : progress.state.nodes)
        nodes.push_back({{"node", row.node.name}, {"worker", row.worker}});
    double const percent = progress.planned > 0 ? 100.0 * static_cast<double>(progress.done) / static_cast<double>(progress.planned) : std::nan("");
    return {{"file", progress.file.string()},
            {"campaign_name", progress.state.plan.provenance.campaign_name},
            {"planned", progress.planned},
            {"done", progress.done},
            {"outcomes", progress.outcomes},
            {"percent", number(percent)},
            {"complete", progress.complete()},
            {"running", progress.holder.held},
            {"holder", progress.holder.note},
            {"stopped", progress.state.stopped},
            {"stop_reason", progress.state.stopped ? progress.state.stop.reason : ""},
            {"sessions", progress.state.sessions},
            {"runs_per_s", number(progress.runs_per_s)},
            {"eta_s", number(progress.eta_s)},
            {"last_event_age_s", number(progress.event_age_s)},
            {"gross_j", progress.gross_j},
            {"net_j", progress.net_j},
            {"estimated_runs", progress.estimated},
            {"runs_without_net", progress.without_net},
            {"damaged_bytes", progress.state.damaged_bytes},
            {"nodes", nodes}};
}

std::string coordinator_text(Progress const& progress)
{
    if (progress.holder.held)
        return "running" + (progress.holder.note.empty() ? std::string() : ", " + progress.holder.note);
    if (progress.complete())
        return "ended, every planned run is done";
    if (progress.state.stopped)
        return "stopped (" + progress.state.stop.reason + "): 'ghee run --resume' goes on";
    return "GONE without a word (killed, or its node died): 'ghee run --resume' goes on";
}

void print(Progress const& progress)
{
    std::cout << progress.file.string() << ": " << progress.state.plan.provenance.campaign_name << "\n";
    std::cout << "  runs         " << progress.done << " of " << progress.planned;
    if (progress.planned > 0)
        std::cout << " (" << 100 * progress.done / progress.planned << " %)";
    for (auto const& [outcome, count] : progress.outcomes)
        if (count > 0)
            std::cout << ", " << count << " " << outcome;
    std::cout << "\n  coordinator  " << coordinator_text(progress) << "\n";
    std::cout << "  last event   " << duration_text(progress.event_age_s) << " ago, " << store::utc_text(progress.state.last_unix_ns) << "\n";
    if (std::isfinite(progress.runs_per_s))
        std::cout << "  rate         " << progress.runs_per_s * 3600 << " runs per hour in this session\n";
    if (std::isfinite(progress.eta_s))
        std::cout << "  to go        " << duration_text(progress.eta_s) << "\n";
    if (progress.without_net < progress.done)
        std::cout << "  energy       " << scaled(progress.gross_j, "J") << " gross, " << scaled(progress.net_j, "J")
                  << " net, training and evaluation\n";
    if (progress.estimated > 0)
        std::cout << "  ESTIMATED    the energy of " << progress.estimated << " runs is computed from load, not measured by a meter\n";
    if (progress.without_net > 0)
        std::cout << "  no net       " << progress.without_net << " runs have no net energy (not counted above)\n";
    if (progress.state.damaged_bytes > 0)
        std::cout << "  DAMAGED      " << progress.state.damaged_bytes << " bytes of the ledger are lost; their runs will run again\n";
    std::cout << "  nodes        " << progress.state.nodes.size();
    for (auto const& row : progress.state.nodes)
        std::cout << (&row == &progress.state.nodes.front() ? ": " : " ") << row.node.name;
    std::cout << "\n";
}

/// Ledgers of a result file, of a ledger itself, or of all result files of a folder.
std::vector<fs::path> ledgers_of(fs::path const& given)
{
    std::vector<fs::path> list;
    std::error_code error;
    if (fs::is_directory(given, error))
    {
        for (auto const& entry : fs::directory_iterator(given))
            if (entry.path().extension() == ".ledger")
                list.push_back(entry.path());
        std::sort(list.begin(), list.end());
        if (list.empty())
            throw UsageError("no ledger in folder " + given.string(), "a campaign keeps FILE.h5.ledger beside FILE.h5");
        return list;
    }
    list.push_back(given.extension() == ".ledger" ? given : campaign::ledger_path(given));
    if (!fs::exists(list.front(), error))
    {
        if (fs::exists(given, error))
            throw Error("no ledger " + list.front().string(), "the file came without it", "see 'ghee show " + given.string() + "'");
        throw UsageError("no ledger " + list.front().string(), error ? error.message() : "no such file",
                         "name a result file that 'ghee run' has begun");
    }
    return list;
}
}  // namespace

ExitCode status(std::vector<std::string> const& arguments)
{
    po::options_description options("options");
    auto add = options.add_options();
    add("path", po::value<std::string>()->required(), "the result file, its ledger, or a folder of them");
    add("json", "as JSON: a list, one object per campaign");
    po::positional_options_description positional;
    positional.add("path", 1);
    auto const parsed = parse("status", "FILE.h5|DIRECTORY [OPTIONS]", arguments, options, positional);
    if (parsed.help)
        return ExitCode::done;
    bool all_complete = true;
    json list = json::array();
    for (fs::path const& ledger : ledgers_of(parsed.values["path"].as<std::string>()))
    {
        Progress const progress = progress_of(ledger, wall_clock_ns());
        all_complete = all_complete && progress.complete();
        if (parsed.values.count("json"))
            list.push_back(to_object(progress));
        else
            print(progress);
    }
    if (parsed.values.count("json"))
        std::cout << list.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
    return all_complete ? ExitCode::done : ExitCode::incomplete;
}

}  // namespace ghee::app
