// The energy account of a run: gross, idle and net of every phase, channel by channel and for the primary ones together.
#include <algorithm>
#include <cmath>
#include <map>

#include "energy/curve.hpp"
#include "energy/device.hpp"
#include "energy/divergence.hpp"
#include "record/flag.hpp"

namespace ghee::energy {

namespace {

constexpr double apportion_below_periods = 2.0;
constexpr double drift_sigmas = 3.0;
constexpr double drift_share = 0.05;
constexpr double busy_unsteadiness = 0.2;

double duration(std::vector<Window> const& windows)
{
    double sum = 0.0;
    for (Window const& w : windows)
    {
        sum += std::max(0.0, w.duration().count());
    }
    return sum;
}

Parts integrate_all(Curve const& curve, std::vector<Window> const& windows)
{
    Parts sum;
    sum.energy = 0.0;
    double covered = 0.0;
    for (Window const& w : windows)
    {
        if (w.end <= w.begin)
        {
            continue;
        }
        Parts const one = curve.integrate(w);
        covered += one.coverage * w.duration().count();
        sum.energy += one.energy;
        sum.variance += one.variance;
        sum.correlated += one.correlated;
        sum.samples += one.samples;
    }
    double const seconds = duration(windows);
    sum.coverage = seconds > 0.0 ? covered / seconds : 0.0;
    if (!(seconds > 0.0))
    {
        sum.energy = std::numeric_limits<double>::quiet_NaN();
    }
    return sum;
}

/// The phase's share of the whole by time, with the error of not knowing where in the whole it drew what (eq. 21).
Parts apportion(Curve const& curve, Parts const& whole, double whole_seconds, double seconds, std::int64_t samples)
{
    double const share = seconds / whole_seconds;
    Parts out;
    out.energy = whole.energy * share;
    out.variance = whole.variance * share * share + std::pow(seconds * (curve.highest() - curve.lowest()), 2) / 12.0;
    out.correlated = whole.correlated * share;
    out.coverage = whole.coverage;
    out.samples = samples;
    return out;
}

/// Middle of the windows, each weighted with its length; relative to `origin`, s.
double mean_time(std::vector<Window> const& windows, Instant origin)
{
    double sum = 0.0;
    for (Window const& w : windows)
    {
        double const length = std::max(0.0, w.duration().count());
        sum += length * (std::chrono::duration_cast<Seconds>(w.begin - origin).count() + 0.5 * length);
    }
    return sum / duration(windows);
}

struct Idle
{
    Watts mean;
    Watts sd;
    std::vector<std::string> flags;
};

Idle idle_of(std::optional<Baseline> const& before, std::optional<Baseline> const& after, std::vector<Window> const& windows)
{
    if (!before && !after)
    {
        return {Watts{}, Watts{}, {flag::no_baseline}};
    }
    if (!before || !after)
    {
        Baseline const& one = before ? *before : *after;
        return {one.mean, one.standard_error, {flag::one_baseline}};
    }
    double const apart = std::chrono::duration_cast<Seconds>(after->middle - before->middle).count();
    double const later = apart > 0.0 ? std::clamp(mean_time(windows, before->middle) / apart, 0.0, 1.0) : 0.5;
    double const first = before->mean.value();
    double const second = after->mean.value();
    double const first_error = before->standard_error.value();
    double const second_error = after->standard_error.value();
    double const moved = second - first;
    Idle idle;
    idle.mean = Watts(first + later * moved);                                                                                         // eq. 18
    idle.sd = Watts(std::sqrt(std::pow((1.0 - later) * first_error, 2) + std::pow(later * second_error, 2) + moved * moved / 12.0));  // eq. 19
    if (std::abs(moved) > drift_sigmas * std::hypot(first_error, second_error) && std::abs(moved) > drift_share * 0.5 * std::abs(first + second))
    {
        idle.flags.emplace_back(flag::baseline_drift);
    }
    return idle;
}

void add_flag(std::vector<std::string>& flags, std::string const& flag)
{
    if (std::find(flags.begin(), flags.end(), flag) == flags.end())
    {
        flags.push_back(flag);
    }
}

/// An account with what "primary" needs to add it to others: the error of the meter's class apart, and whose meter it is.
struct Accounted
{
    EnergyAccount account;
    std::string source;
    double of_class = 0.0;  ///< J, one sd, with the sign of net; part of the account's uncertainty
};

Accounted account_of(Curve const& curve, Phase const& phase, std::vector<Window> const& whole, Parts const& of_whole,
                     std::optional<Baseline> const& before, std::optional<Baseline> const& after)
{
    Channel const& channel = curve.trace().channel;
    double of_class = 0.0;
    double const seconds = duration(phase.windows);
    double const whole_seconds = duration(whole);
    Parts parts = integrate_all(curve, phase.windows);
    EnergyAccount out;
    out.channel = channel.name;
    out.phase = phase.name;
    out.duration = Seconds(seconds);
    out.estimated = channel.estimated;
    if (channel.estimated)
    {
        out.flags.emplace_back(flag::estimated);
    }
    for (std::string const& flag : channel.flags)
    {
        add_flag(out.flags, flag);
    }

    auto const pieces =
        static_cast<double>(std::count_if(phase.windows.begin(), phase.windows.end(), [](Window const& w) { return w.end > w.begin; }));
    bool const short_pieces = pieces > 0.0 && seconds / pieces < apportion_below_periods * curve.period();
    if (short_pieces && whole_seconds > seconds && std::isfinite(of_whole.energy))
    {
        parts = apportion(curve, of_whole, whole_seconds, seconds, parts.samples);
        out.flags.emplace_back(flag::apportioned);
    }
    out.coverage = parts.coverage;
    out.samples = parts.samples;
    if (parts.coverage < full_coverage)
    {
        out.flags.emplace_back(flag::partial);
    }
    if (parts.samples < few_samples)
    {
        out.flags.emplace_back(flag::few_samples);
    }
    for (std::string const& fault : curve.trace().faults)
    {
        add_flag(out.flags, flag::fault + fault);
    }

    if (seconds > 0.0)
    {
        Idle const idle = idle_of(before, after, phase.windows);
        out.idle = idle.mean;
        out.idle_sd = idle.sd;
        out.flags.insert(out.flags.end(), idle.flags.begin(), idle.flags.end());
        auto const busy = [](std::optional<Baseline> const& one) { return one && one->unsteadiness > busy_unsteadiness; };
        if (busy(before) || busy(after))
        {
            out.flags.emplace_back(flag::busy_baseline);
        }
    }
    if (std::isfinite(parts.energy))
    {
        out.gross = Joules(parts.energy);
        out.net = out.gross - out.idle * out.duration;  // eq. 20
        // The meter's class is a gain: it acts on the net figure, for gross and idle come from the same meter (eq. 22).
        of_class = channel.accuracy / std::sqrt(3.0) * out.net.value();
        double const of_idle = out.idle_sd.value() * seconds;
        out.net_uncertainty = Joules(std::sqrt(parts.variance + parts.correlated * parts.correlated + of_class * of_class + of_idle * of_idle));
    }
    return {std::move(out), channel.source, of_class};
}

/// One figure of several channels, eq. 23: energies and idle powers add, errors in quadrature, but the class linearly within a source: its channels come from one
/// kind of meter read in one way, and a wrong gain is wrong in all of them alike. The worst coverage counts.
EnergyAccount sum_of(std::vector<Accounted> const& parts, char const* name)
{
    EnergyAccount sum = parts.front().account;
    sum.channel = name;
    double net_variance = 0.0;
    double idle_variance = 0.0;
    std::map<std::string, double> of_class;
    for (std::size_t i = 0; i < parts.size(); ++i)
    {
        EnergyAccount const& part = parts[i].account;
        net_variance += std::pow(part.net_uncertainty.value(), 2) - std::pow(parts[i].of_class, 2);
        idle_variance += std::pow(part.idle_sd.value(), 2);
        of_class[parts[i].source] += parts[i].of_class;
        if (i == 0)
        {
            continue;
        }
        sum.gross += part.gross;
        sum.idle += part.idle;
        sum.net += part.net;
        sum.coverage = std::min(sum.coverage, part.coverage);
        sum.samples = std::min(sum.samples, part.samples);
        sum.estimated = sum.estimated || part.estimated;
        for (std::string const& flag : part.flags)
        {
            add_flag(sum.flags, flag);
        }
    }
    net_variance = net_variance < 0.0 ? 0.0 : net_variance;  // rounding; NaN stays
    for (auto const& [source, joules] : of_class)
    {
        net_variance += joules * joules;
    }
    sum.net_uncertainty = Joules(std::sqrt(net_variance));
    sum.idle_sd = Watts(std::sqrt(idle_variance));
    return sum;
}

/// The windows of "whole", or the hull of everything where no phase is called so.
std::vector<Window> whole_of(std::span<Phase const> phases)
{
    Window hull{Instant::max(), Instant::min()};
    for (Phase const& phase : phases)
    {
        if (phase.name == phase::whole)
        {
            return phase.windows;
        }
        for (Window const& w : phase.windows)
        {
            hull = {std::min(hull.begin, w.begin), std::max(hull.end, w.end)};
        }
    }
    return hull.begin < hull.end ? std::vector<Window>{hull} : std::vector<Window>{};
}

}  // namespace

std::vector<EnergyAccount> account(std::span<Trace const> traces, std::span<Phase const> phases, std::optional<Window> before,
                                   std::optional<Window> after, std::span<std::string const> devices)
{
    std::vector<Window> const whole = whole_of(phases);
    std::vector<Divergence> diverging;
    for (Window const& window : whole)
        for (Divergence& one : divergences(traces, window))
            diverging.push_back(std::move(one));
    auto const diverges = [&](std::string const& channel)
    {
        return std::any_of(diverging.begin(), diverging.end(), [&](Divergence const& one) { return one.counter == channel || one.gauge == channel; });
    };
    auto const of_devices = traces_of_devices(traces, devices);
    std::vector<EnergyAccount> out;
    std::vector<std::vector<Accounted>> primary(phases.size());
    std::vector<std::vector<Accounted>> device(phases.size());
    bool run_diverges = false;
    for (std::size_t k = 0; k < traces.size(); ++k)
    {
        Trace const& trace = traces[k];
        bool const of_device = std::find(of_devices.begin(), of_devices.end(), k) != of_devices.end();
        Curve const curve(trace);
        Parts const of_whole = integrate_all(curve, whole);
        auto const first = before ? baseline(trace, *before) : std::nullopt;
        auto const second = after ? baseline(trace, *after) : std::nullopt;
        for (std::size_t i = 0; i < phases.size(); ++i)
        {
            Accounted one = account_of(curve, phases[i], whole, of_whole, first, second);
            if (diverges(trace.channel.name))
            {
                add_flag(one.account.flags, flag::meters_diverge);
                run_diverges = run_diverges || of_device || trace.channel.primary;
            }
            out.push_back(one.account);
            if (trace.channel.primary)
                primary[i].push_back(one);
            if (of_device)
            {
                if (is_shared(trace.channel))
                    add_flag(one.account.flags, flag::shared_meter);
                device[i].push_back(std::move(one));
            }
        }
    }
    for (auto const& parts : primary)
        if (!parts.empty())
        {
            out.push_back(sum_of(parts, "primary"));
            if (run_diverges)
                add_flag(out.back().flags, flag::meters_diverge);
        }
    for (auto const& parts : device)
        if (!parts.empty())
            out.push_back(sum_of(parts, "device"));
    return out;
}

}  // namespace ghee::energy
