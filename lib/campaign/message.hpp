// What coordinator and workers say to each other. Every message may be repeated without harm.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "campaign/plan.hpp"
#include "record/configuration.hpp"
#include "record/node.hpp"
#include "record/run.hpp"
#include "record/trace.hpp"

namespace ghee::campaign {

// From a worker.

/// One round of the clock comparison.
struct ClockAsk
{
    int round = 0;
    Instant asked{};  ///< worker's clock
};
/// What the worker's node is. Repeated until welcomed.
struct Hello
{
    NodeInfo node;
};
/// "I am free": also the sign of life of an idle worker.
struct Ask
{
};
/// Sign of life of a busy worker.
struct Beat
{
    std::int64_t lease = 0;
    Seconds silent_for{};  ///< nothing will be heard for this long: a quiet window is measured
    std::string doing;     ///< "waiting for the meter", "training" ...
};
/// The worker has met its node's daemon: these are the meters. Sent before the first result that uses them.
struct Meters
{
    NodeInfo node;
    std::vector<Channel> channels;
};
/// A child has ended and everything about it is known. Repeated until acknowledged.
struct Result
{
    std::int64_t lease = 0;
    RunReport report;
    bool may_retry = false;  ///< the child crashed, hung or was killed: another attempt may go better
    Seconds seconds{};       ///< from the lease to this report
};
/// The run was broken off before its end, as asked; it counts as never tried. Repeated until acknowledged.
struct GiveBack
{
    std::int64_t lease = 0;
    std::string reason;
};
/// Last word of a worker: its node with the clock at the end, and its meters once more. Repeated until dismissed.
struct Bye
{
    NodeInfo node;
    std::vector<Channel> channels;
};

// From the coordinator.

struct ClockAnswer
{
    int round = 0;
    Instant asked{};     ///< worker's clock, as it came
    Instant received{};  ///< coordinator's clock
    Instant answered{};  ///< coordinator's clock
};
/// How runs of this campaign are to be done.
struct Orders
{
    std::string campaign;
    MeasureSettings measure;
    PowerSettings power;
    RunSettings run;
    std::string logs;      ///< folder for the output of children that fail
    Seconds patience{30};  ///< a coordinator silent for this long is dead
    std::string token;     ///< of this campaign and session: names the folder of private daemons
};
struct Welcome
{
    Orders orders;
};
struct Assign
{
    std::int64_t lease = 0;  ///< rises from assignment to assignment
    int attempt = 1;
    Seconds deadline{};  ///< of the child
    Task task;
};
/// The result (or what was given back) of this lease is dealt with.
struct Ack
{
    std::int64_t lease = 0;
};

/// What the whole campaign is about to do.
enum class Course {
    work,   ///< give out runs
    drain,  ///< give out no more; runs under way end
    halt,   ///< break runs off and give them back
    close,  ///< all done: compare clocks again and say goodbye
};
/// Sign of life of the coordinator.
struct Beacon
{
    Course course = Course::work;
};
/// Go. `finalize`: nobody was lost, the message layer may be shut down in order.
struct Leave
{
    int code = 0;
    bool finalize = false;
};

using Message = std::variant<ClockAsk, Hello, Ask, Beat, Meters, Result, GiveBack, Bye, ClockAnswer, Welcome, Assign, Ack, Beacon, Leave>;

/// A message with its sender and when it was taken off the wire (receiver's clock).
struct Envelope
{
    int from = 0;
    Message message;
    Instant received{};
};

/// CBOR of the message with its kind. decode throws std::runtime_error on what is not a message.
std::vector<std::uint8_t> encode(Message const&);
Message decode(std::vector<std::uint8_t> const&);
/// "hello", "ask" ...
char const* kind_of(Message const&);

}  // namespace ghee::campaign
