// ghee: a verb each; errors are caught here and nowhere else.
#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <new>

#include "base/log.hpp"
#include "base/version.hpp"
#include "config/suggestion.hpp"
#include "verb.hpp"

namespace ghee::app {

std::span<Verb const> verbs()
{
    static Verb const list[] = {
        {"run", "run a campaign: train, measure, gather into one file", run_campaign},
        {"plan", "the configurations of a campaign, without running them", plan},
        {"train", "one training, no measurement", train},
        {"network", "widths, parameters, FLOPs and working sets of a network", network},
        {"idle", "this node's idle power with its spread", idle},
        {"doctor", "what is here and what is not and why: meters, backends, MPI, Slurm; is this node fit to measure?", doctor},
        {"data", "data sets: list, fetch, verify", data},
        {"status", "progress of a campaign, also while it runs", status},
        {"show", "look inside a result file", show},
    };
    return list;
}

namespace {
void print_help(std::ostream& out)
{
    out << "usage: ghee VERB [OPTIONS]\n\nwhat training and using a neural network costs in joules\n\n";
    for (Verb const& verb : verbs())
        out << "  " << verb.name << std::string(12 - verb.name.size(), ' ') << verb.summary << "\n";
    out << "\n'ghee VERB --help' tells a verb's options; 'ghee --version' the version\n";
}

UsageError unknown_verb(std::string const& name)
{
    std::vector<std::string_view> names;
    for (Verb const& verb : verbs())
        names.push_back(verb.name);
    auto const meant = config::did_you_mean(name, names);
    return UsageError("'" + name + "' is not a verb", "known: " + config::joined(names), meant.empty() ? "see 'ghee --help'" : meant);
}

ExitCode dispatch(std::vector<std::string> arguments)
{
    if (arguments.empty())
    {
        print_help(std::cerr);
        return ExitCode::usage;
    }
    std::string const name = arguments.front();
    if (name == "--help" || name == "-h" || name == "help")
    {
        print_help(std::cout);
        return ExitCode::done;
    }
    if (name == "--version")
    {
        std::cout << "ghee " << version() << " (" << commit() << "), " << (GHEE_HAVE_MPI ? "with MPI" : "alone: built without MPI") << "\n";
        return ExitCode::done;
    }
    arguments.erase(arguments.begin());
    auto const found = std::find_if(verbs().begin(), verbs().end(), [&](Verb const& verb) { return verb.name == name; });
    if (found == verbs().end())
        throw unknown_verb(name);
    return found->run(arguments);
}
}  // namespace

}  // namespace ghee::app

int main(int count, char** words)
{
    using namespace ghee;
    set_up_log("ghee", LogLevel::info);
    std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit is an error to be told, like a full disk, not a death
    try
    {
        auto const code = app::dispatch({words + 1, words + count});
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
        log_error(std::string("unexpected: ") + error.what() + " (this is a defect of ghee) please report it");
    }
    return static_cast<int>(ExitCode::failed);
}
