// Starts the test child and hears what it says.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "sys/file.hpp"
#include "sys/line_stream.hpp"
#include "sys/process.hpp"

namespace ghee::sys::test {

inline Instant in(double seconds) { return monotonic_clock().now() + std::chrono::duration_cast<std::chrono::nanoseconds>(Seconds(seconds)); }

/// Long enough for a loaded machine; reached only when something is broken.
inline Instant patience() { return in(30); }

inline Command child_that(std::vector<std::string> words)
{
    Command command;
    command.argv = {GHEE_SYS_CHILD};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    return command;
}

/// A child with its report pipe.
struct Started
{
    explicit Started(Command command, Pipe pipe = make_pipe())
        : child((command.report_fd = pipe.write.value(), command)), report((pipe.write.reset(), std::move(pipe.read)))
    {
    }
    /// Its next line; nothing when it has closed the pipe.
    std::optional<std::string> line()
    {
        auto read = report.read(patience());
        return read.state == LineState::line ? std::optional(read.text) : std::nullopt;
    }
    Child child;
    LineStream report;
};

}  // namespace ghee::sys::test
