// What the server answers to each request.
#include <algorithm>
#include <set>

#include <unistd.h>

#include "base/version.hpp"
#include "meter/server.hpp"

namespace ghee::meter {

namespace {
constexpr std::chrono::minutes furthest_ahead{1};

std::chrono::nanoseconds ns(Seconds s) { return std::chrono::duration_cast<std::chrono::nanoseconds>(s); }
}  // namespace

void Server::answer(Ticket ticket, std::string const& line, Instant now)
{
    Session& session = sessions_.at(ticket);
    auto const read = read_request(line);
    if (auto const* refusal = std::get_if<Refusal>(&read))
    {
        session.say({refusal->id, refusal->error});
        if (refusal->fatal)
            session.finish("it sent what is no message");
        return;
    }
    auto const& request = std::get<Request>(read);
    if (!session.greeted && !std::holds_alternative<HelloRequest>(request.body))
    {
        session.say({request.id, ErrorAnswer{"order", "the first message must be 'hello'"}});
        session.finish("it did not say hello first");
        return;
    }
    std::visit([&](auto const& body) { answer(ticket, request.id, body, now); }, request.body);
}

void Server::answer(Ticket ticket, std::int64_t id, HelloRequest const& hello, Instant now)
{
    Session& session = sessions_.at(ticket);
    if (session.greeted)
        return session.say({id, ErrorAnswer{"order", "'hello' was said already"}});
    if (std::find(hello.protocols.begin(), hello.protocols.end(), protocol_version) == hello.protocols.end())
    {
        session.say({id, ErrorAnswer{"protocol", "this daemon (ghee " + std::string(version()) + ") speaks protocol " +
                                                     std::to_string(protocol_version) + " only"}});
        return session.finish("it speaks another protocol");
    }
    session.program = hello.program;
    session.say({id, HelloAnswer{protocol_version, Daemon{version(), ::getpid(), options_.is_private, feed_.channels(), feed_.absent()}}});
    if (hello.probe)
    {
        // Whoever asked is about to come: the time until a private daemon goes begins anew.
        alone_since_ = now;
        return session.finish("it hung up");
    }
    session.greeted = ever_greeted_ = true;
}

void Server::answer(Ticket ticket, std::int64_t id, LeaseRequest const& lease, Instant now)
{
    lease_.ask(ticket, id, lease.run, now + ns(lease.patience));
    settle_lease(now);
}

void Server::answer(Ticket ticket, std::int64_t id, ReleaseRequest const&, Instant)
{
    sessions_.at(ticket).say({id, ReleaseAnswer{lease_.leave(ticket)}});
}

void Server::answer(Ticket ticket, std::int64_t id, TraceRequest const& trace, Instant now)
{
    Session& session = sessions_.at(ticket);
    if (trace.end > now + furthest_ahead)
        return session.say({id, ErrorAnswer{"request", "'end_ns' lies more than a minute ahead of this node's CLOCK_MONOTONIC"}});
    Delivery delivery;
    delivery.request = id;
    delivery.begin = trace.begin;
    delivery.end = trace.end;
    delivery.deadline = trace.end + ns(3 * longest_period() + Seconds(0.2));
    delivery.sent.assign(feed_.channels().size(), 0);
    delivery.faults.resize(feed_.channels().size());
    session.delivery = std::move(delivery);
}

void Server::answer(Ticket ticket, std::int64_t id, StatusRequest const&, Instant now)
{
    auto const counts = feed_.counts();
    Status status;
    status.pid = ::getpid();
    status.up = now - started_;
    status.clients = static_cast<std::int64_t>(greeted());
    status.samples = counts.samples;
    status.misses = counts.misses;
    status.waiting = static_cast<std::int64_t>(lease_.waiting());
    status.holder = holder(now);
    sessions_.at(ticket).say({id, StatusAnswer{std::move(status)}});
}

std::optional<LeaseHolder> Server::holder(Instant now) const
{
    auto const& holder = lease_.holder();
    if (!holder)
        return std::nullopt;
    auto const& peer = sessions_.at(holder->who).peer();
    return LeaseHolder{holder->run, peer.pid, peer.uid, now - holder->since};
}

}  // namespace ghee::meter
