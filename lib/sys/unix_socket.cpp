// Unix stream sockets.
#include "sys/unix_socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "sys/lock_file.hpp"

namespace ghee::sys {

namespace {
sockaddr_un address_of(std::filesystem::path const& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::string const& text = path.native();
    if (text.empty() || text.size() >= sizeof address.sun_path)
        throw Error("socket path '" + text + "' does not fit", "at most " + std::to_string(sizeof address.sun_path - 1) + " bytes",
                    "choose a shorter directory");
    std::memcpy(address.sun_path, text.data(), text.size());
    return address;
}

UniqueFd new_socket()
{
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd)
        throw Error("cannot make a socket", errno_text(errno));
    return fd;
}

std::string lock_path(std::filesystem::path const& path) { return path.string() + ".lock"; }

/// The lock decides between listeners that start at once, and tells a dead one's file from a living one's.
UniqueFd lock_beside(std::filesystem::path const& path, std::string const& named)
{
    std::string const lock = lock_path(path);
    UniqueFd fd = lock_file(lock, IfLocked::fail);
    if (!fd)
        throw Error(named, errno == EWOULDBLOCK ? "another process listens there" : "'" + lock + "': " + errno_text(errno));
    return fd;
}

int connect_once(int fd, sockaddr_un const& address)
{
    return ::connect(fd, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0 ? 0 : errno;
}
}  // namespace

Peer peer_of(int connection)
{
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        throw Error("cannot ask who is at the other end", errno_text(errno));
    return {credentials.uid, credentials.gid, credentials.pid};
}

bool wait_ready(int fd, short events, Instant deadline)
{
    for (;;)
    {
        auto const left = std::chrono::ceil<std::chrono::milliseconds>(deadline - monotonic_clock().now()).count();
        pollfd ready{fd, events, 0};
        int const count = ::poll(&ready, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30)));
        if (count > 0)
            return true;
        if (count < 0 && errno != EINTR)
            throw Error("cannot wait for a descriptor", errno_text(errno));
        if (left <= 0)
            return false;
    }
}

Connection connect_to(std::filesystem::path const& path, Seconds timeout)
{
    auto const address = address_of(path);
    auto const deadline = monotonic_clock().now() + std::chrono::duration_cast<std::chrono::nanoseconds>(timeout);
    for (;;)
    {
        UniqueFd fd = new_socket();
        int const fault = connect_once(fd.value(), address);
        if (fault == 0)
            return {std::move(fd), {}};
        // A full queue of callers answers EAGAIN at once and cannot be waited for with poll.
        if ((fault != EAGAIN && fault != EINTR) || monotonic_clock().now() >= deadline)
            return {UniqueFd(), errno_text(fault)};
        monotonic_clock().sleep_until(monotonic_clock().now() + std::chrono::milliseconds(5));
    }
}

Listener::Listener(std::filesystem::path path, mode_t mode) : path_(std::move(path))
{
    auto const address = address_of(path_);
    std::string const named = "cannot listen at '" + path_.string() + "'";
    lock_ = lock_beside(path_, named);

    struct stat found{};
    if (::lstat(path_.c_str(), &found) == 0)
    {
        if (!S_ISSOCK(found.st_mode))
            throw Error(named, "there is something else of that name");
        if (connect_once(new_socket().value(), address) != ECONNREFUSED)
            throw Error(named, "another process listens there");
        ::unlink(path_.c_str());
    }
    socket_ = new_socket();
    // The mode a socket is bound with comes from the descriptor's; so it is never open wider, not even for a moment.
    if (::fchmod(socket_.value(), mode) != 0 || ::bind(socket_.value(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0)
        throw Error(named, errno_text(errno));
    if (::chmod(path_.c_str(), mode) != 0 || ::listen(socket_.value(), SOMAXCONN) != 0)
    {
        auto const why = errno_text(errno);
        ::unlink(path_.c_str());
        throw Error(named, why);
    }
}

Listener::~Listener()
{
    // Where somebody took our lock's file away, a successor may listen under our name already.
    if (!socket_ || !is_named(lock_path(path_), lock_.value()))
        return;
    ::unlink(path_.c_str());
    ::unlink(lock_path(path_).c_str());
}

std::optional<UniqueFd> Listener::accept(Instant deadline)
{
    for (;;)
    {
        int const fd = ::accept4(socket_.value(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0)
            return UniqueFd(fd);
        if (errno == EAGAIN)
        {
            if (!wait_ready(socket_.value(), POLLIN, deadline))
                return std::nullopt;
        }
        else if (errno != EINTR && errno != ECONNABORTED)
            throw Error("cannot accept a caller at '" + path_.string() + "'", errno_text(errno));
    }
}

}  // namespace ghee::sys
