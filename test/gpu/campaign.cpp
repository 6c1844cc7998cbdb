// gpu_campaign: what some trainings cost in joules: a quiet window, training, a quiet window, by the node's meters.
//
//   gpu_campaign [--meters nvml] [--backends cuda,cudnn] [--precisions fp32,tf32] [--device UUID] [--seconds 70] [--train 4] [--quiet 2]
//                [--networks 2^20/4,2^25/4,2^14/4]
//
// Lines of JSON: the channels, the idle power before this program had the GPU, and of every training the account of each channel. Exit code 3
// where not all ran.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>

#include "base/error.hpp"
#include "base/random.hpp"
#include "cells.hpp"
#include "energy/account.hpp"
#include "energy/divergence.hpp"
#include "json_line.hpp"
#include "mlp/networks.hpp"
#include "power/sampler.hpp"
#include "subjects.hpp"

namespace ghee::gpu {

namespace {
constexpr Seconds settle{1.0};  ///< after work, before it counts as quiet: clocks and averaged readings come down

Instant now() { return monotonic_clock().now(); }
Instant later(Instant from, Seconds by) { return from + std::chrono::duration_cast<Instant::duration>(by); }

/// A stretch of doing nothing.
energy::Window quiet(double seconds)
{
    energy::Window window;
    window.begin = now();
    window.end = later(window.begin, Seconds(seconds));
    monotonic_clock().sleep_until(window.end);
    return window;
}

std::vector<Trace> traces_of(power::Sampler const& sampler, Instant begin, Instant end)
{
    sampler.wait_for_sample_after(end, later(now(), Seconds(5.0)));
    return sampler.window(begin, end);
}

void describe(Channel const& channel)
{
    JsonLine line;
    line.put("kind", "channel").put("name", channel.name).put("source", channel.source).put("reads", name_of(channel.kind));
    line.put("scope", name_of(channel.scope)).put("detail", channel.detail).put("period_s", channel.period.count());
    line.put("refresh_s", channel.refresh.count()).put("refresh_measured", channel.refresh_measured).put("accuracy", channel.accuracy);
    line.put("averaging_window_s", channel.averaging_window.count()).put("primary", channel.primary).put("estimated", channel.estimated).print();
}

struct Training
{
    Cell cell;
    Subject subject;
    double train_seconds;
    double quiet_seconds;
};

struct Trained
{
    energy::Window before, during, after;
    std::int64_t samples = 0;
    std::int64_t steps = 0;
    double loss = 0;
};

/// Epochs until the window is long enough.
Trained train(Training const& one, mlp::TrainerSpec const& spec, mlp::test::Rows const& rows)
{
    auto const trainer = one.subject.backend->make(spec);
    trainer->load(rows.samples(), rows.samples());
    std::int64_t epoch = 0;
    auto const go = [&]
    {
        ++epoch;
        return trainer->draws_order()
                   ? trainer->train_epoch(1, epoch)
                   : trainer->train(permutation(static_cast<std::uint32_t>(one.cell.rows()), Random(1, static_cast<std::uint64_t>(epoch))));
    };
    go();
    Trained result;
    quiet(settle.count());
    result.before = quiet(one.quiet_seconds);
    result.during.begin = now();
    do
    {
        mlp::Pass const pass = go();
        result.samples += pass.samples;
        result.steps += pass.steps;
        result.loss = pass.loss_sum / static_cast<double>(pass.samples);
        result.during.end = now();
    } while (result.during.duration().count() < one.train_seconds);
    quiet(settle.count());
    result.after = quiet(one.quiet_seconds);
    return result;
}

void tell(Training const& one, Trained const& trained, std::vector<Trace> const& traces, std::vector<std::string> const& devices)
{
    energy::Phase const phase{phase::train, {trained.during}};
    for (EnergyAccount const& account : energy::account(traces, std::span(&phase, 1), trained.before, trained.after, devices))
    {
        JsonLine line;
        line.put("kind", "energy").put("cell", one.cell.name()).put("contender", one.subject.name()).put("channel", account.channel);
        line.put("seconds", trained.during.duration().count()).put("samples", trained.samples).put("steps", trained.steps).put("loss", trained.loss);
        line.put("gross_j", account.gross.value()).put("idle_w", account.idle.value()).put("idle_sd_w", account.idle_sd.value());
        line.put("net_j", account.net.value()).put("net_uncertainty_j", account.net_uncertainty.value()).put("coverage", account.coverage);
        auto const trained_on = static_cast<double>(trained.samples);
        line.put("gross_j_per_sample", account.gross.value() / trained_on).put("net_j_per_sample", account.net.value() / trained_on);
        line.put("meter_samples", account.samples).put("estimated", account.estimated).list("flags", account.flags).print();
    }
    for (energy::Divergence const& apart : energy::divergences(traces, trained.during))
        JsonLine()
            .put("kind", "divergence")
            .put("cell", one.cell.name())
            .put("contender", one.subject.name())
            .put("counter", apart.counter)
            .put("gauge", apart.gauge)
            .put("counted_j", apart.counted.value())
            .put("integrated_j", apart.integrated.value())
            .put("allowed_j", apart.allowed.value())
            .print();
}

/// "2^20/4" to its cell.
std::vector<Cell> networks(std::string const& text)
{
    std::vector<Cell> all;
    char const* at = text.c_str();
    for (int used = 0; *at != '\0'; at += used)
    {
        int power = 0, depth = 0;
        if (std::sscanf(at, "2^%d/%d%n", &power, &depth, &used) != 2 || power < 1 || power > 30 || depth < 2)
            throw UsageError("'" + text + "' names no networks", {}, "say 2^20/4,2^25/4: parameters and depth");
        all.push_back(cell_of(power, depth));
        used += at[used] == ',' ? 1 : 0;
    }
    return all;
}

int campaign(CommandLine& options)
{
    power::Options wanted;
    wanted.meters = {options.value("--meters", "nvml")};
    wanted.period = Seconds(0.05);
    auto const contenders = subjects(options.value("--backends", "cuda,cudnn"), options.value("--precisions", "fp32,tf32"));
    std::string const device = options.value("--device", "");
    double const seconds = options.number("--seconds", 70);
    double const train_seconds = options.number("--train", 4);
    double const quiet_seconds = options.number("--quiet", 2);
    auto const chosen = networks(options.value("--networks", "2^20/4,2^25/4,2^14/4"));
    options.finish();
    Instant const deadline = later(now(), Seconds(seconds));

    auto found = power::discover(wanted);
    for (power::Discovered const& one : found)
        if (std::find(wanted.meters.begin(), wanted.meters.end(), one.name) != wanted.meters.end())
        {
            JsonLine line;
            line.put("kind", "meter").put("name", one.name).put("absent", one.reason).list("notes", one.notes).print();
        }
    auto sources = power::present_sources(found);
    if (sources.empty())
        return 3;
    power::SamplerOptions kept;
    kept.history = std::chrono::hours(1);
    power::Sampler const sampler(std::move(sources), kept);
    for (Channel const& channel : sampler.channels())
        describe(channel);

    // No backend has been asked for anything yet: no context on the GPU is ours.
    auto const idle = quiet(quiet_seconds);
    for (Trace const& trace : traces_of(sampler, idle.begin, idle.end))
        if (auto const baseline = energy::baseline(trace, idle))
            JsonLine()
                .put("kind", "idle")
                .put("channel", trace.channel.name)
                .put("mean_w", baseline->mean.value())
                .put("standard_error_w", baseline->standard_error.value())
                .put("seconds", baseline->duration.count())
                .print();

    std::vector<std::string> const devices = device.empty() ? std::vector<std::string>{} : std::vector<std::string>{device};
    bool all_ran = true, failed = false;
    for (Cell const& cell : chosen)
    {
        mlp::test::Rows const rows(cell.network, cell.rows(), 1);
        for (Subject const& contender : contenders)
        {
            mlp::TrainerSpec const spec{.network = cell.network, .optimizer = {}, .precision = contender.precision, .seed = 1, .batch = batch};
            JsonLine line;
            line.put("kind", "energy").put("cell", cell.name()).put("contender", contender.name());
            if (std::string const why = contender.backend->refuses(spec); !why.empty())
            {
                line.put("refused", why).print();
                continue;
            }
            Training const one{cell, contender, train_seconds, quiet_seconds};
            if (later(now(), Seconds(train_seconds + 2 * quiet_seconds) + 3 * settle) > deadline)
            {
                all_ran = false;
                line.put("not_run", "out of time").print();
                continue;
            }
            try
            {
                Trained const trained = train(one, spec, rows);
                tell(one, trained, traces_of(sampler, trained.before.begin, trained.after.end), devices);
            }
            catch (std::exception const& error)
            {
                failed = true;
                line.put("failed", error.what()).print();
            }
        }
    }
    return failed ? 1 : all_ran ? 0 : 3;
}
}  // namespace

}  // namespace ghee::gpu

int main(int argc, char** argv) { return ghee::gpu::guarded("gpu_campaign", ghee::gpu::campaign, argc, argv); }
