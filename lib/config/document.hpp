// A TOML file as a tree of values that know their line.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "config/value.hpp"

namespace ghee::config {

struct Document
{
    Value root;  ///< always a Table
    std::string text;
};

/// Throws UsageError `file:line: problem (why)` for what is not TOML 1.0, `file: problem (why)` for a file that cannot be read.
Document read_document(std::filesystem::path const&);

/// The same from memory; `name` stands for the file in messages.
Value parse_document(std::string_view text, std::string const& name);

/// Sets one value as `--set KEY=VALUE` asks: KEY dotted as in the file, VALUE as in the file; a bare word needs no quotes.
/// Where the file has a list of tables ([[grid]]) the value is set in each. Complaints about it name `--set KEY=VALUE`.
void override_value(Value& root, std::string const& assignment);

}  // namespace ghee::config
