// A trace on its way to a client: waited for, then sent in pieces as fast as the client takes them.
#include <algorithm>

#include "meter/server.hpp"

namespace ghee::meter {

namespace {
/// Of one client in a turn of the loop; then the others have theirs.
constexpr int slices_per_turn = 8;

double value_of(Joules energy) { return energy.value(); }
double value_of(Watts power) { return power.value(); }

template<class Values>
void say_pieces(Session& session, std::int64_t id, std::size_t channel, std::vector<Instant> const& at, Values const& values)
{
    for (std::size_t begin = 0; begin < at.size(); begin += samples_per_piece)
    {
        std::size_t const end = std::min(at.size(), begin + samples_per_piece);
        SamplesAnswer piece;
        piece.channel = channel;
        for (std::size_t i = begin; i < end; ++i)
        {
            piece.at.push_back(at[i]);
            piece.values.push_back(value_of(values[i]));
        }
        session.say({id, std::move(piece)});
    }
}

void say_samples(Session& session, std::int64_t id, std::size_t channel, Trace const& trace)
{
    if (auto const* counter = std::get_if<CounterSeries>(&trace.series))
        return say_pieces(session, id, channel, counter->at, counter->energy);
    auto const& gauge = std::get<GaugeSeries>(trace.series);
    say_pieces(session, id, channel, gauge.at, gauge.power);
}
}  // namespace

Seconds Server::longest_period() const
{
    Seconds longest{0.01};
    for (Channel const& channel : feed_.channels())
        longest = std::max(longest, channel.period);
    return longest;
}

void Server::deliver(Session& session, Instant now)
{
    if (!session.delivery || session.finishing() || session.over())
        return;
    Delivery& delivery = *session.delivery;
    if (!delivery.rest)
    {
        if (now < delivery.deadline && !feed_.passed(delivery.end))
            return;
        delivery.rest = feed_.around(delivery.begin, delivery.end);
    }
    // A slice holds about a piece of every channel, so what waits in memory for a slow client is a slice beyond the high water.
    Seconds shortest = longest_period();
    for (Channel const& channel : feed_.channels())
        if (channel.period > Seconds(0))
            shortest = std::min(shortest, channel.period);
    auto const slice = std::chrono::duration_cast<std::chrono::nanoseconds>(shortest * static_cast<double>(samples_per_piece));
    for (int i = 0; i < slices_per_turn && delivery.rest->begin < delivery.rest->end && !session.clogged(); ++i)
    {
        Stretch const now_sent{delivery.rest->begin, std::min<Instant>(delivery.rest->end, delivery.rest->begin + slice)};
        auto const traces = feed_.between(now_sent);
        for (std::size_t channel = 0; channel < traces.size(); ++channel)
        {
            say_samples(session, delivery.request, channel, traces[channel]);
            delivery.sent[channel] += static_cast<std::int64_t>(traces[channel].at().size());
            auto& faults = delivery.faults[channel];
            for (std::string const& fault : traces[channel].faults)
                if (std::find(faults.begin(), faults.end(), fault) == faults.end())
                    faults.push_back(fault);
        }
        delivery.rest->begin = now_sent.end;
        session.flush(now);
        if (session.over())
            return;
    }
    if (delivery.rest->begin < delivery.rest->end)
        return;
    session.say({delivery.request, TraceAnswer{delivery.sent, delivery.faults}});
    session.delivery.reset();
}

}  // namespace ghee::meter
