// Log lines straight to stderr, where spdlog is not.
#include <cstdio>
#include <string>

#include "base/log.hpp"

namespace ghee {

namespace {
std::string program = "ghee";
LogLevel lowest = LogLevel::info;
}  // namespace

void set_up_log(std::string_view name, LogLevel level)
{
    program = name;
    lowest = level;
}

void log(LogLevel level, std::string_view message)
{
    if (level < lowest)
        return;
    std::string const line = program + ": " +
                             (level == LogLevel::warning ? "warning: "
                              : level == LogLevel::error ? "error: "
                                                         : "") +
                             std::string(message) + "\n";
    std::fputs(line.c_str(), stderr);
}

}  // namespace ghee
