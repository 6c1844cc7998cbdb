// What client and daemon say to each other: one JSON object per line (docs/reference/protocol.md is the authority).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/quantity.hpp"
#include "meter/client.hpp"

namespace ghee::meter {

/// The protocols this version speaks; the first message agrees on one.
inline constexpr int protocol_version = 1;
/// Bytes of a line, newline excluded. A longer request costs the connection.
inline constexpr std::size_t longest_request = 16 * 1024;
inline constexpr std::size_t longest_answer = 1024 * 1024;
/// Of one channel in one line.
inline constexpr std::size_t samples_per_piece = 1024;

struct HelloRequest
{
    std::vector<int> protocols;
    std::string program;  ///< who calls, for the log
    bool probe = false;   ///< asks only who is there: answered and hung up, no client
};
struct LeaseRequest
{
    std::string run;
    Seconds patience{};
};
struct ReleaseRequest
{
};
struct TraceRequest
{
    Instant begin{};
    Instant end{};
};
struct StatusRequest
{
};
struct Request
{
    std::int64_t id = 0;  ///< comes back in every answer to it
    std::variant<HelloRequest, LeaseRequest, ReleaseRequest, TraceRequest, StatusRequest> body;
};

struct HelloAnswer
{
    int protocol = protocol_version;
    Daemon daemon;
};
struct LeaseAnswer
{
    bool granted = false;
    std::optional<LeaseHolder> holder;  ///< who has it, where not granted
};
struct ReleaseAnswer
{
    bool held = false;  ///< there was something to release
};
/// A piece of a trace: at most samples_per_piece samples of one channel. Pieces of a channel come in time order.
struct SamplesAnswer
{
    std::size_t channel = 0;  ///< index into the channels of the hello
    std::vector<Instant> at;
    std::vector<double> values;  ///< J (counter) or W (gauge)
};
/// Ends a trace. One entry per channel of the hello.
struct TraceAnswer
{
    std::vector<std::int64_t> samples;  ///< sent; the client compares
    std::vector<std::vector<std::string>> faults;
};
struct StatusAnswer
{
    Status status;
};
/// Why not. `code`: "malformed", "protocol", "denied", "full", "order", "request", "stopping".
struct ErrorAnswer
{
    std::string code;
    std::string reason;
};
struct Answer
{
    std::int64_t id = 0;
    std::variant<HelloAnswer, LeaseAnswer, ReleaseAnswer, SamplesAnswer, TraceAnswer, StatusAnswer, ErrorAnswer> body;
};

/// A request that was not understood. `fatal`: the stream cannot be trusted any more.
struct Refusal
{
    std::int64_t id = 0;
    ErrorAnswer error;
    bool fatal = false;
};

/// Never throws for what a peer can send.
std::variant<Request, Refusal> read_request(std::string_view line);
std::string write(Request const&);

/// Throws Lost for what is no answer.
Answer read_answer(std::string_view line);
/// Text of foreign origin in it may be any bytes: what is not UTF-8 is replaced.
std::string write(Answer const&);

}  // namespace ghee::meter
