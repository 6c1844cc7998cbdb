// ghee-powerd: owns a node's power meters, keeps their samples and lends out the right to measure.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <new>

#include "base/error.hpp"
#include "base/log.hpp"
#include "list.hpp"
#include "meter/sampler_feed.hpp"
#include "meter/server.hpp"
#include "options.hpp"
#include "power/sampler.hpp"
#include "sys/affinity.hpp"
#include "sys/file.hpp"
#include "sys/lock_file.hpp"
#include "sys/signals.hpp"

namespace ghee::powerd {

namespace {
std::vector<std::pair<std::string, std::string>> absent_of(std::vector<power::Discovered> const& all)
{
    std::vector<std::pair<std::string, std::string>> absent;
    for (auto const& found : all)
        if (!found.source)
            absent.emplace_back(found.name, found.reason);
    return absent;
}

/// The log of a good end tells nobody anything. While the socket is still ours no successor can be writing there.
void remove_log(std::filesystem::path const& socket)
{
    auto const log = std::filesystem::path(socket).replace_extension(".log");
    if (sys::is_named(log, STDERR_FILENO))
        ::unlink(log.c_str());
}

void serve(Options const& options, std::vector<power::Discovered> all)
{
    auto const absent = absent_of(all);
    if (absent.size() == all.size())
    {
        std::string why;
        for (auto const& [source, reason] : absent)
            if (std::find(options.meters.begin(), options.meters.end(), source) != options.meters.end())
                why += (why.empty() ? "" : "; ") + source + ": " + reason;
        throw Error("no meter", why, "--meters estimate computes power from load, and says so");
    }
    sys::ignore_broken_pipes();
    // Before any thread is started, so that all threads inherit both.
    sys::StopSignals const stop({SIGTERM, SIGINT, SIGHUP});
    if (!options.cpus.empty())
        sys::pin_process(options.cpus);

    power::Sampler const sampler(power::present_sources(all));
    meter::SamplerFeed const feed(sampler, absent);
    meter::ServerOptions server_options;
    server_options.socket = options.socket;
    server_options.is_private = options.is_private;
    server_options.allowed = options.allowed;
    server_options.linger = options.linger;
    {
        meter::Server server(server_options, feed);
        log_info("listening at " + options.socket.string() + " with " + std::to_string(sampler.channels().size()) + " channels");
        if (options.ready_fd >= 0)
            sys::write_all(sys::UniqueFd(options.ready_fd).value(), "\n", "--ready-fd");
        auto const why = server.run(stop.fd());
        log_info("ended: " + why);
        if (options.tidy)
            remove_log(options.socket);
    }
    // Only an empty one goes.
    if (options.tidy)
        ::rmdir(options.socket.parent_path().c_str());
}

ExitCode run(std::vector<std::string> const& arguments)
{
    auto const options = read_options(arguments);
    if (!options)
        return ExitCode::done;
    power::Options sources;
    sources.meters = options->meters;
    sources.primary = options->primary;
    sources.period = options->period;
    auto all = power::discover(sources);
    if (options->list)
        options->json ? list_json(std::cout, all) : list_text(std::cout, all);
    else
        serve(*options, std::move(all));
    return ExitCode::done;
}
}  // namespace

}  // namespace ghee::powerd

int main(int count, char** words)
{
    using namespace ghee;
    set_up_log("ghee-powerd", LogLevel::info);
    try
    {
        auto const code = powerd::run({words + 1, words + count});
        std::cout.flush();
        if (!std::cout)
            throw Error("cannot write to standard output", "disk full or pipe closed?");
        return static_cast<int>(code);
    }
    catch (Error const& error)
    {
        log_error(error.what());
        return static_cast<int>(error.code());
    }
    catch (std::bad_alloc const&)
    {
        log_error("out of memory");
    }
    catch (std::exception const& error)
    {
        log_error(std::string("unexpected: ") + error.what() + " (this is a defect of ghee-powerd) please report it");
    }
    return static_cast<int>(ExitCode::failed);
}
