// ghee run: rank 0 conducts the campaign, all other ranks work for it.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <optional>

#include <fmt/format.h>

#include "base/log.hpp"
#include "campaign/conduct.hpp"
#include "campaign/local_worker.hpp"
#include "campaign/mpi/mpi_transport.hpp"
#include "run_progress.hpp"
#include "run_table.hpp"
#include "sys/signals.hpp"
#include "verb.hpp"

namespace ghee::app {

namespace po = boost::program_options;

namespace {
constexpr Seconds flush_patience{5};

struct Asked
{
    campaign::Job job;
    bool help = false;
};

Seconds seconds_of(po::variables_map const& values, std::string const& option, double least)
{
    constexpr double most = 1e7;
    double const seconds = values[option].as<double>();
    if (!(seconds >= least && seconds <= most))  // neither is NaN
        throw UsageError(fmt::format("--{} cannot be {} s", option, seconds), fmt::format("it lies between {} and {:.0f}", least, most),
                         "see 'ghee run --help'");
    return Seconds(seconds);
}

Asked read_arguments(std::vector<std::string> const& arguments)
{
    po::options_description options;
    auto add = options.add_options();
    add("output,o", po::value<std::string>()->value_name("FILE.h5"), "result file (NAME.h5 in this folder, NAME from the campaign)");
    add("set", po::value<std::vector<std::string>>()->value_name("KEY=VALUE")->composing(), "override a key, as grid.epochs=3 (repeatable)");
    add("resume", po::bool_switch(), "go on with a campaign whose result file and ledger are there; start it where they are not");
    add("deadline", po::value<double>()->value_name("S"), "end a run's child after this many seconds (as --set run.deadline_s=S)");
    add("publish-every", po::value<double>()->default_value(60)->value_name("S"), "seconds between two versions of the result file while runs go on");
    add("worker-patience", po::value<double>()->default_value(15)->value_name("S"),
        "a worker is lost when silent this long beyond what it announced");
    add("coordinator-patience", po::value<double>()->default_value(30)->value_name("S"), "a worker gives up when it hears nothing for this long");
    add("campaign", po::value<std::string>()->value_name("CAMPAIGN.toml"), "the campaign file (also without --campaign)");
    po::positional_options_description positional;
    positional.add("campaign", 1);
    auto const parsed = parse("run", "CAMPAIGN.toml [-o FILE.h5] [--set KEY=VALUE]... [--resume]", arguments, options, positional);
    Asked asked;
    asked.help = parsed.help;
    if (parsed.help)
        return asked;
    auto const& values = parsed.values;
    if (!values.count("campaign"))
        throw UsageError("ghee run: no campaign file", {}, "see 'ghee run --help'");
    std::vector<std::string> overrides;
    if (values.count("set"))
        overrides = values["set"].as<std::vector<std::string>>();
    if (values.count("deadline"))
        overrides.push_back("run.deadline_s=" + std::to_string(values["deadline"].as<double>()));
    campaign::Job& job = asked.job;
    job.campaign = campaign::read_campaign(values["campaign"].as<std::string>(), overrides);
    job.output = values.count("output") ? values["output"].as<std::string>() : job.campaign.name + ".h5";
    job.resume = values["resume"].as<bool>();
    job.publish_every = seconds_of(values, "publish-every", 0);
    job.coordinator.patience = seconds_of(values, "worker-patience", 0.1);
    job.coordinator.attempts = job.campaign.run.attempts;
    job.worker_patience = seconds_of(values, "coordinator-patience", 0.1);
    job.command_line = "ghee run";
    for (std::string const& word : arguments)
        job.command_line += " " + word;
    return asked;
}

/// The last line on stderr and the table on stdout.
void conclude(campaign::Job const& job, campaign::Conducted const& result)
{
    auto const rows = campaign::summarize(job.output.string() + ".ledger");
    print_configurations(std::cout, rows);
    if (std::any_of(rows.begin(), rows.end(), [](auto const& row) { return row.configuration.replicas > 1; }))
        std::cout << "\nEnergies of replicas are of their whole group; 'ghee show " << job.output.string()
                  << " --table replicas' has each one's share.\n";
    std::cout.flush();
    std::string line = std::to_string(result.rows) + " of " + std::to_string(result.planned) + " runs are in " + job.output.string();
    if (result.failed > 0)
        line += fmt::format(", {} of them failed or unmetered (see 'ghee show {} --table runs')", result.failed, job.output.string());
    if (!result.stop_reason.empty())
        line += "; stopped: " + result.stop_reason + "; go on with --resume";
    log(result.code == ExitCode::done ? LogLevel::info : LogLevel::warning, line);
}

campaign::Conducted conduct(campaign::Job const& job, campaign::Transport* remote, std::shared_ptr<campaign::Waker> const& waker)
{
    sys::StopSignals const signals;
    RunProgress progress(::isatty(STDERR_FILENO) != 0, monotonic_clock());
    auto const stop = [&signals]
    {
        int const number = signals.latest();
        return number == 0 ? campaign::StopWish::none : number == SIGUSR1 ? campaign::StopWish::drain : campaign::StopWish::halt;
    };
    campaign::Spectator spectator;
    spectator.progress = [&progress](campaign::Progress const& now) { progress.show(now); };
    spectator.note = [&progress](bool warning, std::string const& text) { progress.note(warning, text); };
    spectator.concluded = [&](campaign::Conducted const& result)
    {
        progress.finish();
        conclude(job, result);
    };
    return campaign::conduct(job, remote, waker, stop, spectator);
}

void leave(campaign::MpiWorld* world, bool finalize, ExitCode code)
{
    if (world != nullptr)
        world->leave(finalize, static_cast<int>(code), flush_patience);
}

/// Rank 0.
ExitCode lead(std::vector<std::string> const& arguments, campaign::MpiWorld* world, std::shared_ptr<campaign::Waker> const& waker)
{
    std::optional<Asked> asked;
    try
    {
        asked = read_arguments(arguments);
    }
    catch (...)
    {
        campaign::send_everybody_home(world != nullptr ? &world->transport() : nullptr);
        leave(world, true, ExitCode::usage);
        throw;
    }
    if (asked->help)
    {
        campaign::send_everybody_home(world != nullptr ? &world->transport() : nullptr);
        leave(world, true, ExitCode::done);
        return ExitCode::done;
    }
    try
    {
        auto const result = conduct(asked->job, world != nullptr ? &world->transport() : nullptr, waker);
        leave(world, !result.anyone_lost, result.code);
        return result.code;
    }
    catch (Error const& error)
    {
        // Everybody has been dismissed; whether all of them were alive to hear it is not known.
        log_error(error.what());
        leave(world, false, error.code());
        return error.code();
    }
}

/// All other ranks: they know nothing of the campaign but what rank 0 tells them, and say nothing but why they end early.
ExitCode work(campaign::MpiWorld& world, std::shared_ptr<campaign::Waker> const& waker)
{
    sys::StopSignals const signals;
    std::optional<Instant> told;
    // Rank 0 was told too and stops the campaign in order; only if it does not, this rank goes by itself.
    auto const quit_reason = [&]() -> std::string
    {
        int const number = signals.latest();
        if (number == 0 || number == SIGUSR1)
            return {};
        if (!told)
            told = monotonic_clock().now();
        return monotonic_clock().now() - *told > std::chrono::seconds(4) ? "signal " + std::to_string(number) : "";
    };
    NodeInfo const node = campaign::describe_node();
    campaign::keep_off_measured_cpus(node);
    campaign::Worker worker({}, node, monotonic_clock());
    auto const departure = campaign::serve(worker, {&world.transport(), 0, waker}, campaign::measured_runs(node), quit_reason);
    if (departure.orphaned)
        log_warning("rank " + std::to_string(world.transport().rank()) + " on " + node.name + " ends: " + departure.reason);
    auto const code = static_cast<ExitCode>(departure.code);
    leave(&world, departure.finalize, code);
    return code;
}
}  // namespace

ExitCode run_campaign(std::vector<std::string> const& arguments)
{
    sys::ignore_broken_pipes();
    auto const waker = std::make_shared<campaign::Waker>();
    auto const world = campaign::join_world(waker);
    if (world && world->transport().rank() != 0)
        return work(*world, waker);
    return lead(arguments, world.get(), waker);
}

}  // namespace ghee::app
