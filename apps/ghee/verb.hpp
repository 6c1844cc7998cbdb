// A verb of the command line: its name, what it does in a line, and the function that runs it. One file per verb.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/program_options.hpp>

#include "base/error.hpp"

namespace ghee::app {

struct Verb
{
    std::string_view name;
    std::string_view summary;
    /// `arguments`: what stands behind the verb. Throws Error; main prints it.
    ExitCode (*run)(std::vector<std::string> const& arguments);
};

/// All verbs, in the order of `ghee --help`. One explicit list in main.cpp.
std::span<Verb const> verbs();

ExitCode run_campaign(std::vector<std::string> const&);
ExitCode plan(std::vector<std::string> const&);
ExitCode train(std::vector<std::string> const&);
ExitCode network(std::vector<std::string> const&);
ExitCode data(std::vector<std::string> const&);
ExitCode show(std::vector<std::string> const&);
ExitCode status(std::vector<std::string> const&);
ExitCode doctor(std::vector<std::string> const&);
ExitCode idle(std::vector<std::string> const&);

/// Parses `arguments`; prints help and returns nothing-to-do (`help` true) for --help. Unknown or malformed options become UsageError
/// naming the verb's --help.
struct Parsed
{
    boost::program_options::variables_map values;
    bool help = false;
};
Parsed parse(std::string_view verb, std::string_view usage, std::vector<std::string> const& arguments,
             boost::program_options::options_description const& options,
             boost::program_options::positional_options_description const& positional = {});

}  // namespace ghee::app
