// The daemon's command line.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/quantity.hpp"

namespace ghee::powerd {

struct Options
{
    std::filesystem::path socket;
    bool is_private = false;
    bool tidy = false;  ///< at the end take our log and the socket's folder away
    std::vector<std::string> meters{"auto"};
    Seconds period{0.1};
    std::string primary = "auto";
    std::vector<int> cpus;  ///< empty: wherever
    std::vector<uid_t> allowed;
    Seconds linger{3};
    int ready_fd = -1;  ///< -1: nobody waits
    bool list = false;
    bool json = false;
};

/// Nothing: help or version was asked for and printed. Throws UsageError.
std::optional<Options> read_options(std::vector<std::string> const& arguments);

}  // namespace ghee::powerd
