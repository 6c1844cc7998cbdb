// Finding a daemon, or starting one: of workers that start at the same moment one starts it and the others wait for that one.
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "base/error.hpp"
#include "base/identity.hpp"
#include "base/version.hpp"
#include "meter/protocol.hpp"
#include "sys/file.hpp"
#include "sys/host.hpp"
#include "sys/line_stream.hpp"
#include "sys/lock_file.hpp"
#include "sys/process.hpp"
#include "sys/unix_socket.hpp"

namespace ghee::meter {

namespace {
namespace fs = std::filesystem;

constexpr Seconds probe_timeout{2};
constexpr std::chrono::seconds start_timeout{20};
/// What a socket's address holds (sun_path), its final zero excluded.
constexpr std::size_t longest_socket_path = 107;

/// Somebody listens there, speaks our protocol and lets us in.
bool answers(fs::path const& socket)
{
    auto connection = sys::connect_to(socket, probe_timeout);
    if (!connection)
        return false;
    auto const deadline = monotonic_clock().now() + std::chrono::duration_cast<std::chrono::nanoseconds>(probe_timeout);
    sys::LineStream stream(std::move(connection.fd), longest_answer);
    stream.write(write(Request{1, HelloRequest{{protocol_version}, std::string("ghee ") + version(), true}}), deadline);
    try
    {
        auto const read = stream.read(deadline);
        return read.state == sys::LineState::line && std::holds_alternative<HelloAnswer>(read_answer(read.text).body);
    }
    catch (Lost const&)
    {
        return false;
    }
}

/// Makes the folder where it is not there. Of this user alone: whoever could write there could speak for the daemon.
void make_private(fs::path const& folder)
{
    struct stat found{};
    do
        if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
            throw Error("cannot make the folder '" + folder.string() + "' for the power daemon", errno_text(errno));
    while (::lstat(folder.c_str(), &found) != 0);  // an ending daemon took it away in between
    if (!S_ISDIR(found.st_mode) || found.st_uid != ::geteuid() || (found.st_mode & 077) != 0)
        throw Error("cannot use the folder '" + folder.string() + "' for the power daemon", "it is not a folder of this user alone",
                    "remove it or set TMPDIR");
}

/// Where socket, locks and log lie: the folder that is wished for, or one under the system's temporary folder where its name is too
/// long for a socket.
fs::path socket_in(fs::path const& directory)
{
    auto const name = "powerd-" + sys::node_name() + ".sock";
    auto const wanted = fs::absolute(directory) / name;
    if (wanted.native().size() <= longest_socket_path)
        return wanted;
    return sys::temporary_folder() / ("ghee-" + std::to_string(::geteuid()) + "-" + hex(stable_hash(wanted.parent_path().string()))) / name;
}

/// While it lives no other worker of this node starts a daemon there. Its file goes with it.
class StartLock
{
  public:
    explicit StartLock(fs::path const& socket) : path_(socket.string() + ".start")
    {
        do
        {
            // An ending daemon takes the empty folder away, maybe just now.
            make_private(socket.parent_path());
            lock_ = sys::lock_file(path_, sys::IfLocked::wait);
        } while (!lock_ && errno == ENOENT);
        if (!lock_)
            throw Error("cannot lock '" + path_ + "' to start the power daemon", errno_text(errno));
    }
    ~StartLock() { ::unlink(path_.c_str()); }
    StartLock(StartLock const&) = delete;
    StartLock& operator=(StartLock const&) = delete;

  private:
    std::string path_;
    sys::UniqueFd lock_;
};

std::string last_line(std::string_view text)
{
    while (!text.empty() && text.back() == '\n')
        text.remove_suffix(1);
    auto const newline = text.rfind('\n');
    return std::string(newline == std::string_view::npos ? text : text.substr(newline + 1));
}

/// Starts it and waits for its byte; empty: it listens. Else why not.
std::string start(fs::path const& program, fs::path const& socket, fs::path const& log, std::vector<std::string> const& arguments)
{
    auto const log_before = sys::find_text(log).value_or("").size();
    sys::Pipe ready = sys::make_pipe();
    sys::Command command;
    command.argv = {program.string(), "--private", "--tidy", "--socket", socket.string(), "--ready-fd", std::to_string(sys::report_fd_number)};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    command.report_fd = ready.write.value();
    command.output = log;
    command.die_with_parent = false;
    command.new_session = true;
    sys::Child child(command);
    ready.write.reset();

    char byte = 0;
    auto const deadline = monotonic_clock().now() + start_timeout;
    bool const told = sys::wait_ready(ready.read.value(), POLLIN, deadline);
    if (told && ::read(ready.read.value(), &byte, 1) == 1)
    {
        child.abandon();
        return {};
    }
    auto const end = told ? child.wait() : child.terminate(Seconds(1));
    auto const said = sys::find_text(log).value_or("");
    auto const line = last_line(std::string_view(said).substr(std::min(log_before, said.size())));
    return (told ? end.describe() : "it was not ready within " + std::to_string(start_timeout.count()) + " s") +
           (line.empty() ? "; it said nothing" : "; its last line: " + line);
}
}  // namespace

std::optional<fs::path> find_daemon()
{
    if (char const* const named = std::getenv("GHEE_POWERD_SOCKET"); named && *named)
        return fs::path(named);
    if (answers(system_socket))
        return fs::path(system_socket);
    return std::nullopt;
}

fs::path start_private_daemon(fs::path const& program, fs::path const& directory, std::vector<std::string> const& arguments)
{
    auto const socket = socket_in(directory);
    auto const log = fs::path(socket).replace_extension(".log");
    if (answers(socket))
        return socket;
    StartLock const lock(socket);
    // A second try, for the one that was just about to go when we knocked and still held the place when ours came.
    std::string why;
    for (int attempt = 0; attempt < 2; ++attempt)
    {
        if (answers(socket))
            return socket;
        why = start(program, socket, log, arguments);
        if (why.empty())
            return socket;
    }
    throw Error("cannot start the power daemon '" + program.string() + "'", why, "see '" + log.string() + "'");
}

}  // namespace ghee::meter
