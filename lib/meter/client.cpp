// The client's end: ask, wait for the answer with a deadline, and say Lost when there will be none.
#include "meter/client.hpp"

#include <algorithm>

#include "base/contract.hpp"
#include "base/error.hpp"
#include "base/version.hpp"
#include "meter/protocol.hpp"
#include "sys/line_stream.hpp"
#include "sys/unix_socket.hpp"

namespace ghee::meter {

namespace {
std::chrono::nanoseconds ns(Seconds s) { return std::chrono::duration_cast<std::chrono::nanoseconds>(s); }

/// A daemon that is alive answers at once; this much is for a machine that is busy.
constexpr Seconds grace{10};
constexpr Seconds longest_patience{30.0 * 24 * 3600};

/// Adds a piece; false where it does not come after what is there.
bool append(Trace& trace, SamplesAnswer const& piece)
{
    for (std::size_t i = 0; i < piece.at.size(); ++i)
    {
        if (!trace.at().empty() && piece.at[i] <= trace.at().back())
            return false;
        if (auto* counter = std::get_if<CounterSeries>(&trace.series))
        {
            counter->at.push_back(piece.at[i]);
            counter->energy.emplace_back(piece.values[i]);
            continue;
        }
        auto& gauge = std::get<GaugeSeries>(trace.series);
        gauge.at.push_back(piece.at[i]);
        gauge.power.emplace_back(piece.values[i]);
    }
    return true;
}

sys::UniqueFd connect(std::filesystem::path const& socket, Seconds timeout)
{
    auto connection = sys::connect_to(socket, timeout);
    if (!connection)
        throw Lost("no power daemon answers at '" + socket.string() + "' (" + connection.refusal + ")");
    return std::move(connection.fd);
}
}  // namespace

struct Client::State
{
    State(std::filesystem::path path, Seconds timeout) : socket(std::move(path)), stream(connect(socket, timeout), longest_answer) {}

    std::filesystem::path socket;
    sys::LineStream stream;
    Daemon daemon;
    std::optional<LeaseHolder> holder;
    std::int64_t last_id = 0;
    bool has_lease = false;
    std::string broken;  ///< why the connection is of no more use; empty: it is

    [[noreturn]] void lose(std::string const& why)
    {
        broken = "the power daemon" + (daemon.pid > 0 ? " (pid " + std::to_string(daemon.pid) + ")" : "") + " at '" + socket.string() + "' " + why;
        has_lease = false;
        throw Lost(broken);
    }

    std::int64_t ask(decltype(Request::body) body)
    {
        if (!broken.empty())
            throw Lost(broken);
        Request const request{++last_id, std::move(body)};
        // A daemon that refused us has hung up but left its reason to be read: so only what cannot be read is final.
        if (stream.write(write(request), monotonic_clock().now() + ns(grace)) == sys::LineState::timeout)
            lose("takes no requests");
        return request.id;
    }

    /// The next answer to request `id`. An error answer is Lost.
    auto hear(std::int64_t id, Instant deadline)
    {
        for (;;)
        {
            auto const read = stream.read(deadline);
            switch (read.state)
            {
                case sys::LineState::line: break;
                case sys::LineState::timeout: lose("does not answer");
                case sys::LineState::closed: lose("hung up");
                case sys::LineState::too_long: lose("sent a line of more than " + std::to_string(longest_answer) + " bytes");
                case sys::LineState::broken: lose("cannot be read: " + read.text);
            }
            Answer answer = parsed(read.text);
            if (auto const* error = std::get_if<ErrorAnswer>(&answer.body))
                refuse(*error, answer.id);
            if (answer.id == id)
                return std::move(answer.body);
        }
    }

    template<class Body>
    Body hear_one(std::int64_t id, Seconds patience)
    {
        auto body = hear(id, monotonic_clock().now() + ns(patience));
        if (auto* wanted = std::get_if<Body>(&body))
            return std::move(*wanted);
        lose("answered something else than it was asked");
    }

    Answer parsed(std::string const& line)
    {
        try
        {
            return read_answer(line);
        }
        catch (Lost const& error)
        {
            broken = error.what();
            throw;
        }
    }

    [[noreturn]] void refuse(ErrorAnswer const& error, std::int64_t id)
    {
        // One that names our request leaves the connection as it was.
        if (id != 0 && error.code == "request")
            throw Lost("the power daemon refused (" + error.reason + ")");
        lose("refused (" + error.reason + ")");
    }
};

Client::Client(std::filesystem::path const& socket, Seconds timeout) : state_(std::make_unique<State>(socket, timeout))
{
    auto const id = state_->ask(HelloRequest{{protocol_version}, std::string("ghee ") + version()});
    state_->daemon = state_->hear_one<HelloAnswer>(id, timeout).daemon;
}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Daemon const& Client::daemon() const { return state_->daemon; }

bool Client::acquire_lease(std::string const& run, Seconds patience)
{
    patience = std::clamp(patience, Seconds(0), longest_patience);
    auto const id = state_->ask(LeaseRequest{run.substr(0, 256), patience});
    auto const answer = state_->hear_one<LeaseAnswer>(id, patience + grace);
    state_->has_lease = answer.granted;
    state_->holder = answer.holder;
    return answer.granted;
}

std::optional<LeaseHolder> const& Client::lease_holder() const { return state_->holder; }

void Client::release_lease()
{
    if (!state_->has_lease)
        return;
    state_->has_lease = false;
    state_->hear_one<ReleaseAnswer>(state_->ask(ReleaseRequest{}), grace);
}

std::vector<Trace> Client::trace(Instant begin, Instant end)
{
    auto const& channels = state_->daemon.channels;
    Seconds longest{};
    std::vector<Trace> traces(channels.size());
    for (std::size_t i = 0; i < channels.size(); ++i)
    {
        longest = std::max(longest, channels[i].period);
        traces[i].channel = channels[i];
        if (channels[i].kind == ChannelKind::gauge)
            traces[i].series = GaugeSeries{};
    }
    auto const id = state_->ask(TraceRequest{std::max(begin, Instant{}), std::max(end, Instant{})});
    Seconds patience = std::max(Seconds(end - monotonic_clock().now()), Seconds(0)) + 4 * longest + grace;
    for (;;)
    {
        auto body = state_->hear(id, monotonic_clock().now() + ns(patience));
        patience = grace;
        if (auto const* samples = std::get_if<SamplesAnswer>(&body))
        {
            if (samples->channel >= traces.size() || !append(traces[samples->channel], *samples))
                state_->lose("sent samples out of order");
            continue;
        }
        auto const* last = std::get_if<TraceAnswer>(&body);
        if (!last)
            state_->lose("answered something else than it was asked");
        if (last->samples.size() != traces.size() || last->faults.size() != traces.size())
            state_->lose("speaks of other channels than it has");
        for (std::size_t i = 0; i < traces.size(); ++i)
        {
            if (static_cast<std::int64_t>(traces[i].at().size()) != last->samples[i])
                state_->lose("sent fewer samples of '" + channels[i].name + "' than it says");
            traces[i].faults = last->faults[i];
        }
        return traces;
    }
}

Status Client::status() { return state_->hear_one<StatusAnswer>(state_->ask(StatusRequest{}), grace).status; }

}  // namespace ghee::meter
