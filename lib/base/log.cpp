// Log lines through spdlog, kept out of every header.
#include "base/log.hpp"

#include <memory>
#include <string>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace ghee {

namespace {
spdlog::logger& logger()
{
    static auto const instance = []
    {
        auto made = spdlog::stderr_logger_mt("ghee");
        made->set_pattern("%n: %v");
        made->set_level(spdlog::level::info);
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum severity(LogLevel level)
{
    switch (level)
    {
        case LogLevel::debug: return spdlog::level::debug;
        case LogLevel::info: return spdlog::level::info;
        case LogLevel::warning: return spdlog::level::warn;
        case LogLevel::error: break;
    }
    return spdlog::level::err;
}
}  // namespace

void set_up_log(std::string_view program, LogLevel level)
{
    logger().set_pattern(std::string(program) + ": %v");
    logger().set_level(severity(level));
}

void log(LogLevel level, std::string_view message)
{
    logger().log(severity(level), "{}{}", level == LogLevel::warning ? "warning: " : level == LogLevel::error ? "error: " : "", message);
}

}  // namespace ghee
