// Fields of what was measured: /energy, /marks, /traces, /trace_index, /channels.
#include "store/schema.hpp"

#include <limits>

namespace ghee::store {

namespace {
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
using C = Cell const&;

double since_start(RunReport const& report, Instant at) { return std::chrono::duration_cast<Seconds>(at - report.start).count(); }

using E = EnergyRow const&;
Field<EnergyRow> const energy_fields[] = {
    {"run", index_type, "1", "row of /runs, from 0", [](C c, E r) { c.put(r.run); }},
    {"run_id", text_of(16), "", "identity of the run", [](C c, E r) { c.put(r.report.task.run_id); }},
    {"channel", text, "", "channel; 'primary': the primary channels added; 'device': those of the run's own GPUs added",
     [](C c, E r) { c.put(r.account.channel); }},
    {"phase", text, "", "phase: whole, setup, warmup, train, evaluate, teardown, or a command's own", [](C c, E r) { c.put(r.account.phase); }},
    {"duration_s", real, "s", "time of the phase, all its windows and all passes", [](C c, E r) { c.put(r.account.duration); }},
    {"gross_j", real, "J", "energy over those windows, all passes", [](C c, E r) { c.put(r.account.gross); }},
    {"idle_w", real, "W", "idle power between the quiet windows; NaN: no valid one", [](C c, E r) { c.put(r.account.idle); }},
    {"idle_sd_w", real, "W", "standard error of idle_w", [](C c, E r) { c.put(r.account.idle_sd); }},
    {"net_j", real, "J", "gross_j - idle_w * duration_s", [](C c, E r) { c.put(r.account.net); }},
    {"net_uncertainty_j", real, "J", "one standard deviation of net_j", [](C c, E r) { c.put(r.account.net_uncertainty); }},
    {"coverage", real, "1", "share of the windows between samples no gap parts, 0 to 1", [](C c, E r) { c.put(r.account.coverage); }},
    {"samples", integer, "1", "samples inside the windows", [](C c, E r) { c.put(r.account.samples); }},
    {"estimated", boolean, "1", "true: computed from load, not measured", [](C c, E r) { c.put(r.account.estimated); }},
    {"flags", text, "", "what one must know to trust the figure, separated by blanks", [](C c, E r) { c.put(words(r.account.flags)); }},
};

using M = MarkRow const&;
Field<MarkRow> const mark_fields[] = {
    {"run", index_type, "1", "row of /runs, from 0", [](C c, M r) { c.put(r.run); }},
    {"run_id", text_of(16), "", "identity of the run", [](C c, M r) { c.put(r.report.task.run_id); }},
    {"phase", text, "", "phase that begins here", [](C c, M r) { c.put(r.mark.phase); }},
    {"t_s", real, "s", "when, since the child's start (start_unix_s)", [](C c, M r) { c.put(since_start(r.report, r.mark.at)); }},
};

using S = SampleRow const&;
Field<SampleRow> const sample_fields[] = {
    {"run", index_type, "1", "row of /runs, from 0", [](C c, S r) { c.put(r.run); }},
    {"channel", index_type, "1", "row of /channels, from 0", [](C c, S r) { c.put(r.channel); }},
    {"t_s", real, "s", "when, since the child's start (start_unix_s); negative: before it", [](C c, S r) { c.put(r.at_s); }},
    {"energy_j", real, "J", "reading of a counter; NaN for a gauge", [](C c, S r) { c.put(r.energy_j); }},
    {"power_w", real, "W", "reading of a gauge; NaN for a counter", [](C c, S r) { c.put(r.power_w); }},
};

using T = TraceRow const&;
Field<TraceRow> const trace_fields[] = {
    {"run", index_type, "1", "row of /runs, from 0", [](C c, T r) { c.put(r.run); }},
    {"run_id", text_of(16), "", "identity of the run", [](C c, T r) { c.put(r.report.task.run_id); }},
    {"channel", index_type, "1", "row of /channels, from 0", [](C c, T r) { c.put(r.channel); }},
    {"name", text, "", "name of that channel", [](C c, T r) { c.put(r.trace.channel.name); }},
    {"kind", text_of(8), "", "'counter' (energy_j) or 'gauge' (power_w)",
     [](C c, T r) { c.put(name_of(std::holds_alternative<CounterSeries>(r.trace.series) ? ChannelKind::counter : ChannelKind::gauge)); }},
    {"offset", word, "1", "first row in /traces", [](C c, T r) { c.put(r.offset); }},
    {"count", word, "1", "rows in /traces", [](C c, T r) { c.put(std::uint64_t{r.trace.at().size()}); }},
    {"faults", text, "", "what went wrong meanwhile: reset, gap, read_error, backward, absurd, end_of_trace",
     [](C c, T r) { c.put(words(r.trace.faults)); }},
};

using H = ChannelRow const&;
double as_counter(H r, double value) { return r.channel.kind == ChannelKind::counter ? value : undefined; }
double as_gauge(H r, double value) { return r.channel.kind == ChannelKind::gauge ? value : undefined; }
Field<ChannelRow> const channel_fields[] = {
    {"channel", index_type, "1", "number of this row, from 0: what /traces and /trace_index name", [](C c, H r) { c.put(r.index); }},
    {"node", text, "", "node: row of /nodes", [](C c, H r) { c.put(r.node); }},
    {"worker", integer, "1", "rank of the worker that told of it", [](C c, H r) { c.put(r.worker); }},
    {"name", text, "", "name, unique on its node", [](C c, H r) { c.put(r.channel.name); }},
    {"source", text, "", "kind of meter: rapl, hwmon, nvml, estimate ...", [](C c, H r) { c.put(r.channel.source); }},
    {"detail", text, "", "where it is read: a path, a library, a file", [](C c, H r) { c.put(r.channel.detail); }},
    {"kind", text_of(8), "", "'counter' (cumulative energy) or 'gauge' (power)", [](C c, H r) { c.put(name_of(r.channel.kind)); }},
    {"scope", text_of(8), "", "what it sees: node, cpu, memory, gpu, module, other", [](C c, H r) { c.put(name_of(r.channel.scope)); }},
    {"period_s", real, "s", "how often it is read", [](C c, H r) { c.put(r.channel.period); }},
    {"averaging_window_s", real, "s", "of a gauge whose reading is a mean over this long; 0: instantaneous",
     [](C c, H r) { c.put(r.channel.averaging_window); }},
    {"refresh_s", real, "s", "how often the sensor renews its value; NaN: not told",
     [](C c, H r) { c.put(r.channel.refresh > Seconds(0) ? r.channel.refresh.count() : undefined); }},
    {"refresh_measured", boolean, "1", "true: refresh_s was measured at the daemon's start; false: assumed, or not told",
     [](C c, H r) { c.put(r.channel.refresh_measured); }},
    {"resolution_j", real, "J", "smallest step of a counter; NaN for a gauge", [](C c, H r) { c.put(as_counter(r, r.channel.resolution)); }},
    {"resolution_w", real, "W", "smallest step of a gauge; NaN for a counter", [](C c, H r) { c.put(as_gauge(r, r.channel.resolution)); }},
    {"accuracy", real, "1", "relative, of the meter's class; 0: not stated", [](C c, H r) { c.put(r.channel.accuracy); }},
    {"estimated", boolean, "1", "true: computed from load, not measured", [](C c, H r) { c.put(r.channel.estimated); }},
    {"primary", boolean, "1", "true: part of the figure a run is charged", [](C c, H r) { c.put(r.channel.primary); }},
    {"flags", text, "", "what every figure of it must say, separated by blanks", [](C c, H r) { c.put(words(r.channel.flags)); }},
    {"devices", text, "", "UUIDs of the GPUs and MIG instances whose energy is in it, separated by blanks",
     [](C c, H r) { c.put(words(r.channel.devices)); }},
};
}  // namespace

TableSchema<EnergyRow> const& energy_schema()
{
    static TableSchema<EnergyRow> const table{"energy", "one row per run, channel and phase; all passes of the run together", 1024, energy_fields};
    return table;
}
TableSchema<MarkRow> const& marks_schema()
{
    static TableSchema<MarkRow> const table{"marks", "where the phases of each run begin", 2048, mark_fields};
    return table;
}
TableSchema<SampleRow> const& traces_schema()
{
    static TableSchema<SampleRow> const table{"traces", "samples of every run and channel, one behind the other", 8192, sample_fields};
    return table;
}
TableSchema<TraceRow> const& trace_index_schema()
{
    static TableSchema<TraceRow> const table{"trace_index", "one row per run and channel: where its samples are in /traces", 1024, trace_fields};
    return table;
}
TableSchema<ChannelRow> const& channels_schema()
{
    static TableSchema<ChannelRow> const table{"channels", "one row per node and channel", 256, channel_fields};
    return table;
}

}  // namespace ghee::store
