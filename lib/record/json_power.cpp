// JSON of what was measured: channel, trace, account.
#include "record/json.hpp"
#include "record/json_fields.hpp"

namespace ghee {

GHEE_JSON_FIELDS(Channel, field("name", value.name); field("source", value.source); field("detail", value.detail); field("kind", value.kind);
                 field("scope", value.scope); field("period_s", value.period); field("averaging_window_s", value.averaging_window);
                 field("refresh_s", value.refresh); field("refresh_measured", value.refresh_measured); field("resolution", value.resolution);
                 field("accuracy", value.accuracy); field("estimated", value.estimated); field("primary", value.primary); field("flags", value.flags);
                 field("devices", value.devices);)

GHEE_JSON_FIELDS(EnergyAccount, field("channel", value.channel); field("phase", value.phase); field("duration_s", value.duration);
                 field("gross_j", value.gross); field("idle_w", value.idle); field("idle_sd_w", value.idle_sd); field("net_j", value.net);
                 field("net_uncertainty_j", value.net_uncertainty); field("coverage", value.coverage); field("samples", value.samples);
                 field("estimated", value.estimated); field("flags", value.flags);)

void to_json(nlohmann::json& j, Trace const& trace)
{
    j = {{"channel", trace.channel}, {"at_ns", json_fields::write(trace.at())}, {"faults", trace.faults}};
    if (auto const* counter = std::get_if<CounterSeries>(&trace.series))
        j["energy_j"] = json_fields::write(counter->energy);
    else
        j["power_w"] = json_fields::write(std::get<GaugeSeries>(trace.series).power);
}

void from_json(nlohmann::json const& j, Trace& trace)
{
    j.at("channel").get_to(trace.channel);
    j.at("faults").get_to(trace.faults);
    if (j.contains("energy_j"))
    {
        CounterSeries series;
        json_fields::read(j.at("at_ns"), series.at);
        json_fields::read(j.at("energy_j"), series.energy);
        trace.series = std::move(series);
        return;
    }
    GaugeSeries series;
    json_fields::read(j.at("at_ns"), series.at);
    json_fields::read(j.at("power_w"), series.power);
    trace.series = std::move(series);
}

}  // namespace ghee
