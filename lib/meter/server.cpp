// The loop: who calls, who has something to say, whose time has run out.
#include "meter/server.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/log.hpp"

namespace ghee::meter {

namespace {
std::chrono::nanoseconds ns(Seconds s) { return std::chrono::duration_cast<std::chrono::nanoseconds>(s); }

/// A turn of the loop takes at most so many of each, so that everybody gets a turn.
constexpr int callers_per_turn = 16;
constexpr int lines_per_turn = 64;
}  // namespace

Server::Server(ServerOptions options, Feed const& feed)
    : options_(std::move(options)), feed_(feed),
      // The system's socket is open to all because the kernel tells who calls, and the refused shall learn why.
      listener_(options_.socket, options_.is_private ? 0600 : 0666), started_(monotonic_clock().now()), alone_since_(started_)
{
}

std::string Server::run(int stop_fd)
{
    std::vector<pollfd> watched;
    std::vector<Ticket> tickets;
    for (;;)
    {
        auto now = monotonic_clock().now();
        watched.assign({{stop_fd, POLLIN, 0}, {now < accept_again_ ? -1 : listener_.fd(), POLLIN, 0}});
        tickets.clear();
        for (auto const& [ticket, session] : sessions_)
        {
            watched.push_back({session.fd(), events_of(ticket, session), 0});
            tickets.push_back(ticket);
        }
        auto const left = std::chrono::ceil<std::chrono::milliseconds>(next_deadline(now) - now).count();
        if (::poll(watched.data(), watched.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000))) < 0 && errno != EINTR)
            throw Error("cannot wait for clients", errno_text(errno));

        now = monotonic_clock().now();
        if (watched[0].revents != 0)
        {
            farewell("the daemon was asked to stop", now);
            return "asked to stop";
        }
        for (std::size_t i = 0; i < tickets.size(); ++i)
            receive(tickets[i], watched[i + 2].revents);
        // The gone leave first: their lease may be what a living one waits for, their place what a caller needs.
        bury(now);
        if (watched[1].revents != 0)
            accept_callers(now);
        for (auto const& [ticket, session] : sessions_)
            serve(ticket, now);
        settle_lease(now);
        for (auto& [ticket, session] : sessions_)
            session.flush(now);
        bury(now);
        if (options_.is_private && now >= unneeded_at())
            return ever_greeted_ ? "its last client has gone" : "no client came";
    }
}

void Server::accept_callers(Instant now)
{
    try
    {
        for (int i = 0; i < callers_per_turn; ++i)
        {
            auto caller = listener_.accept(now);
            if (!caller)
                return;
            admit(*std::move(caller), now);
        }
    }
    catch (Error const& error)
    {
        // Out of descriptors, most likely: those who are here go on being served.
        log_warning(std::string(error.what()) + "; callers wait a second");
        accept_again_ = now + std::chrono::seconds(1);
    }
}

void Server::admit(sys::UniqueFd caller, Instant now)
{
    auto const peer = sys::peer_of(caller.value());
    auto const ticket = ++last_ticket_;
    Session& session = sessions_.try_emplace(ticket, std::move(caller), peer, now).first->second;
    bool const known = peer.uid == 0 || peer.uid == ::geteuid() ||
                       (!options_.is_private && std::find(options_.allowed.begin(), options_.allowed.end(), peer.uid) != options_.allowed.end());
    if (!known)
    {
        session.say({0, ErrorAnswer{"denied", "user " + std::to_string(peer.uid) +
                                                  " may not read this node's meters; the administrator can permit it (ghee-powerd --allow-user)"}});
        session.finish("user " + std::to_string(peer.uid) + " is not permitted");
    }
    else if (sessions_.size() > options_.most_clients)
    {
        session.say({0, ErrorAnswer{"full", "the daemon has its " + std::to_string(options_.most_clients) + " clients already"}});
        session.finish("there are " + std::to_string(options_.most_clients) + " clients already");
    }
}

short Server::events_of(Ticket ticket, Session const& session) const
{
    int events = session.unsent() > 0 ? POLLOUT : 0;
    if (!session.peer_ended() && !session.finishing())
        events |= busy(ticket, session) || session.clogged() ? POLLRDHUP : POLLIN | POLLRDHUP;
    return static_cast<short>(events);
}

