// JSON lines on GHEE_FD.
#include "report_channel.hpp"

#include <fcntl.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "record/json.hpp"
#include "sys/file.hpp"

namespace ghee::app {

namespace {
/// Text of a user's file may be anything; a line is valid JSON all the same.
std::string line_of(nlohmann::json const& json) { return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }
}  // namespace

std::unique_ptr<ReportChannel> ReportChannel::from_environment()
{
    char const* const text = std::getenv("GHEE_FD");
    if (!text || !*text)
        return nullptr;
    int fd = -1;
    auto const end = text + std::strlen(text);
    auto const [at, fault] = std::from_chars(text, end, fd);
    // Ours alone: nothing that we start may hold it open.
    if (fault != std::errc() || at != end || fd < 0 || ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
        throw Error("GHEE_FD is '" + std::string(text) + "'", "no open descriptor has this number", "unset it to train without a worker");
    return std::unique_ptr<ReportChannel>(new ReportChannel(fd));
}

void ReportChannel::tell(Mark const& mark) { write(line_of({{"mark", mark.phase}, {"at_ns", to_ns(mark.at)}})); }

void ReportChannel::tell(train::Report const& report)
{
    write(line_of({{"result", report.result}, {"outcome", name_of(report.outcome)}, {"reason", report.reason}}));
}

void ReportChannel::tell_failure(std::string const& reason) noexcept
{
    try
    {
        if (!broken_)
            write(line_of({{"outcome", name_of(Outcome::failed)}, {"reason", reason}}));
    }
    catch (...)
    {
        // The failure itself is on its way to stderr and the exit code.
    }
}

void ReportChannel::write(std::string line)
{
    line += '\n';
    try
    {
        sys::write_all(fd_, line, "to the worker (GHEE_FD)");
    }
    catch (...)
    {
        broken_ = true;
        throw;
    }
}

}  // namespace ghee::app
