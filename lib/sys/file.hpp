// Files as wholes: read in one go, written to the last byte, published so that a reader sees the old or the new, never half.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "sys/unique_fd.hpp"

namespace ghee::sys {

/// The content, or nothing where there is no such file or it cannot be read: for /proc and /sys, where absence is an answer.
std::optional<std::string> find_text(std::filesystem::path const&);

/// The content; throws Error naming the file.
std::string read_text(std::filesystem::path const&);

/// find_text without the blanks and the newline at the end.
std::optional<std::string> find_word(std::filesystem::path const&);

/// Writes every byte, blocking (also on a descriptor that does not block). `what` names the file in the Error.
void write_all(int fd, std::string_view bytes, std::string_view what);

/// For what need not last: TMPDIR, or /tmp where that names no folder (a login node's TMPDIR is not on its compute nodes).
std::filesystem::path temporary_folder();

/// Two ends of a new pipe, both close-on-exec. Throws Error.
struct Pipe
{
    UniqueFd read, write;
};
Pipe make_pipe();

/// fsync of a file or of a folder's entries. Throws Error.
void sync_file(std::filesystem::path const&);

/// Makes `finished` the file `path` in one step: fsync, rename, fsync of the folder. Same file system. Throws Error.
void publish(std::filesystem::path const& finished, std::filesystem::path const& path);

/// Writes `content` under a temporary name beside `path`, then publishes it. The temporary file does not survive an error.
void publish_text(std::filesystem::path const& path, std::string_view content);

}  // namespace ghee::sys
