// Commands with {placeholders}: which words a command asks for, and what stands in their place.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/value.hpp"

namespace ghee::campaign {

/// [workload.NAME], before the grid's values are known.
struct Workload
{
    std::string name;
    std::vector<std::string> command;
    std::string place;            ///< of the command, for messages
    std::set<std::string> words;  ///< placeholders that the grid must give
};

/// Throws UsageError for what is no list of texts, or has no program in front.
Workload read_workload(std::string const& name, config::Value const& table);

/// Replaces {word} by the value of that word. {word} of the task ({seed} ...) and {{word}} stay for command_of.
std::vector<std::string> fill_command(std::vector<std::string> const& command, std::map<std::string, std::string> const& values);

}  // namespace ghee::campaign
