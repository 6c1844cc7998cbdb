// Words for a standing.
#include "run_progress.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "base/log.hpp"

namespace ghee::app {

namespace {
std::string duration(double seconds)
{
    if (seconds < 90)
        return fmt::format("{:.0f} s", seconds);
    if (seconds < 5400)
        return fmt::format("{:.0f} min", seconds / 60);
    return seconds < 48 * 3600 ? fmt::format("{:.1f} h", seconds / 3600) : fmt::format("{:.1f} days", seconds / 86400);
}
}  // namespace

std::string progress_line(campaign::Progress const& progress)
{
    auto const& standing = progress.standing;
    std::string line = fmt::format("{}/{} runs", progress.done_before + standing.done, progress.done_before + standing.planned);
    if (standing.failed + standing.unmetered > 0)
        line += fmt::format(", {} failed or unmetered", standing.failed + standing.unmetered);
    double const elapsed = progress.elapsed.count();
    if (standing.done > 0 && elapsed > 0)
    {
        double const rate = static_cast<double>(standing.done) / elapsed;
        line += fmt::format(", {:.3g} runs/min", rate * 60);
        if (auto const left = standing.planned - standing.done; left > 0)
            line += fmt::format(", {} left", duration(static_cast<double>(left) / rate));
    }
    if (progress.net.defined())
        line += fmt::format(", {:.4g} J net{}", progress.net.value(), progress.estimated ? " (estimated)" : "");
    line += fmt::format(", {} worker{}", standing.workers, standing.workers == 1 ? "" : "s");
    if (standing.lost > 0)
        line += fmt::format(" ({} lost)", standing.lost);
    if (!standing.doing.empty())
        line += ": " + standing.doing;
    return line;
}

RunProgress::RunProgress(bool terminal, Clock& clock) : terminal_(terminal), clock_(clock)
{
    if (!terminal_)
        next_ = clock_.now() + std::chrono::seconds(30);
}

void RunProgress::show(campaign::Progress const& progress)
{
    Instant const now = clock_.now();
    if (now < next_)
        return;
    if (terminal_)
    {
        next_ = now + std::chrono::milliseconds(400);
        std::fprintf(stderr, "\r%s\x1b[K", progress_line(progress).c_str());
        line_open_ = true;
        return;
    }
    next_ = now + std::chrono::seconds(30);
    log_info(progress_line(progress));
}

void RunProgress::note(bool warning, std::string const& text)
{
    if (line_open_)
        std::fputs("\r\x1b[K", stderr);
    log(warning ? LogLevel::warning : LogLevel::info, text);
}

void RunProgress::finish()
{
    if (line_open_)
        std::fputc('\n', stderr);
    line_open_ = false;
}

}  // namespace ghee::app
