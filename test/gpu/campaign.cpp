// gpu_campaign: what some trainings cost in joules: a quiet window, training, a quiet window, by the node's meters.
//
//   gpu_campaign [--meters nvml] [--backends cuda/layers,cudnn] [--precisions fp32,tf32] [--device UUID] [--seconds 90] [--train 3] [--quiet 1.5]
//                [--networks 2^20/4,2^25/4,2^14/4] [--groups cuda/solo] [--replicas 1,528] [--small 2^5/4,2^8/4,2^11/4]
//
// Groups of small networks come first (fp32): each network in each number of replicas, samples counted over all of them.
// Lines of JSON: the channels, the idle power before this program had the GPU, and of every training the account of each channel. Exit code 3
// where not all ran.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
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
#include "time_group.hpp"

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
    int replicas = 1;
    bool group = false;  ///< trained as one, even of a single replica
    double train_seconds = 0;
    double quiet_seconds = 0;
};

struct Trained
{
    energy::Window before, during, after;
    std::int64_t samples = 0;
    std::int64_t steps = 0;
    double loss = 0;
};

/// Something that trains a little more each time it is called.
using Stretch = std::function<void(Trained&)>;

/// Epoch after epoch of one network.
Stretch epochs(Training const& one, mlp::test::Rows const& rows)
{
    std::shared_ptr<mlp::Trainer> const trainer = one.subject.backend->make(group_spec(one.subject, one.cell, 1));
    trainer->load(rows.samples(), rows.samples());
    return [trainer, count = static_cast<std::uint32_t>(one.cell.rows()), epoch = std::int64_t{0}](Trained& result) mutable
    {
        ++epoch;
        mlp::Pass const pass = trainer->draws_order() ? trainer->train_epoch(1, epoch)
                                                      : trainer->train(permutation(count, Random(1, static_cast<std::uint64_t>(epoch))));
        result.samples += pass.samples;
        result.steps += pass.steps;
        result.loss = pass.loss_sum / static_cast<double>(pass.samples);
    };
}

/// Launch after launch of a group.
Stretch launches(Training const& one, mlp::test::Rows const& rows)
{
    std::shared_ptr<mlp::Group> const group = endless_group(one.subject, one.cell, rows.samples(), one.replicas);
    if (group == nullptr)
        throw Error("it has no groups of this network");
    return [group](Trained& result)
    {
        GroupTimes const took = time_group(*group, 0);
        result.samples += took.samples;
        result.steps += took.steps;
        result.loss = took.loss;
    };
}

/// Stretches until the window is long enough.
Trained train(Training const& one, mlp::test::Rows const& rows)
{
    Stretch const go = one.group ? launches(one, rows) : epochs(one, rows);
    Trained warm_up;
    go(warm_up);
    Trained result;
    quiet(settle.count());
    result.before = quiet(one.quiet_seconds);
    result.during.begin = now();
    do
    {
        go(result);
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
        line.put("kind", "energy").put("cell", one.cell.name()).put("contender", one.subject.name());
        line.put("replicas", one.replicas).put("channel", account.channel);
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

/// Groups first, then one network after another.
std::vector<Training> plan(std::vector<Cell> const& small, std::vector<Subject> const& groups, std::vector<int> const& replicas,
                           std::vector<Cell> const& large, std::vector<Subject> const& contenders)
{
    std::vector<Training> all;
    for (Cell const& cell : small)
        for (Subject const& one : groups)
            for (int const number : replicas)
            {
                all.push_back({cell, one, number, true});
                all.back().cell.steps = steps_of_small_cells;
            }
    for (Cell const& cell : large)
        for (Subject const& one : contenders)
            all.push_back({cell, one});
    return all;
}

int campaign(CommandLine& options)
{
    power::Options wanted;
    wanted.meters = {options.value("--meters", "nvml")};
    wanted.period = Seconds(0.05);
    auto const contenders = subjects(options.value("--backends", "cuda/layers,cudnn"), options.value("--precisions", "fp32,tf32"));
    std::string const device = options.value("--device", "");
    double const seconds = options.number("--seconds", 90);
    double const train_seconds = options.number("--train", 3);
    double const quiet_seconds = options.number("--quiet", 1.5);
    auto const chosen = networks(options.value("--networks", "2^20/4,2^25/4,2^14/4"));
    auto const groups = subjects(options.value("--groups", "cuda/solo"), "fp32");
    auto const replicas = numbers(options.value("--replicas", "1,528"));
    auto const small = networks(options.value("--small", "2^5/4,2^8/4,2^11/4"));
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
    for (Training const& one : plan(small, groups, replicas, chosen, contenders))
    {
        JsonLine line;
        line.put("kind", "energy").put("cell", one.cell.name()).put("contender", one.subject.name()).put("replicas", one.replicas);
        if (std::string const why = one.subject.backend->refuses(group_spec(one.subject, one.cell, one.replicas)); !why.empty())
        {
            line.put("refused", why).print();
            continue;
        }
        if (later(now(), Seconds(train_seconds + 2 * quiet_seconds) + 3 * settle) > deadline)
        {
            all_ran = false;
            line.put("not_run", "out of time").print();
            continue;
        }
        try
        {
            Training timed = one;
            timed.train_seconds = train_seconds;
            timed.quiet_seconds = quiet_seconds;
            mlp::test::Rows const rows(one.cell.network, one.cell.rows(), 1);
            Trained const trained = train(timed, rows);
            tell(one, trained, traces_of(sampler, trained.before.begin, trained.after.end), devices);
        }
        catch (std::exception const& error)
        {
            failed = true;
            line.put("failed", error.what()).print();
        }
    }
    return failed ? 1 : all_ran ? 0 : 3;
}
}  // namespace

}  // namespace ghee::gpu

int main(int argc, char** argv) { return ghee::gpu::guarded("gpu_campaign", ghee::gpu::campaign, argc, argv); }
