// The run's end of the power daemon: lease, quiet window, trace. One connection, one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "record/trace.hpp"

namespace ghee::meter {

/// What the daemon said of itself at connection.
struct Daemon
{
    std::string version;
    std::int64_t pid = 0;
    bool is_private = false;
    std::vector<Channel> channels;
    std::vector<std::pair<std::string, std::string>> absent;  ///< source, why it is not there
};

/// Who may measure the node now.
struct LeaseHolder
{
    std::string run;
    std::int64_t pid = 0;
    std::int64_t uid = 0;
    Seconds held{};  ///< since it was granted
};

/// How the daemon fares.
struct Status
{
    std::int64_t pid = 0;
    Seconds up{};
    std::int64_t clients = 0;
    std::int64_t samples = 0;  ///< times a source was read since the start, all sources
    std::int64_t misses = 0;   ///< readings left out because one took too long or the machine was busy
    std::int64_t waiting = 0;  ///< in the queue for the lease
    std::optional<LeaseHolder> holder;
};

/// The connection broke or the daemon refused. Not the user's fault: the run is measured again or marked unmetered.
class Lost : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

class Client
{
  public:
    /// Connects to a listening daemon; throws Lost.
    explicit Client(std::filesystem::path const& socket, Seconds timeout = Seconds(5));
    ~Client();
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;

    [[nodiscard]] Daemon const& daemon() const;
    /// Blocks until this client alone may measure the node, at most `patience`; false: still held by another. Throws Lost.
    bool acquire_lease(std::string const& run, Seconds patience);
    /// Idempotent. The daemon also releases it when the connection ends.
    void release_lease();
    /// Who held it when acquire_lease last said false.
    [[nodiscard]] std::optional<LeaseHolder> const& lease_holder() const;
    /// All samples of all channels in [begin, end] and at least one on either side of it, as far as there are; waits for the primary
    /// channels' sample after `end`, at most a few periods. Throws Lost.
    std::vector<Trace> trace(Instant begin, Instant end);
    /// Throws Lost.
    Status status();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Where the daemon of the whole node listens.
inline constexpr char const* system_socket = "/run/ghee/powerd.sock";

/// Where a daemon of this node listens: GHEE_POWERD_SOCKET, else the system's socket if one answers there.
std::optional<std::filesystem::path> find_daemon();

/// The socket of a private daemon of this node, user and campaign; starts `ghee-powerd --private` there when none listens (safe when
/// several workers of one node do so at once). Makes `directory` (mode 0700) where it is not there; the daemon goes when its last client has
/// gone, and takes its log and the then empty folder along. Throws Error when it cannot be started or the folder is open to others.
/// `arguments`: options handed on to ghee-powerd (meters, period, cpus).
std::filesystem::path start_private_daemon(std::filesystem::path const& program, std::filesystem::path const& directory,
                                           std::vector<std::string> const& arguments);

}  // namespace ghee::meter
