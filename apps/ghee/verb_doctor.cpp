// ghee doctor: what this node can be measured with and run on, and whether a figure taken here can be trusted.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "forms_text.hpp"
#include "meter/client.hpp"
#include "mlp/backend.hpp"
#include "power/source.hpp"
#include "record/json.hpp"
#include "sys/affinity.hpp"
#include "sys/file.hpp"
#include "sys/host.hpp"
#include "verb.hpp"

namespace ghee::app {

namespace {
struct Findings
{
    NodeInfo node;
    std::string daemon;  ///< its socket; empty: none listens, meters are those ghee-powerd would find
    std::vector<Channel> channels;
    std::vector<std::pair<std::string, std::string>> absent;
    std::vector<std::pair<std::string, mlp::Crossovers>> forms;  ///< of the backends that are here and have several
    std::string slurm;                                           ///< where sbatch lies; empty: nowhere in PATH
    double load = std::nan("");                                  ///< of the last minute, in processes
    std::vector<std::string> objections;                         ///< why a figure taken here is not to be trusted
    std::vector<std::string> remarks;                            ///< what to know about it
};

void look_at_meters(Findings& f)
{
    if (auto const socket = meter::find_daemon())
        try
        {
            meter::Client const client(*socket);
            f.daemon = socket->string();
            f.channels = client.daemon().channels;
            f.absent = client.daemon().absent;
            return;
        }
        catch (meter::Lost const& lost)
        {
            f.remarks.push_back(lost.what());
        }
    for (auto const& found : power::discover({}))
    {
        if (found.source)
            f.channels.insert(f.channels.end(), found.source->channels().begin(), found.source->channels().end());
        else
            f.absent.emplace_back(found.name, found.reason);
        for (std::string const& note : found.notes)
            f.remarks.push_back(found.name + ": " + note);
    }
}

std::string program_in_path(std::string const& name)
{
    char const* const path = std::getenv("PATH");
    std::istringstream folders(path ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (auto const file = std::filesystem::path(folder) / name; ::access(file.c_str(), X_OK) == 0)
            return file.string();
    return {};
}

/// What makes a measurement here worth less, worst first.
void judge(Findings& f)
{
    bool const measured = std::any_of(f.channels.begin(), f.channels.end(), [](Channel const& c) { return c.primary && !c.estimated; });
    if (!measured)
        f.objections.push_back("no power meter: energies are estimates from processor time");
    if (!f.node.hypervisor.empty())
        f.objections.push_back("a virtual machine (" + f.node.hypervisor + "): other guests share its processors and its power");
    if (f.load > 0.1 * f.node.threads)
        f.objections.push_back(fmt::format("other programs run: load {:.2f} on {} hardware threads", f.load, f.node.threads));
    if (f.node.governor != "unknown" && f.node.governor != "performance")
        f.objections.push_back("governor '" + f.node.governor + "': the clock follows the load; `cpupower frequency-set -g performance` fixes it");
    auto const split = sys::split_cpus(sys::group_by_core(sys::allowed_cpus()));
    if (!split.separated)
        f.remarks.push_back(split.reason);
    if (f.node.turbo == "on")
        f.remarks.push_back("turbo is on: clock and power depend on temperature");
    if (f.node.governor == "unknown")
        f.remarks.push_back("the governor cannot be seen");
}

Findings examine()
{
    Findings f;
    f.node = sys::node_facts();
    for (auto const& backend : mlp::backends())
    {
        std::string const absence = backend.absence();
        f.node.backends.push_back({std::string(backend.name), std::string(name_of(backend.device)), absence});
        if (absence.empty() && backend.crossovers != nullptr)
            if (auto crossovers = backend.crossovers(); !crossovers.list.empty())
                f.forms.emplace_back(backend.name, std::move(crossovers));
    }
    look_at_meters(f);
    f.slurm = program_in_path("sbatch");
    std::istringstream(sys::find_text("/proc/loadavg").value_or("nan")) >> f.load;
    judge(f);
    return f;
}

void print_json(Findings const& f)
{
    using Json = nlohmann::json;
    Json absent = Json::array();
    for (auto const& [source, reason] : f.absent)
        absent.push_back({{"source", source}, {"reason", reason}});
    Json forms = Json::array();
    for (auto const& [backend, crossovers] : f.forms)
        forms.push_back(forms_json(backend, crossovers));
    Json const findings{{"node", f.node},
                        {"forms", forms},
                        {"meters", {{"daemon", f.daemon}, {"channels", f.channels}, {"absent", absent}}},
                        {"mpi", GHEE_HAVE_MPI != 0},
                        {"slurm", {{"sbatch", f.slurm}, {"job", f.node.slurm_job}}},
                        {"load", f.load},
                        {"fit", f.objections.empty()},
                        {"objections", f.objections},
                        {"remarks", f.remarks}};
    std::cout << findings.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

void print_text(Findings const& f)
{
    auto const& node = f.node;
    std::cout << fmt::format("node      {}: {}, {} sockets, {} cores, {} threads, {:.1f} GiB\n", node.name, node.cpu, node.sockets, node.cores,
                             node.threads, static_cast<double>(node.memory_bytes) / (1 << 30));
    for (Cache const& cache : node.caches)
        std::cout << fmt::format("cache     L{}: {} x {} KiB\n", cache.level, cache.count, cache.bytes / 1024);
    std::cout << "clock     governor " << node.governor << ", turbo " << node.turbo << "\n";
    std::cout << "daemon    " << (f.daemon.empty() ? "none listens: a private one is started when it is needed" : f.daemon) << "\n";
    for (Channel const& channel : f.channels)
        std::cout << "meter     " << channel.name << " (" << channel.source << (channel.primary ? ", primary" : "")
                  << (channel.estimated ? ", estimated" : "") << "): " << channel.detail << "\n";
    for (auto const& [source, reason] : f.absent)
        std::cout << "no meter  " << source << ": " << reason << "\n";
    for (BackendState const& backend : node.backends)
        std::cout << (backend.refusal.empty() ? "backend   " : "no backend ") << backend.name << " (" << backend.device << ")"
                  << (backend.refusal.empty() ? "" : ": " + backend.refusal) << "\n";
    for (auto const& [backend, crossovers] : f.forms)
        std::cout << forms_text(backend, crossovers);
    for (Gpu const& gpu : node.gpus)
        std::cout << "gpu       " << gpu.index << ": " << gpu.name << ", " << gpu.uuid << "\n";
    for (std::string const& gpu : node.visible_gpus)
        std::cout << "given     " << gpu << ": a run on the GPU may have it\n";
    std::cout << "mpi       "
              << (GHEE_HAVE_MPI ? "built in" : "not built in: a campaign runs on this node alone (install Open MPI, then build again)") << "\n";
    std::cout << "slurm     " << (f.slurm.empty() ? "not here: no sbatch in PATH" : f.slurm)
              << (node.slurm_job.empty() ? "" : ", inside job " + node.slurm_job) << "\n";
    for (auto const& remark : f.remarks)
        std::cout << "note      " << remark << "\n";
    for (auto const& objection : f.objections)
        std::cout << "unfit     " << objection << "\n";
    std::cout << (f.objections.empty() ? "this node is fit to measure\n"
                                       : "this node is not fit to measure: figures taken here are for trying out\n");
}
}  // namespace

ExitCode doctor(std::vector<std::string> const& arguments)
{
    namespace po = boost::program_options;
    bool json = false;
    po::options_description options("options");
    auto add = options.add_options();
    add("json", po::bool_switch(&json), "as JSON");
    if (parse("doctor", "[--json]", arguments, options).help)
        return ExitCode::done;
    Findings const findings = examine();
    json ? print_json(findings) : print_text(findings);
    return ExitCode::done;
}

}  // namespace ghee::app
