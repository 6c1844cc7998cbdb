// Are the files of a data set those that were published?
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/registry.hpp"

namespace ghee::data {

/// right: the published checksum. wrong: another one, or unreadable. unchecked: here, but there is no checksum to compare with.
/// absent.
enum class FileState { right, wrong, unchecked, absent };

struct FileCheck
{
    std::string file;  ///< below a data folder
    std::optional<std::filesystem::path> found;
    FileState state = FileState::absent;
    std::string detail;  ///< why it is wrong or unchecked
};

/// Reads every file of the data set that one of `folders` has, in the registry's order.
std::vector<FileCheck> verify(Registered const&, std::vector<std::filesystem::path> const& folders);

}  // namespace ghee::data

template<>
struct ghee::Names<ghee::data::FileState>
{
    static constexpr std::string_view what = "a state of a file";
    static constexpr std::array<std::string_view, 4> names{"right", "wrong", "unchecked", "absent"};
};
