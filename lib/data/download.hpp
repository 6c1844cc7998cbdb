// One file from one address, into memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace ghee::data {

/// Told what has come so far, and how much it will be; from the thread that called download.
using Progress = std::function<void(std::int64_t got, std::int64_t expected)>;

/// The content of `address` (https, http or file; redirects are followed, TLS certificates checked). Blocks; gives up when less
/// than 100 bytes a second come for a minute. Nothing is written anywhere, so whatever ends it leaves nothing behind. Throws
/// Error naming the address: refused, interrupted, timed out, longer than `expected` bytes.
std::string download(std::string const& address, std::int64_t expected, Progress const& progress);

/// "file://..." of a file, special characters escaped.
std::string file_address(std::filesystem::path const& file);

}  // namespace ghee::data
