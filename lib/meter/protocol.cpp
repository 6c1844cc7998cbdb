// Messages as JSON lines: what we send, and answers as the client reads them.
#include "meter/protocol.hpp"

#include <type_traits>

#include <nlohmann/json.hpp>

#include "record/json.hpp"
#include "record/json_fields.hpp"

namespace ghee::meter {

namespace {
using Json = nlohmann::json;
using json_fields::number;

template<class... Cases>
struct Overloaded : Cases...
{
    using Cases::operator()...;
};
template<class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::string line_of(Json const& message) { return message.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json holder_json(std::optional<LeaseHolder> const& holder)
{
    if (!holder)
        return nullptr;
    return {{"run", holder->run}, {"pid", holder->pid}, {"uid", holder->uid}, {"held_s", number(holder->held.count())}};
}

std::optional<LeaseHolder> holder_of(Json const& j)
{
    if (j.is_null())
        return std::nullopt;
    return LeaseHolder{j.at("run"), j.at("pid"), j.at("uid"), Seconds(number(j.at("held_s")))};
}

Json daemon_json(Daemon const& daemon)
{
    auto absent = Json::array();
    for (auto const& [source, reason] : daemon.absent)
        absent.push_back({{"source", source}, {"reason", reason}});
    return {{"version", daemon.version}, {"pid", daemon.pid}, {"private", daemon.is_private}, {"channels", daemon.channels}, {"absent", absent}};
}

HelloAnswer hello_of(Json const& j)
{
    HelloAnswer answer;
    answer.protocol = j.at("protocol");
    Daemon& daemon = answer.daemon;
    daemon.version = j.at("version");
    daemon.pid = j.at("pid");
    daemon.is_private = j.at("private");
    daemon.channels = j.at("channels").get<std::vector<Channel>>();
    for (auto const& entry : j.at("absent"))
        daemon.absent.emplace_back(entry.at("source"), entry.at("reason"));
    return answer;
}

SamplesAnswer samples_of(Json const& j)
{
    SamplesAnswer answer;
    answer.channel = j.at("channel").get<std::size_t>();
    json_fields::read(j.at("at_ns"), answer.at);
    json_fields::read(j.at("value"), answer.values);
    if (answer.at.size() != answer.values.size())
        throw Lost("the power daemon sent " + std::to_string(answer.at.size()) + " times with " + std::to_string(answer.values.size()) + " values");
    return answer;
}

StatusAnswer status_of(Json const& j)
{
    Status status;
    status.pid = j.at("pid");
    status.up = Seconds(number(j.at("up_s")));
    status.clients = j.at("clients");
    status.samples = j.at("samples");
    status.misses = j.at("misses");
    status.waiting = j.at("waiting");
    status.holder = holder_of(j.at("holder"));
    return {status};
}

decltype(Answer::body) answer_body(Json const& j)
{
    std::string const type = j.at("type");
    if (type == "hello")
        return hello_of(j);
    if (type == "lease")
        return LeaseAnswer{j.at("granted"), holder_of(j.at("holder"))};
    if (type == "release")
        return ReleaseAnswer{j.at("held")};
    if (type == "samples")
        return samples_of(j);
    if (type == "trace")
        return TraceAnswer{j.at("samples"), j.at("faults")};
    if (type == "status")
        return status_of(j);
    if (type == "error")
        return ErrorAnswer{j.at("code"), j.at("reason")};
    throw Lost("the power daemon sent a message of unknown type '" + type + "'");
}
}  // namespace

std::string write(Request const& request)
{
    Json j = std::visit(
        Overloaded{
            [](HelloRequest const& r) { return Json{{"type", "hello"}, {"protocols", r.protocols}, {"program", r.program}, {"probe", r.probe}}; },
            [](LeaseRequest const& r) { return Json{{"type", "lease"}, {"run", r.run}, {"patience_s", r.patience.count()}}; },
            [](ReleaseRequest const&) { return Json{{"type", "release"}}; },
            [](TraceRequest const& r) { return Json{{"type", "trace"}, {"begin_ns", to_ns(r.begin)}, {"end_ns", to_ns(r.end)}}; },
            [](StatusRequest const&) { return Json{{"type", "status"}}; },
        },
        request.body);
    j["id"] = request.id;
    return line_of(j);
}

std::string write(Answer const& answer)
{
    Json j = std::visit(
        Overloaded{
            [](HelloAnswer const& a)
            {
                Json hello = daemon_json(a.daemon);
                hello["type"] = "hello";
                hello["protocol"] = a.protocol;
                return hello;
            },
            [](LeaseAnswer const& a) { return Json{{"type", "lease"}, {"granted", a.granted}, {"holder", holder_json(a.holder)}}; },
            [](ReleaseAnswer const& a) { return Json{{"type", "release"}, {"held", a.held}}; },
            [](SamplesAnswer const& a)
            {
                return Json{
                    {"type", "samples"}, {"channel", a.channel}, {"at_ns", json_fields::write(a.at)}, {"value", json_fields::write(a.values)}};
            },
            [](TraceAnswer const& a) { return Json{{"type", "trace"}, {"samples", a.samples}, {"faults", a.faults}}; },
            [](StatusAnswer const& a)
            {
                Status const& s = a.status;
                return Json{{"type", "status"},     {"pid", s.pid},       {"up_s", number(s.up.count())}, {"clients", s.clients},
                            {"samples", s.samples}, {"misses", s.misses}, {"waiting", s.waiting},         {"holder", holder_json(s.holder)}};
            },
            [](ErrorAnswer const& a) { return Json{{"type", "error"}, {"code", a.code}, {"reason", a.reason}}; },
        },
        answer.body);
    j["id"] = answer.id;
    return line_of(j);
}

Answer read_answer(std::string_view line)
{
    try
    {
        auto const j = Json::parse(line);
        return Answer{j.at("id"), answer_body(j)};
    }
    catch (Json::exception const& error)
    {
        throw Lost(std::string("the power daemon sent what is no answer: ") + error.what());
    }
    catch (UsageError const& error)
    {
        throw Lost(std::string("the power daemon speaks of something unknown here: ") + error.what());
    }
}

}  // namespace ghee::meter
