// Where the files of a data set are looked for.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/registry.hpp"

namespace ghee::data {

/// In this order: $GHEE_DATA; the folder that ships with ghee, beside the running program's installation or in the source tree;
/// $XDG_DATA_HOME/ghee or ~/.local/share/ghee. They need not exist.
std::vector<std::filesystem::path> search_folders();

/// Where `ghee data fetch` writes: $GHEE_DATA, else the user's folder. Throws Error when neither can be told.
std::filesystem::path fetch_folder();

/// The first of `folders` that has `path`, packed (.gz) or not, whichever form is asked for; nothing where none has it.
std::optional<std::filesystem::path> find_file(std::string const& path, std::vector<std::filesystem::path> const& folders);

/// Files of a data set in the registry's order; nothing for each that is in none of `folders`.
std::vector<std::optional<std::filesystem::path>> find_files(Registered const&, std::vector<std::filesystem::path> const& folders);

/// Enough files to load it: all of them; for CIFAR-10 at least one batch.
bool is_here(Registered const&, std::vector<std::optional<std::filesystem::path>> const& found);

}  // namespace ghee::data
