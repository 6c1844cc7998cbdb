// Messages as CBOR: one list of fields per message, the kind beside them.
#include "campaign/message.hpp"

#include <array>
#include <stdexcept>

#include "record/json.hpp"
#include "record/json_fields.hpp"

namespace ghee {
template<>
struct Names<campaign::Course>
{
    static constexpr std::string_view what = "a course";
    static constexpr std::array<std::string_view, 4> names{"work", "drain", "halt", "close"};
};
}  // namespace ghee

namespace ghee::campaign {

GHEE_JSON_FIELDS(MeasureSettings, field("idle_before_s", value.idle_before); field("idle_after_s", value.idle_after);
                 field("min_window_s", value.min_window); field("target_uncertainty", value.target_uncertainty); field("phases", value.phases);)
GHEE_JSON_FIELDS(PowerSettings, field("meters", value.meters); field("period_s", value.period); field("primary", value.primary);)
GHEE_JSON_FIELDS(RunSettings, field("deadline_s", value.deadline); field("attempts", value.attempts);
                 field("memory_limit_bytes", value.memory_limit_bytes);)
GHEE_JSON_FIELDS(Orders, field("campaign", value.campaign); field("measure", value.measure); field("power", value.power); field("run", value.run);
                 field("logs", value.logs); field("patience_s", value.patience); field("token", value.token);)

GHEE_JSON_FIELDS(ClockAsk, field("round", value.round); field("asked", value.asked);)
GHEE_JSON_FIELDS(Hello, field("node", value.node);)
GHEE_JSON_FIELDS(Beat, field("lease", value.lease); field("silent_for", value.silent_for); field("doing", value.doing);)
GHEE_JSON_FIELDS(Meters, field("node", value.node); field("channels", value.channels);)
GHEE_JSON_FIELDS(Result, field("lease", value.lease); field("report", value.report); field("may_retry", value.may_retry);
                 field("seconds", value.seconds);)
GHEE_JSON_FIELDS(GiveBack, field("lease", value.lease); field("reason", value.reason);)
GHEE_JSON_FIELDS(Bye, field("node", value.node); field("channels", value.channels);)
GHEE_JSON_FIELDS(ClockAnswer, field("round", value.round); field("asked", value.asked); field("received", value.received);
                 field("answered", value.answered);)
GHEE_JSON_FIELDS(Welcome, field("orders", value.orders);)
GHEE_JSON_FIELDS(Assign, field("lease", value.lease); field("attempt", value.attempt); field("deadline", value.deadline); field("task", value.task);)
GHEE_JSON_FIELDS(Ack, field("lease", value.lease);)
GHEE_JSON_FIELDS(Beacon, field("course", value.course);)
GHEE_JSON_FIELDS(Leave, field("code", value.code); field("finalize", value.finalize);)

static void to_json(nlohmann::json& j, Ask const&) { j = nlohmann::json::object(); }
static void from_json(nlohmann::json const&, Ask&) {}

namespace {
constexpr std::array<char const*, std::variant_size_v<Message>> kinds{
    "clock_ask", "hello", "ask", "beat", "meters", "result", "give_back", "bye", "clock_answer", "welcome", "assign", "ack", "beacon", "leave"};

template<std::size_t Index = 0>
Message read_kind(std::string const& kind, nlohmann::json const& body)
{
    if constexpr (Index == kinds.size())
        throw std::runtime_error("not a message: kind '" + kind + "'");
    else
    {
        if (kind == kinds[Index])
            return body.get<std::variant_alternative_t<Index, Message>>();
        return read_kind<Index + 1>(kind, body);
    }
}
}  // namespace

char const* kind_of(Message const& message) { return kinds[message.index()]; }

std::vector<std::uint8_t> encode(Message const& message)
{
    nlohmann::json j;
    j["kind"] = kind_of(message);
    j["body"] = std::visit([](auto const& body) { return nlohmann::json(body); }, message);
    return nlohmann::json::to_cbor(j);
}

Message decode(std::vector<std::uint8_t> const& bytes)
{
    try
    {
        auto const j = nlohmann::json::from_cbor(bytes);
        return read_kind(j.at("kind").get<std::string>(), j.at("body"));
    }
    catch (nlohmann::json::exception const& error)
    {
        throw std::runtime_error(std::string("not a message: ") + error.what());
    }
}

}  // namespace ghee::campaign
