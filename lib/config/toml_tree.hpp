// TOML text to a tree of values; for the .cpp files of this room only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/value.hpp"

namespace ghee::config {

/// What is wrong with a text, and where.
struct TomlFault
{
    std::string problem;  ///< one line
    unsigned line = 0;
};

/// Fills `root`. `fixed_place` empty: every value stands at "name:line"; else all stand at `fixed_place`.
std::optional<TomlFault> read_toml(std::string_view text, std::string const& name, std::string const& fixed_place, Value& root);

}  // namespace ghee::config
