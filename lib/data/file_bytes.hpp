// A whole file in memory, unpacked where it is gzip.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ghee::data {

/// The file as it is on disk. Throws Error naming the file and errno.
std::string read_file(std::filesystem::path const& file);

/// `bytes` unpacked when they begin as gzip does (several members in a row are one content), else as they are.
/// Throws Error with `name` in front when the stream is torn, damaged or followed by something else.
std::string unpack_gzip(std::string bytes, std::string const& name);

/// read_file, then unpack_gzip.
std::string read_unpacked(std::filesystem::path const& file);

}  // namespace ghee::data
