// A real HTTP server on a loopback port, and ghee itself, as child processes of a test.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "data/environment.hpp"
#include "sys/file.hpp"
#include "sys/line_stream.hpp"
#include "sys/process.hpp"

namespace ghee::data::test {

/// A deadline far beyond what a loaded machine needs: waiting ends by the awaited thing, never by it.
inline Instant soon() { return monotonic_clock().now() + std::chrono::seconds(60); }

/// Serves a folder from construction to destruction.
class Server
{
  public:
    /// `certificate`: a file with key and certificate to speak TLS with; empty for plain HTTP.
    explicit Server(std::filesystem::path const& folder, std::filesystem::path const& certificate = {})
        : scheme_(certificate.empty() ? "http" : "https"), child_(start(folder, certificate)), lines_(std::move(read_end_))
    {
        port_ = next_line();
    }

    [[nodiscard]] std::string address(std::string const& path = "") const { return scheme_ + "://127.0.0.1:" + port_ + "/" + path; }
    /// What the server says next on its stdout.
    std::string next_line()
    {
        auto const read = lines_.read(soon());
        EXPECT_EQ(read.state, sys::LineState::line) << read.text;
        return read.text;
    }

  private:
    sys::Child start(std::filesystem::path const& folder, std::filesystem::path const& certificate)
    {
        auto pipe = sys::make_pipe();
        sys::Command command;
        // The script prints on stdout; the report descriptor is a pipe that the test reads.
        command.argv = {"/bin/sh", "-c", "exec \"$0\" \"$@\" >&3", GHEE_PYTHON, GHEE_DATA_SERVER, folder.string(), certificate.string()};
        command.report_fd = pipe.write.value();
        read_end_ = std::move(pipe.read);
        return sys::Child(command);
    }
    // A proxy of the machine is not to be asked for the loopback.
    Variable no_proxy_{"no_proxy", "127.0.0.1"};
    std::string scheme_;
    sys::UniqueFd read_end_;
    sys::Child child_;
    sys::LineStream lines_;
    std::string port_;
};

}  // namespace ghee::data::test
