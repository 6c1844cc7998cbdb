// The daemon's end: one poll loop for all clients. Nothing a client does can stop it or hold up the others.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "meter/feed.hpp"
#include "meter/lease.hpp"
#include "meter/session.hpp"
#include "sys/unix_socket.hpp"

namespace ghee::meter {

struct ServerOptions
{
    std::filesystem::path socket;
    bool is_private = true;      ///< one user's: socket mode 0600, goes when its last client has gone
    std::vector<uid_t> allowed;  ///< besides root and the own user; system mode only
    std::size_t most_clients = 256;
    Seconds linger{3};         ///< a private daemon stays this long after its last client
    Seconds first_client{30};  ///< ... and this long for its first
    Seconds hello{10};         ///< a connection says hello within this
    Seconds stall{10};         ///< a client that takes nothing for this long is dropped
};

class Server
{
  public:
    /// Listens from now on; throws Error. `feed` outlives it.
    Server(ServerOptions options, Feed const& feed);

    /// Serves until `stop_fd` is readable or, if private, nobody needs it any more. Returns why it ended.
    std::string run(int stop_fd);

  private:
    using Ticket = LeaseQueue::Ticket;

    void accept_callers(Instant now);
    void admit(sys::UniqueFd caller, Instant now);
    void receive(Ticket, short events);
    void serve(Ticket, Instant now);
    void answer(Ticket, std::string const& line, Instant now);
    void answer(Ticket, std::int64_t id, HelloRequest const&, Instant now);
    void answer(Ticket, std::int64_t id, LeaseRequest const&, Instant now);
    void answer(Ticket, std::int64_t id, ReleaseRequest const&, Instant now);
    void answer(Ticket, std::int64_t id, TraceRequest const&, Instant now);
    void answer(Ticket, std::int64_t id, StatusRequest const&, Instant now);
    void deliver(Session&, Instant now);
    void settle_lease(Instant now);
    void bury(Instant now);
    void farewell(std::string const& reason, Instant now);

    /// A request of it is not answered yet.
    [[nodiscard]] bool busy(Ticket, Session const&) const;
    /// ... because the lease or a sample is waited for.
    [[nodiscard]] bool waiting(Ticket, Session const&) const;
    [[nodiscard]] short events_of(Ticket, Session const&) const;
    [[nodiscard]] std::optional<LeaseHolder> holder(Instant now) const;
    [[nodiscard]] std::size_t greeted() const;
    [[nodiscard]] Seconds longest_period() const;
    /// When something happens without anybody's doing.
    [[nodiscard]] Instant next_deadline(Instant now) const;
    [[nodiscard]] Instant unneeded_at() const;

    ServerOptions options_;
    Feed const& feed_;
    sys::Listener listener_;
    std::map<Ticket, Session> sessions_;
    Ticket last_ticket_ = 0;
    LeaseQueue lease_;
    Instant started_;
    Instant alone_since_;  ///< no greeted client since
    bool ever_greeted_ = false;
    Instant accept_again_{};  ///< not before; after a failed accept
};

}  // namespace ghee::meter
