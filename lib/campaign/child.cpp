// Poll over the report pipe, the child and the abort; lines into marks and results.
#include "campaign/child.hpp"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "record/json.hpp"
#include "sys/file.hpp"
#include "sys/line_stream.hpp"

namespace ghee::campaign {

namespace {
/// A training of very many epochs reports them all in one line. A group's 2^22 epochs (record/configuration.hpp) take at most some 110 bytes each.
constexpr std::size_t longest_line = std::size_t{512} << 20;
/// Reads of 64 KiB before the deadline and the abort are looked at again: a child that never stops speaking must not stop us. More than
/// a pipe holds, so that all that a dead child has left is taken.
constexpr int reads_at_once = 64;
constexpr std::size_t most_marks = 1'000'000;
/// Between SIGTERM and SIGKILL.
constexpr Seconds grace{3};

/// What came over the pipe.
struct Said
{
    bool result = false;
    Outcome outcome = Outcome::ok;
    std::string reason;
    std::string nonsense;  ///< the first line that could not be read, and why
    nlohmann::json metrics = nlohmann::json::object();
};

void take_line(std::string const& line, ChildReport& report, Said& said)
{
    try
    {
        auto const j = nlohmann::json::parse(line);
        if (auto const mark = j.find("mark"); mark != j.end())
        {
            // A shell script has no monotonic clock at hand: then the moment of reading counts.
            auto const at = j.contains("at_ns") ? from_ns(j.at("at_ns").get<std::int64_t>()) : monotonic_clock().now();
            if (report.marks.size() == most_marks)
                throw std::runtime_error("more than " + std::to_string(most_marks) + " marks");
            report.marks.push_back({mark->get<std::string>(), at});
        }
        if (auto const metrics = j.find("metrics"); metrics != j.end())
            said.metrics.update(*metrics);
        if (auto const result = j.find("result"); result != j.end())
        {
            said.result = true;
            if (result->is_object())
                report.training = result->get<TrainingResult>();
        }
        if (auto const outcome = j.find("outcome"); outcome != j.end())
        {
            said.result = true;
            said.outcome = parse_name<Outcome>(outcome->get<std::string>());
            said.reason = j.value("reason", std::string{});
        }
    }
    catch (std::exception const& error)
    {
        if (said.nonsense.empty())
            said.nonsense = std::string("it reported nonsense: ") + error.what();
    }
}

/// Reads what is there, or a good part of it; false: nothing more will come.
bool drain(sys::LineBuffer& buffer, int fd, ChildReport& report, Said& said)
{
    for (int reads = 0; reads < reads_at_once; ++reads)
    {
        auto const state = sys::fill(buffer, fd);
        while (auto line = buffer.next())
            if (!line->empty())
                take_line(*line, report, said);
        if (buffer.overflown())
        {
            said.nonsense = "it reported a line without end";
            return false;
        }
        if (state != sys::LineState::line)
            return state == sys::LineState::timeout;
    }
    return true;
}

std::string last_words(std::filesystem::path const& log)
{
    auto text = sys::find_text(log).value_or("");
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    auto const newline = text.rfind('\n');
    auto words = newline == std::string::npos ? text : text.substr(newline + 1);
    return words.substr(0, 300);
}

void judge(ChildReport& report, Said const& said, std::optional<sys::Exit> const& exit, bool timed_out, Seconds deadline,
           std::filesystem::path const& log)
{
    if (!said.metrics.empty())
        report.metrics = said.metrics.dump();
    if (timed_out)
    {
        report.outcome = Outcome::timeout;
        report.reason = "not done within " + std::to_string(std::llround(deadline.count())) + " s";
        report.may_retry = true;
    }
    else if (said.result && said.outcome != Outcome::ok)
    {
        // It told us itself: it would say the same again.
        report.outcome = said.outcome;
        report.reason = said.reason;
    }
    else if (!exit || !exit->ok())
    {
        report.outcome = Outcome::failed;
        report.reason = exit ? exit->describe() : "its end was not seen";
        report.may_retry = true;
        if (auto const words = last_words(log); !words.empty())
            report.reason += "; last line: " + words;
    }
    else if (!said.nonsense.empty())
    {
        report.outcome = Outcome::failed;
        report.reason = said.nonsense;
    }
    else
        report.outcome = Outcome::ok;
}
}  // namespace

ChildReport run_child(sys::Command command, Seconds deadline, Abort const& abort)
{
    ChildReport report;
    Said said;
    std::optional<sys::Exit> exit;
    bool timed_out = false;
    try
    {
        sys::Pipe pipe = sys::make_pipe();
        ::fcntl(pipe.read.value(), F_SETFL, O_NONBLOCK);
        command.report_fd = pipe.write.value();
        report.start_unix_ns = wall_clock_ns();
        report.start = monotonic_clock().now();
        sys::Child child(command);
        pipe.write.reset();
        Instant const until = report.start + std::chrono::duration_cast<std::chrono::nanoseconds>(deadline);
        sys::LineBuffer buffer(longest_line);
        bool speaking = true;
        while (!(exit = child.wait_until(monotonic_clock().now())))
        {
            if (abort.asked())
            {
                exit = child.terminate(grace);
                report.broken_off = true;
                break;
            }
            auto const left = until - monotonic_clock().now();
            if (left <= left.zero())
            {
                timed_out = true;
                exit = child.terminate(grace);
                break;
            }
            std::array<pollfd, 3> fds{{{child.pidfd(), POLLIN, 0}, {abort.fd(), POLLIN, 0}, {speaking ? pipe.read.value() : -1, POLLIN, 0}}};
            // Without a pidfd (kernels before 5.3) the child's end must be looked for.
            auto const longest = child.pidfd() < 0 ? std::chrono::milliseconds(10) : std::chrono::milliseconds(3600 * 1000);
            auto const wait = std::min<std::chrono::milliseconds>(longest, std::chrono::ceil<std::chrono::milliseconds>(left));
            ::poll(fds.data(), fds.size(), static_cast<int>(wait.count()));
            if (speaking && fds[2].revents != 0)
                speaking = drain(buffer, pipe.read.value(), report, said);
        }
        report.end = monotonic_clock().now();
        // What it wrote before its end is in the pipe still. A last line without a newline is torn and does not count.
        auto const heard = static_cast<std::ptrdiff_t>(report.marks.size());
        if (speaking)
            drain(buffer, pipe.read.value(), report, said);
        std::for_each(report.marks.begin() + heard, report.marks.end(), [&](Mark& mark) { mark.at = std::min(mark.at, report.end); });
    }
    catch (Error const& error)
    {
        report.end = monotonic_clock().now();
        report.reason = error.what();
        return report;
    }
    judge(report, said, exit, timed_out, deadline, command.output);
    if (report.outcome == Outcome::ok || report.outcome == Outcome::diverged || report.broken_off)
    {
        std::error_code ignored;
        if (!command.output.empty())
            std::filesystem::remove(command.output, ignored);
    }
    return report;
}

}  // namespace ghee::campaign
