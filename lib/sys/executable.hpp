// Where this program lies, and its siblings.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ghee::sys {

/// The file this process runs. Throws Error without /proc. To start *this* program again prefer "/proc/self/exe": it survives a replaced file.
std::filesystem::path own_executable();

/// A program of the same installation: beside this one, or in the build tree's ../NAME/NAME. Nothing: in neither place.
std::optional<std::filesystem::path> sibling_program(std::string const& name, std::filesystem::path const& own = own_executable());

}  // namespace ghee::sys
