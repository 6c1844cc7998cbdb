// CBOR of the ledger's records.
#include "campaign/ledger_record.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/version.hpp"
#include "record/json.hpp"

namespace ghee::campaign {

namespace {
using nlohmann::json;

json to_object(store::Provenance const& value)
{
    return {{"campaign_name", value.campaign_name}, {"campaign_text", value.campaign_text},
            {"command_line", value.command_line},   {"host", value.host},
            {"start_unix_ns", value.start_unix_ns}, {"planned_runs", value.planned_runs}};
}
void from_object(json const& j, store::Provenance& value)
{
    j.at("campaign_name").get_to(value.campaign_name);
    j.at("campaign_text").get_to(value.campaign_text);
    j.at("command_line").get_to(value.command_line);
    j.at("host").get_to(value.host);
    j.at("start_unix_ns").get_to(value.start_unix_ns);
    j.at("planned_runs").get_to(value.planned_runs);
}

json to_object(store::ConfigurationRow const& value)
{
    return {{"config_id", value.config_id},
            {"configuration", value.configuration},
            {"inputs", value.inputs},
            {"outputs", value.outputs},
            {"widths", value.widths},
            {"parameters", value.parameters},
            {"size_error", value.size_error},
            {"flops_per_step", value.flops_per_step},
            {"layer_bytes", value.layer_bytes},
            {"forward_bytes", value.forward_bytes},
            {"backward_bytes", value.backward_bytes},
            {"epoch_bytes", value.epoch_bytes}};
}
store::ConfigurationRow configuration_row(json const& j)
{
    store::ConfigurationRow value;
    j.at("config_id").get_to(value.config_id);
    j.at("configuration").get_to(value.configuration);
    j.at("inputs").get_to(value.inputs);
    j.at("outputs").get_to(value.outputs);
    j.at("widths").get_to(value.widths);
    j.at("parameters").get_to(value.parameters);
    j.at("size_error").get_to(value.size_error);
    j.at("flops_per_step").get_to(value.flops_per_step);
    j.at("layer_bytes").get_to(value.layer_bytes);
    j.at("forward_bytes").get_to(value.forward_bytes);
    j.at("backward_bytes").get_to(value.backward_bytes);
    j.at("epoch_bytes").get_to(value.epoch_bytes);
    return value;
}

void put_plan(json& j, LedgerPlan const& plan)
{
    auto& rows = j["configurations"] = json::array();
    for (auto const& row : plan.configurations)
        rows.push_back(to_object(row));
    std::vector<std::uint8_t> bytes;
    for (std::uint64_t task : plan.tasks)
        for (unsigned shift = 0; shift < 64; shift += 8)
            bytes.push_back(static_cast<std::uint8_t>(task >> shift));
    j["tasks"] = json::binary(std::move(bytes));
}
void take_plan(json const& j, LedgerPlan& plan)
{
    plan.configurations.clear();
    for (json const& row : j.at("configurations"))
        plan.configurations.push_back(configuration_row(row));
    auto const& bytes = j.at("tasks").get_binary();
    plan.tasks.assign(bytes.size() / 8, 0);
    for (std::size_t i = 0; i < plan.tasks.size() * 8; ++i)
        plan.tasks[i / 8] |= std::uint64_t{bytes[i]} << (8 * (i % 8));
}

Payload part(json const& j) { return json::to_cbor(j); }
json whole(Payload const& payload) { return json::from_cbor(payload); }
}  // namespace

Payload encode_header(LedgerPlan const& plan)
{
    json j{{"format", "ghee ledger"},
           {"version", ledger_version},
           {"ghee_version", version()},
           {"plan_hash", plan_hash(plan)},
           {"provenance", to_object(plan.provenance)}};
    put_plan(j, plan);
    return part(j);
}
HeaderRecord decode_header(Payload const& payload)
{
    json const j = whole(payload);
    HeaderRecord header;
    header.format = j.value("format", "");
    header.version = j.value("version", 0);
    header.ghee_version = j.value("ghee_version", "");
    if (header.format != "ghee ledger" || header.version != ledger_version)
        return header;
    from_object(j.at("provenance"), header.plan.provenance);
    take_plan(j, header.plan);
    return header;
}

Payload encode_session(LedgerPlan const& plan, bool with_plan)
{
    json j{{"ghee_version", version()}, {"plan_hash", plan_hash(plan)}, {"provenance", to_object(plan.provenance)}};
    if (with_plan)
        put_plan(j, plan);
    return part(j);
}
void decode_session(Payload const& payload, LedgerPlan& plan)
{
    json const j = whole(payload);
    auto const host = plan.provenance.host;
    auto const start = plan.provenance.start_unix_ns;
    from_object(j.at("provenance"), plan.provenance);
    plan.provenance.host = host;
    plan.provenance.start_unix_ns = start;
    if (j.contains("tasks"))
        take_plan(j, plan);
}

Payload encode(store::NodeRow const& row) { return part({{"node", row.node}, {"worker", row.worker}, {"channels", row.channels}}); }
void decode(Payload const& payload, store::NodeRow& row)
{
    json const j = whole(payload);
    j.at("node").get_to(row.node);
    j.at("worker").get_to(row.worker);
    j.at("channels").get_to(row.channels);
}

Payload encode(RunReport const& report)
{
    json j = report;
    j.erase("traces");
    Payload const bytes = part(j);
    Payload const samples = part(json(report.traces));
    Payload payload(4 + bytes.size() + samples.size());
    for (unsigned i = 0; i < 4; ++i)
        payload[i] = static_cast<std::uint8_t>(bytes.size() >> (8 * i));
    auto const behind = std::copy(bytes.begin(), bytes.end(), payload.begin() + 4);
    std::copy(samples.begin(), samples.end(), behind);
    return payload;
}
void decode(Payload const& payload, RunReport& report, Samples samples)
{
    if (payload.size() < 4)
        throw Error("a run's record is too short");
    std::size_t const length = payload[0] | std::size_t{payload[1]} << 8 | std::size_t{payload[2]} << 16 | std::size_t{payload[3]} << 24;
    if (length > payload.size() - 4)
        throw Error("a run's record is too short");
    auto const middle = payload.begin() + 4 + static_cast<std::ptrdiff_t>(length);
    json::from_cbor(payload.begin() + 4, middle).get_to(report);
    report.traces.clear();
    if (samples == Samples::read)
        json::from_cbor(middle, payload.end()).get_to(report.traces);
}

Payload encode(AttemptRecord const& record) { return part({{"run_id", record.run_id}, {"attempt", record.attempt}}); }
void decode(Payload const& payload, AttemptRecord& record)
{
    json const j = whole(payload);
    j.at("run_id").get_to(record.run_id);
    j.at("attempt").get_to(record.attempt);
}

Payload encode(StopRecord const& record) { return part({{"reason", record.reason}}); }
void decode(Payload const& payload, StopRecord& record) { whole(payload).at("reason").get_to(record.reason); }

}  // namespace ghee::campaign
