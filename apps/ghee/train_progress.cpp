// Progress of one training.
#include "train_progress.hpp"

#include <cmath>
#include <cstdio>

#include "base/log.hpp"

namespace ghee::app {

namespace {
Instant later(Instant now, bool terminal) { return now + (terminal ? std::chrono::milliseconds(250) : std::chrono::milliseconds(30000)); }
}  // namespace

TrainProgress::TrainProgress(std::int64_t epochs, bool terminal, Clock& clock)
    : epochs_(epochs), terminal_(terminal), clock_(clock), start_(clock.now()), next_(later(start_, terminal))
{
}

bool TrainProgress::is_time(Instant now)
{
    if (now < next_)
        return false;
    next_ = later(now, terminal_);
    return true;
}

void TrainProgress::say(std::string const& line)
{
    if (terminal_)
    {
        std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
        line_open_ = true;
    }
    else
        log_info(line);
}

void TrainProgress::made(int replicas, int of)
{
    if (is_time(clock_.now()))
        say("making replicas " + std::to_string(replicas) + "/" + std::to_string(of));
}

void TrainProgress::begin() { start_ = clock_.now(); }

void TrainProgress::after(std::int64_t pass, EpochRecord const& record)
{
    ++done_;
    Instant const now = clock_.now();
    if (is_time(now))
        say(line(pass, record, now));
}

void TrainProgress::finish()
{
    if (line_open_)
        std::fputc('\n', stderr);
    line_open_ = false;
}

std::string TrainProgress::line(std::int64_t pass, EpochRecord const& record, Instant now) const
{
    double const rate = static_cast<double>(done_) / Seconds(now - start_).count();
    char text[200];
    int used = std::snprintf(text, sizeof text, "epoch %lld/%lld", static_cast<long long>(record.epoch), static_cast<long long>(epochs_));
    auto const add = [&](char const* format, auto... values)
    { used += std::snprintf(text + used, sizeof text - static_cast<std::size_t>(used), format, values...); };
    if (pass > 1)
        add(", pass %lld", static_cast<long long>(pass));
    add(", training loss %.5g", record.train_loss);
    if (!std::isnan(record.test_loss))
        add(", test loss %.5g", record.test_loss);
    if (!std::isnan(record.test_accuracy))
        add(", accuracy %.2f %%", 100 * record.test_accuracy);
    add(", %.4g epochs/s, %.0f s left", rate, static_cast<double>(epochs_ - record.epoch) / rate);
    return text;
}

}  // namespace ghee::app
