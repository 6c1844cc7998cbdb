// The state of a campaign is the replay of its ledger.
#include "campaign/ledger_scan.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/identity.hpp"
#include "campaign/frame.hpp"
#include "campaign/ledger_record.hpp"
#include "sys/unique_fd.hpp"

namespace ghee::campaign {

std::filesystem::path ledger_path(std::filesystem::path const& result_file)
{
    auto path = result_file;
    path += ".ledger";
    return path;
}

std::uint64_t fingerprint(Task const& task) { return stable_hash(task.run_id + "/" + std::to_string(task.seed)); }

std::vector<std::uint64_t> fingerprints(std::span<Task const> tasks)
{
    std::vector<std::uint64_t> list;
    for (Task const& task : tasks)
        list.push_back(fingerprint(task));
    std::sort(list.begin(), list.end());
    return list;
}

std::string plan_hash(LedgerPlan const& plan)
{
    std::string text;
    for (std::uint64_t task : plan.tasks)
        text += hex(task);
    return hex(stable_hash(text));
}

std::int64_t planned_runs(LedgerPlan const& plan)
{
    return plan.provenance.planned_runs > 0 ? plan.provenance.planned_runs : static_cast<std::int64_t>(plan.tasks.size());
}

bool complete(LedgerState const& state)
{
    if (state.plan.tasks.empty())
        return static_cast<std::int64_t>(state.runs.size()) >= planned_runs(state.plan);
    std::vector<std::uint64_t> done;
    for (auto const& [run_id, brief] : state.runs)
        done.push_back(brief.fingerprint);
    std::sort(done.begin(), done.end());
    return std::includes(done.begin(), done.end(), state.plan.tasks.begin(), state.plan.tasks.end());
}

namespace {
void take_node(LedgerState& state, store::NodeRow&& row)
{
    auto const same = [&](store::NodeRow const& other) { return other.node.name == row.node.name && other.worker == row.worker; };
    auto const found = std::find_if(state.nodes.begin(), state.nodes.end(), same);
    if (found == state.nodes.end())
        state.nodes.push_back(std::move(row));
    else
        *found = std::move(row);
}

void take_run(LedgerState& state, Frame const& frame, std::function<void(RunReport&&)> const& run, Samples samples)
{
    RunReport report;
    decode(frame.payload, report, run ? samples : Samples::skip);
    RunBrief const brief{report.outcome, frame.appended_unix_ns, fingerprint(report.task)};
    if (!state.runs.try_emplace(report.task.run_id, brief).second)
    {
        ++state.duplicates;
        return;
    }
    if (run)
        run(std::move(report));
}

void take_header(LedgerState& state, Frame const& frame, std::string const& name)
{
    if (frame.kind != FrameKind::header)
        throw Error(name + ": the ledger's first frame is damaged", "it cannot be told which campaign it is of", "restore the file from a copy");
    HeaderRecord header = decode_header(frame.payload);
    if (header.format != "ghee ledger")
        throw Error(name + ": not a ledger of ghee");
    if (header.version != ledger_version)
        throw Error(name + ": written by a newer ghee",
                    "ledger format " + std::to_string(header.version) + ", this ghee reads " + std::to_string(ledger_version),
                    "use ghee " + header.ghee_version + " or later");
    state.plan = std::move(header.plan);
    state.ghee_version = header.ghee_version;
}

void take(LedgerState& state, Frame const& frame, std::string const& name, std::function<void(RunReport&&)> const& run, Samples samples)
{
    if (state.frames++ == 0)
        take_header(state, frame, name);
    state.last_unix_ns = frame.appended_unix_ns;
    state.stopped = frame.kind == FrameKind::stop;
    switch (frame.kind)
    {
        case FrameKind::session: decode_session(frame.payload, state.plan); [[fallthrough]];
        case FrameKind::header:
            ++state.sessions;
            state.session_start_unix_ns = frame.appended_unix_ns;
            return;
        case FrameKind::node:
        {
            store::NodeRow row;
            decode(frame.payload, row);
            return take_node(state, std::move(row));
        }
        case FrameKind::run: return take_run(state, frame, run, samples);
        case FrameKind::attempt:
        {
            AttemptRecord record;
            decode(frame.payload, record);
            state.attempts[record.run_id].push_back(record.attempt);
            return;
        }
        case FrameKind::stop: return decode(frame.payload, state.stop);
    }
    // A kind this version does not know tells it nothing; whoever adds one that must not be skipped raises ledger_version.
}

/// A file that its writer died creating: a part of a first frame and nothing else.
bool only_begun(int descriptor, std::int64_t size)
{
    std::array<char, frame_head_bytes> head{};
    ssize_t const got = pread(descriptor, head.data(), head.size(), 0);
    auto const claimed = claimed_length({head.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))});
    return size == 0 || (claimed && size < *claimed);
}
}  // namespace

Scan scan_open_ledger(int descriptor, std::int64_t size, std::string const& name, std::function<void(RunReport&&)> const& run, Samples samples)
{
    Scan scan;
    FrameReader reader(descriptor, size, name);
    while (auto const frame = reader.next())
    {
        try
        {
            take(scan.state, *frame, name, run, samples);
        }
        catch (nlohmann::json::exception const& error)
        {
            throw Error(name + ": the frame at byte " + std::to_string(frame->begin) + " cannot be understood", error.what(),
                        "written by another ghee?");
        }
    }
    if (scan.state.frames == 0)
    {
        if (!only_begun(descriptor, size))
            throw Error(name + ": not a ledger of ghee", "no whole frame in it", "name another result file, or remove it");
        scan.nothing_yet = true;
    }
    scan.state.whole_bytes = reader.whole_bytes();
    scan.state.damaged_bytes = reader.damaged_bytes();
    scan.state.torn_bytes = size - reader.whole_bytes();
    return scan;
}

LedgerState scan_ledger(std::filesystem::path const& path, std::function<void(RunReport&&)> const& run, Samples samples)
{
    return scan_ledger_up_to(path, -1, run, samples);
}

LedgerState scan_ledger_up_to(std::filesystem::path const& path, std::int64_t bytes, std::function<void(RunReport&&)> const& run, Samples samples)
{
    sys::UniqueFd const file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status{};
    if (!file || fstat(file.value(), &status) < 0)
        throw path_error("cannot read ledger " + path.string(), errno);
    if (!S_ISREG(status.st_mode))
        throw Error("cannot read ledger " + path.string(), "not a plain file");
    Scan scan =
        scan_open_ledger(file.value(), bytes < 0 ? status.st_size : std::min<std::int64_t>(bytes, status.st_size), path.string(), run, samples);
    if (scan.nothing_yet)
        throw Error(path.string() + ": the ledger holds nothing yet");
    return std::move(scan.state);
}

}  // namespace ghee::campaign
