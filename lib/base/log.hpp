// Talk goes to stderr, one line a message; data goes to stdout and never through here.
#pragma once

#include <string_view>

namespace ghee {

enum class LogLevel { debug, info, warning, error };

/// Sets the program's name in front of every line and the level below which nothing is said.
void set_up_log(std::string_view program, LogLevel level);

void log(LogLevel level, std::string_view message);
inline void log_debug(std::string_view message) { log(LogLevel::debug, message); }
inline void log_info(std::string_view message) { log(LogLevel::info, message); }
inline void log_warning(std::string_view message) { log(LogLevel::warning, message); }
inline void log_error(std::string_view message) { log(LogLevel::error, message); }

}  // namespace ghee
