// Getting a registered data set from where it is published.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "data/registry.hpp"

namespace ghee::data {

/// Makes `content` the file `path` in one step that survives a crash (temporary name, fsync, rename). Throws Error.
using Publish = std::function<void(std::filesystem::path const& path, std::string_view content)>;

/// Told of each file's bytes as they come: its path below a data folder, what has come, what is expected.
using FetchProgress = std::function<void(std::string const& file, std::int64_t got, std::int64_t expected)>;

/// Downloads the files of a data set that `folder` does not hold with the right checksum, and publishes each there once its size
/// and checksum are right; an archive is unpacked. Returns the files written. `from`: empty for the published addresses, else a
/// folder or an address that has the same paths (`sleep.tsv.gz`, `mnist/...`, `cifar-10-binary.tar.gz`). Throws Error; files
/// published before it are whole and stay.
std::vector<std::filesystem::path> fetch(Registered const&, std::string const& from, std::filesystem::path const& folder, Publish const& publish,
                                         FetchProgress const& progress);

}  // namespace ghee::data
