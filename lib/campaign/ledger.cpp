// Appending to the ledger, alone and durably.
#include "campaign/ledger.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "campaign/frame.hpp"
#include "campaign/ledger_record.hpp"
#include "campaign/ledger_scan.hpp"
#include "store/utc.hpp"
#include "sys/file.hpp"
#include "sys/unique_fd.hpp"

namespace ghee::campaign {

namespace {
std::filesystem::path note_path(std::filesystem::path const& ledger)
{
    auto path = ledger;
    path += ".holder";
    return path;
}

std::string host_name()
{
    char text[256] = {};
    return gethostname(text, sizeof text - 1) == 0 ? text : "unknown";
}

/// A lock of the open file, not of the process: closing another descriptor of the same file does not lose it, and asking does not take it.
struct flock whole_file()
{
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

std::string read_note(std::filesystem::path const& ledger)
{
    std::ifstream stream(note_path(ledger));
    std::string line;
    std::getline(stream, line);
    return line;
}

void take_lock(int descriptor, std::filesystem::path const& path)
{
    struct flock lock = whole_file();
    if (fcntl(descriptor, F_OFD_SETLK, &lock) == 0)
        return;
    if (errno == EAGAIN || errno == EACCES)
    {
        std::string const note = read_note(path);
        throw Error("the campaign of " + path.string() + " is running already", note.empty() ? "its ledger is locked" : "held by " + note,
                    "wait for it to end, or stop it");
    }
    throw Error("cannot lock " + path.string(), errno_text(errno), "put the result file on a file system with locks (Lustre: mount option flock)");
}

void compare_plans(LedgerPlan const& old, LedgerPlan const& fresh, PlanChange change, std::string const& name)
{
    if (old.tasks == fresh.tasks)
        return;
    std::vector<std::uint64_t> gone;
    std::set_difference(old.tasks.begin(), old.tasks.end(), fresh.tasks.begin(), fresh.tasks.end(), std::back_inserter(gone));
    std::string const sizes = std::to_string(old.tasks.size()) + " runs there, " + std::to_string(fresh.tasks.size()) + " now";
    if (!gone.empty())
        throw UsageError(name + ": the ledger is of another plan",
                         sizes + ", " + std::to_string(gone.size()) + " of the ledger's are gone or have another seed",
                         "name another result file, or give the campaign file back its cells and seed");
    if (change == PlanChange::refuse)
        throw UsageError(name + ": the plan has grown since the ledger was begun", sizes,
                         "name another result file, or give the campaign file back its cells and repeats");
}
}  // namespace

struct Ledger::State
{
    std::filesystem::path path;
    sys::UniqueFd descriptor;
    bool locked = false;
    bool resumed = false;
    bool broken = false;     ///< what is on the disk is not known any more
    std::int64_t whole = 0;  ///< end of the last whole frame
    LedgerState found;
    std::set<std::string> runs;

    ~State()
    {
        if (locked)
        {
            std::error_code ignored;
            std::filesystem::remove(note_path(path), ignored);
        }
    }

    void append(FrameKind kind, Payload const& payload)
    {
        if (broken)
            throw Error("cannot append to " + path.string(), "an earlier write or sync failed", "start again with --resume");
        auto const bytes = encode_frame(kind, wall_clock_ns(), payload);
        std::size_t done = 0;
        while (done < bytes.size())
        {
            ssize_t const wrote = write(descriptor.value(), bytes.data() + done, bytes.size() - done);
            if (wrote < 0 && errno == EINTR)
                continue;
            if (wrote <= 0)
            {
                int const number = wrote < 0 ? errno : ENOSPC;
                broken = ftruncate(descriptor.value(), whole) < 0;
                throw Error("cannot append to " + path.string(), errno_text(number),
                            number == ENOSPC || number == EDQUOT ? "free some space and start again with --resume" : "");
            }
            done += static_cast<std::size_t>(wrote);
        }
        whole += static_cast<std::int64_t>(bytes.size());
    }

    void sync()
    {
        if (broken)
            throw Error("cannot sync " + path.string(), "an earlier write or sync failed", "start again with --resume");
        if (fdatasync(descriptor.value()) == 0)
            return;
        // The kernel may have dropped the pages and says so once only.
        int const number = errno;
        broken = true;
        throw Error("cannot sync " + path.string(), errno_text(number), "start again with --resume");
    }
};

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

Ledger Ledger::open(std::filesystem::path const& path, LedgerPlan const& given, PlanChange change)
{
    LedgerPlan plan = given;
    std::sort(plan.tasks.begin(), plan.tasks.end());
    auto state = std::make_unique<State>();
    state->path = path;
    state->descriptor.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
    if (!state->descriptor)
        throw path_error("cannot write ledger " + path.string(), errno, "name another result file with -o");
    take_lock(state->descriptor.value(), path);
    state->locked = true;
    std::ofstream(note_path(path), std::ios::trunc)
        << "pid " << getpid() << " on host " << host_name() << " since " << store::utc_text(wall_clock_ns()) << "\n";

    struct stat status{};
    if (fstat(state->descriptor.value(), &status) < 0)
        throw Error("cannot read ledger " + path.string(), errno_text(errno));
    Scan scan = scan_open_ledger(state->descriptor.value(), status.st_size, path.string(), {}, Samples::skip);
    state->found = std::move(scan.state);
    state->whole = state->found.whole_bytes;
    state->resumed = !scan.nothing_yet;
    if (state->resumed)
        compare_plans(state->found.plan, plan, change, path.string());
    if (state->found.torn_bytes > 0 && ftruncate(state->descriptor.value(), state->whole) < 0)
        throw Error("cannot cut the torn end of " + path.string(), errno_text(errno));
    for (auto const& [run_id, brief] : state->found.runs)
        state->runs.insert(run_id);
    if (state->resumed)
        state->append(FrameKind::session, encode_session(plan, state->found.plan.tasks != plan.tasks));
    else
        state->append(FrameKind::header, encode_header(plan));
    state->sync();
    sys::sync_file(path.has_parent_path() ? path.parent_path() : ".");
    return Ledger(std::move(state));
}

bool Ledger::resumed() const { return state_->resumed; }
LedgerState const& Ledger::found() const { return state_->found; }
bool Ledger::has_run(std::string const& run_id) const { return state_->runs.contains(run_id); }
std::filesystem::path const& Ledger::path() const { return state_->path; }

void Ledger::append(store::NodeRow const& row) { state_->append(FrameKind::node, encode(row)); }
void Ledger::append(AttemptRecord const& record) { state_->append(FrameKind::attempt, encode(record)); }
void Ledger::append(StopRecord const& record) { state_->append(FrameKind::stop, encode(record)); }
bool Ledger::append(RunReport const& report)
{
    if (has_run(report.task.run_id))
        return false;
    state_->append(FrameKind::run, encode(report));
    state_->runs.insert(report.task.run_id);
    return true;
}
void Ledger::sync() { state_->sync(); }

LedgerHolder ledger_holder(std::filesystem::path const& ledger)
{
    LedgerHolder holder;
    sys::UniqueFd const descriptor(::open(ledger.c_str(), O_RDONLY | O_CLOEXEC));
    if (!descriptor)
        throw path_error("cannot read ledger " + ledger.string(), errno);
    struct flock lock = whole_file();
    if (fcntl(descriptor.value(), F_OFD_GETLK, &lock) < 0)
        throw Error("cannot ask for the lock of " + ledger.string(), errno_text(errno));
    holder.held = lock.l_type != F_UNLCK;
    if (holder.held)
        holder.note = read_note(ledger);
    return holder;
}

}  // namespace ghee::campaign
