// The measurement lease: one holder, the others in order of arrival, each with its own patience. Knows no sockets.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace ghee::meter {

class LeaseQueue
{
  public:
    /// A client's number; never used twice.
    using Ticket = std::uint64_t;

    struct Holder
    {
        Ticket who = 0;
        std::string run;
        Instant since{};
    };
    struct Decision
    {
        Ticket who = 0;
        std::int64_t request = 0;
        bool granted = false;
    };

    /// Joins the queue until `deadline`. Precondition: `who` is not waiting. The holder asking again keeps the lease under the new name.
    void ask(Ticket who, std::int64_t request, std::string run, Instant deadline);
    /// Gives the lease back, or leaves the queue; false: had neither.
    bool leave(Ticket who);
    /// Grants what can be granted and refuses those whose patience has run out, in order of arrival. A free lease goes to the first
    /// in the queue, also one whose deadline is `now`.
    std::vector<Decision> settle(Instant now);

    [[nodiscard]] std::optional<Holder> const& holder() const { return holder_; }
    [[nodiscard]] std::size_t waiting() const { return queue_.size(); }
    [[nodiscard]] bool waits(Ticket who) const;
    /// When the next patience runs out.
    [[nodiscard]] std::optional<Instant> next_deadline() const;

  private:
    struct Waiting
    {
        Ticket who;
        std::int64_t request;
        std::string run;
        Instant deadline;
    };
    std::optional<Holder> holder_;
    std::deque<Waiting> queue_;
};

}  // namespace ghee::meter
