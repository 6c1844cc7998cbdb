// A small file of the kernel that holds a number: opened once, read again and again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "sys/unique_fd.hpp"

namespace ghee::power {

class NumberFile
{
  public:
    /// Does not throw; a file that cannot be opened reads as nothing.
    explicit NumberFile(std::filesystem::path path);

    /// The content without the newline, at most 255 bytes. Nothing: it could not be read, error() says why (errno).
    [[nodiscard]] std::optional<std::string> text();
    /// The integer or decimal at the start of the content; nothing also for other content (error() is EINVAL then).
    [[nodiscard]] std::optional<double> number();

    [[nodiscard]] int error() const { return error_; }
    [[nodiscard]] std::filesystem::path const& path() const { return path_; }

  private:
    std::filesystem::path path_;
    sys::UniqueFd fd_;
    int error_ = 0;
};

}  // namespace ghee::power