void Server::receive(Ticket ticket, short events)
{
    Session& session = sessions_.at(ticket);
    if (events & (POLLIN | POLLRDHUP))
        session.receive();
    if (events & (POLLHUP | POLLERR | POLLNVAL) || ((events & POLLRDHUP) && waiting(ticket, session)))
        session.drop("it hung up");
}

bool Server::busy(Ticket ticket, Session const& session) const { return session.delivery.has_value() || lease_.waits(ticket); }

bool Server::waiting(Ticket ticket, Session const& session) const { return (session.delivery && !session.delivery->rest) || lease_.waits(ticket); }

void Server::serve(Ticket ticket, Instant now)
{
    Session& session = sessions_.at(ticket);
    for (int i = 0; i < lines_per_turn && !busy(ticket, session); ++i)
    {
        auto const line = session.next_line();
        if (!line)
        {
            if (session.peer_ended() && !session.clogged())
                session.finish("it hung up");
            break;
        }
        answer(ticket, *line, now);
    }
    deliver(session, now);
    // Who ended its side reads what there is to say at once; it does not wait.
    if (session.peer_ended() && waiting(ticket, session))
        session.drop("it hung up");
    session.flush(now);
    if (!session.greeted && now >= session.since() + ns(options_.hello))
        session.drop("it did not say hello within " + std::to_string(static_cast<int>(options_.hello.count())) + " s");
    if (session.unsent() > 0 && now >= session.stalled_since() + ns(options_.stall))
        session.drop("it takes nothing of what waits for it");
}

void Server::settle_lease(Instant now)
{
    for (auto const& decision : lease_.settle(now))
        sessions_.at(decision.who).say({decision.request, LeaseAnswer{decision.granted, decision.granted ? std::nullopt : holder(now)}});
}

void Server::bury(Instant now)
{
    for (auto entry = sessions_.begin(); entry != sessions_.end();)
    {
        auto const& [ticket, session] = *entry;
        if (!session.over())
        {
            ++entry;
            continue;
        }
        bool const held = lease_.holder() && lease_.holder()->who == ticket;
        lease_.leave(ticket);
        if (session.reason() != "it hung up" || held)
            log_info("client " + std::to_string(session.peer().pid) + (session.program.empty() ? "" : " (" + session.program + ")") +
                     " is gone: " + session.reason() + (held ? "; the lease is free" : ""));
        bool const counted = session.greeted;
        entry = sessions_.erase(entry);
        if (counted && greeted() == 0)
            alone_since_ = now;
    }
}

void Server::farewell(std::string const& reason, Instant now)
{
    for (auto& [ticket, session] : sessions_)
    {
        session.say({0, ErrorAnswer{"stopping", reason}});
        session.flush(now);
    }
}

std::size_t Server::greeted() const
{
    return static_cast<std::size_t>(std::count_if(sessions_.begin(), sessions_.end(), [](auto const& entry) { return entry.second.greeted; }));
}

Instant Server::unneeded_at() const
{
    if (greeted() > 0)
        return Instant::max();
    return alone_since_ + ns(ever_greeted_ ? options_.linger : options_.first_client);
}

Instant Server::next_deadline(Instant now) const
{
    auto next = std::min(options_.is_private ? unneeded_at() : Instant::max(), lease_.next_deadline().value_or(Instant::max()));
    if (!lease_.holder() && lease_.waiting() > 0)
        next = now;
    if (now < accept_again_)
        next = std::min(next, accept_again_);
    for (auto const& [ticket, session] : sessions_)
    {
        if (!session.greeted)
            next = std::min(next, session.since() + ns(options_.hello));
        if (session.unsent() > 0)
            next = std::min(next, session.stalled_since() + ns(options_.stall));
        if (session.delivery && !session.delivery->rest)
            next = std::min({next, session.delivery->deadline,
                             now + std::max<std::chrono::nanoseconds>(ns(longest_period() / 4), std::chrono::milliseconds(10))});
        // Lines that were not taken yet, samples that were not sent yet: on with the next turn.
        if (!session.clogged() && !session.finishing() &&
            ((session.delivery && session.delivery->rest) || (session.has_line() && !busy(ticket, session))))
            next = now;
    }
    return next;
}

}  // namespace ghee::meter
