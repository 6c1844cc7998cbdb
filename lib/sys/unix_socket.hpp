// Stream sockets in the file system: who listens, who calls, and who the caller really is.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/quantity.hpp"
#include "sys/unique_fd.hpp"

namespace ghee::sys {

/// Peer of a connection at the time it was made, as the kernel knows it.
struct Peer
{
    uid_t uid = 0;
    gid_t gid = 0;
    pid_t pid = 0;
};
/// Throws Error for what is no connected socket.
Peer peer_of(int connection);

/// A connection, or why there is none.
struct Connection
{
    UniqueFd fd;  ///< does not block
    std::string refusal;
    explicit operator bool() const { return static_cast<bool>(fd); }
};
/// Calls who listens at `path`; waits at most `timeout` where the queue of callers is full.
Connection connect_to(std::filesystem::path const& path, Seconds timeout);

/// A listening socket; the file goes with it.
class Listener
{
  public:
    /// Binds with the permissions `mode`. A file left by a dead listener is taken over; throws Error where somebody listens or the
    /// path is something else. Two listeners that start at once: one of them gets the Error.
    explicit Listener(std::filesystem::path path, mode_t mode = 0600);
    ~Listener();
    Listener(Listener&&) noexcept = default;
    Listener& operator=(Listener&&) = delete;

    /// For poll(). Does not block.
    [[nodiscard]] int fd() const { return socket_.value(); }
    [[nodiscard]] std::filesystem::path const& path() const { return path_; }
    /// The next caller (a descriptor that does not block), or nothing at the deadline.
    std::optional<UniqueFd> accept(Instant deadline);

  private:
    std::filesystem::path path_;
    UniqueFd lock_;  ///< on PATH.lock while this listener lives
    UniqueFd socket_;
};

/// poll() of one descriptor for `events` until the deadline: true when ready (or hung up).
bool wait_ready(int fd, short events, Instant deadline);

}  // namespace ghee::sys
