// Requests as they come from a peer that may be anybody: everything is checked, nothing is thrown.
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "meter/protocol.hpp"

namespace ghee::meter {

namespace {
using Json = nlohmann::json;

constexpr std::size_t longest_text = 1024;
constexpr double longest_patience_s = 30.0 * 24 * 3600;

std::optional<std::int64_t> integer(Json const& message, char const* key)
{
    auto const found = message.find(key);
    if (found == message.end() || !found->is_number_integer())
        return std::nullopt;
    if (found->is_number_unsigned() && found->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return found->get<std::int64_t>();
}

std::optional<std::string> text(Json const& message, char const* key)
{
    auto const found = message.find(key);
    if (found == message.end() || !found->is_string())
        return std::nullopt;
    auto const& value = found->get_ref<std::string const&>();
    return value.size() <= longest_text ? std::optional(value) : std::nullopt;
}

using Body = decltype(Request::body);

std::variant<Body, std::string> hello(Json const& message)
{
    auto const list = message.find("protocols");
    if (list == message.end() || !list->is_array() || list->empty() || list->size() > 64)
        return "'hello' needs 'protocols': a list of the protocol versions its sender speaks";
    HelloRequest request;
    for (auto const& version : *list)
        if (version.is_number_integer() && version >= 0 && version <= std::numeric_limits<int>::max())
            request.protocols.push_back(version.get<int>());
    request.program = text(message, "program").value_or("");
    auto const probe = message.find("probe");
    request.probe = probe != message.end() && probe->is_boolean() && probe->get<bool>();
    return request;
}

std::variant<Body, std::string> lease(Json const& message)
{
    auto const run = text(message, "run");
    auto const patience = message.find("patience_s");
    if (!run)
        return "'lease' needs 'run': a text of at most " + std::to_string(longest_text) + " bytes";
    if (patience == message.end() || !patience->is_number())
        return "'lease' needs 'patience_s': a number";
    auto const seconds = patience->get<double>();
    if (!(seconds >= 0 && seconds <= longest_patience_s))
        return "'patience_s' must lie between 0 and " + std::to_string(static_cast<long>(longest_patience_s));
    return LeaseRequest{*run, Seconds(seconds)};
}

std::variant<Body, std::string> trace(Json const& message)
{
    auto const begin = integer(message, "begin_ns");
    auto const end = integer(message, "end_ns");
    if (!begin || !end)
        return "'trace' needs 'begin_ns' and 'end_ns': integers, nanoseconds of CLOCK_MONOTONIC";
    if (*begin < 0 || *end < *begin)
        return "'trace' needs 0 <= begin_ns <= end_ns";
    return TraceRequest{from_ns(*begin), from_ns(*end)};
}

std::variant<Body, std::string> body_of(Json const& message, std::string const& type)
{
    if (type == "hello")
        return hello(message);
    if (type == "lease")
        return lease(message);
    if (type == "release")
        return ReleaseRequest{};
    if (type == "trace")
        return trace(message);
    if (type == "status")
        return StatusRequest{};
    return "'" + type + "' is no request; known: hello, lease, release, trace, status";
}
}  // namespace

std::variant<Request, Refusal> read_request(std::string_view line)
{
    auto const message = Json::parse(line, nullptr, false);
    if (message.is_discarded() || !message.is_object())
        return Refusal{0, {"malformed", "a line must be one JSON object"}, true};
    auto const id = integer(message, "id").value_or(0);
    auto const type = text(message, "type");
    if (!type)
        return Refusal{id, {"request", "a message needs 'type'"}, false};
    auto body = body_of(message, *type);
    if (auto const* reason = std::get_if<std::string>(&body))
        return Refusal{id, {"request", *reason}, false};
    return Request{id, std::get<Body>(std::move(body))};
}

}  // namespace ghee::meter
