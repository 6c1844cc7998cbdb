// Who holds the lease and who is next.
#include "meter/lease.hpp"

#include <algorithm>

#include "base/contract.hpp"

namespace ghee::meter {

void LeaseQueue::ask(Ticket who, std::int64_t request, std::string run, Instant deadline)
{
    GHEE_EXPECT(!waits(who));
    Waiting waiting{who, request, std::move(run), deadline};
    // The holder goes first: it would wait for itself behind the others.
    if (holder_ && holder_->who == who)
        queue_.push_front(std::move(waiting));
    else
        queue_.push_back(std::move(waiting));
}

bool LeaseQueue::leave(Ticket who)
{
    auto const mine = std::find_if(queue_.begin(), queue_.end(), [&](Waiting const& w) { return w.who == who; });
    bool const waited = mine != queue_.end();
    if (waited)
        queue_.erase(mine);
    if (!holder_ || holder_->who != who)
        return waited;
    holder_.reset();
    return true;
}

std::vector<LeaseQueue::Decision> LeaseQueue::settle(Instant now)
{
    std::vector<Decision> decisions;
    for (auto waiting = queue_.begin(); waiting != queue_.end();)
    {
        bool const again = holder_ && holder_->who == waiting->who;
        bool const granted = !holder_ || again;
        if (!granted && now < waiting->deadline)
        {
            ++waiting;
            continue;
        }
        if (granted)
            holder_ = Holder{waiting->who, std::move(waiting->run), again ? holder_->since : now};
        decisions.push_back({waiting->who, waiting->request, granted});
        waiting = queue_.erase(waiting);
    }
    return decisions;
}

bool LeaseQueue::waits(Ticket who) const
{
    return std::any_of(queue_.begin(), queue_.end(), [&](Waiting const& w) { return w.who == who; });
}

std::optional<Instant> LeaseQueue::next_deadline() const
{
    std::optional<Instant> next;
    for (Waiting const& waiting : queue_)
        next = std::min(next.value_or(waiting.deadline), waiting.deadline);
    return next;
}

}  // namespace ghee::meter
