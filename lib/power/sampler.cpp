// The sampling threads. A thread owns its lane together with the sampler, so a source that hangs can be left behind.
#include "power/sampler.hpp"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/error.hpp"
#include "base/log.hpp"
#include "power/history.hpp"
#include "sys/affinity.hpp"

namespace ghee::power {

namespace {
constexpr double bytes_per_sample = 16.0;
constexpr std::size_t fewest_samples = 1024;
constexpr std::chrono::milliseconds longest_nap{250};  // between looks at the stop flag, where the period is longer
constexpr std::chrono::milliseconds look_again{10};    // at the clock while waiting for a sample
}  // namespace

/// Tells waiters that something came in.
struct Sampler::News
{
    std::mutex mutex;
    std::condition_variable came;
};

struct Sampler::Lane
{
    std::unique_ptr<Source> source;
    Seconds period{};
    Clock* clock = nullptr;
    std::shared_ptr<News> news;
    std::thread thread;

    mutable std::mutex mutex;  // what follows
    std::condition_variable ended;
    std::vector<History> histories;
    std::int64_t reads = 0;
    std::int64_t misses = 0;
    bool stop = false;
    bool over = false;

    bool stopping() const
    {
        std::lock_guard const lock(mutex);
        return stop;
    }

    /// false: stopped meanwhile.
    bool sleep_until(Instant deadline) const
    {
        while (!stopping())
        {
            Instant const now = clock->now();
            if (now >= deadline)
            {
                return true;
            }
            clock->sleep_until(std::min(deadline, now + std::chrono::duration_cast<std::chrono::nanoseconds>(longest_nap)));
        }
        return false;
    }

    void take(std::vector<Reading> const& readings)
    {
        {
            std::lock_guard const lock(mutex);
            ++reads;
            for (Reading const& reading : readings)
            {
                histories.at(reading.channel).take(reading);
            }
        }
        {
            std::lock_guard const lock(news->mutex);
        }
        news->came.notify_all();
    }

    void run()
    {
        auto const step = std::max(std::chrono::nanoseconds(1), std::chrono::duration_cast<std::chrono::nanoseconds>(period));
        Instant next = clock->now();
        std::vector<Reading> readings;
        while (sleep_until(next))
        {
            readings.clear();
            source->read(readings);
            take(readings);
            next += step;
            if (Instant const now = clock->now(); now >= next + step)
            {
                auto const missed = (now - next) / step;
                next += missed * step;  // deadlines stay on the same grid
                std::lock_guard const lock(mutex);
                misses += missed;
            }
        }
        std::lock_guard const lock(mutex);
        over = true;
        ended.notify_all();
    }
};

std::vector<std::unique_ptr<Source>> present_sources(std::vector<Discovered>& all)
{
    std::vector<std::unique_ptr<Source>> sources;
    for (Discovered& found : all)
    {
        if (found.source)
        {
            sources.push_back(std::move(found.source));
        }
    }
    return sources;
}

Sampler::Sampler(std::vector<std::unique_ptr<Source>> sources, SamplerOptions options)
    : news_(std::make_shared<News>()), clock_(options.clock != nullptr ? *options.clock : monotonic_clock()), patience_(options.patience)
{
    for (auto const& source : sources)
    {
        channels_.insert(channels_.end(), source->channels().begin(), source->channels().end());
    }
    double const share = options.memory.value() / bytes_per_sample / std::max(1.0, static_cast<double>(channels_.size()));
    for (auto& source : sources)
    {
        auto lane = std::make_shared<Lane>();
        lane->clock = &clock_;
        lane->news = news_;
        lane->histories.reserve(source->channels().size());  // moving a History would lose the memory it set aside
        lane->period = Seconds(1.0);
        for (Channel const& channel : source->channels())
        {
            lane->period = &channel == &source->channels().front() ? channel.period : std::min(lane->period, channel.period);
        }
        double const wanted = std::ceil(options.history / std::max(lane->period, Seconds(1e-3)));
        auto const capacity = std::max(fewest_samples, static_cast<std::size_t>(std::min(wanted, share)));
        for (Channel const& channel : source->channels())
        {
            lane->histories.emplace_back(channel, capacity);
        }
        lane->source = std::move(source);
        lanes_.push_back(lane);
    }
    for (auto const& lane : lanes_)
    {
        lane->thread = std::thread(
            [lane, cpus = options.cpus]
            {
                if (!cpus.empty())
                {
                    try
                    {
                        sys::pin_thread(cpus);
                    }
                    catch (Error const& error)
                    {
                        log_warning(std::string("power sampling runs unpinned: ") + error.what());
                    }
                }
                lane->run();
            });
    }
}

Sampler::~Sampler()
{
    for (auto const& lane : lanes_)
    {
        std::lock_guard const lock(lane->mutex);
        lane->stop = true;
    }
    auto const give_up = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::nanoseconds>(patience_);
    for (auto const& lane : lanes_)
    {
        std::unique_lock lock(lane->mutex);
        bool const over = lane->ended.wait_until(lock, give_up, [&] { return lane->over; });
        lock.unlock();
        if (over)
        {
            lane->thread.join();
        }
        else
        {
            log_warning("leaving behind a power source that hangs");
            lane->thread.detach();
        }
    }
}

std::vector<Trace> Sampler::window(Instant begin, Instant end) const
{
    std::vector<Trace> traces;
    for (auto const& lane : lanes_)
    {
        std::lock_guard const lock(lane->mutex);
        for (History const& history : lane->histories)
        {
            traces.push_back(history.window(begin, end));
        }
    }
    return traces;
}

bool Sampler::wait_for_sample_after(Instant t, Instant deadline) const
{
    bool const any_primary = std::any_of(channels_.begin(), channels_.end(), [](Channel const& c) { return c.primary; });
    auto const complete = [&]
    {
        return std::all_of(lanes_.begin(), lanes_.end(),
                           [&](auto const& lane)
                           {
                               std::lock_guard const lock(lane->mutex);
                               return std::all_of(lane->histories.begin(), lane->histories.end(), [&](History const& history)
                                                  { return (any_primary && !history.channel().primary) || history.last() >= t; });
                           });
    };
    std::unique_lock lock(news_->mutex);
    while (!complete())
    {
        if (clock_.now() >= deadline)
        {
            return false;
        }
        news_->came.wait_for(lock, look_again);
    }
    return true;
}

std::vector<SourceState> Sampler::states() const
{
    std::vector<SourceState> states;
    for (auto const& lane : lanes_)
    {
        std::lock_guard const lock(lane->mutex);
        std::string const name = lane->histories.empty() ? std::string{} : lane->histories.front().channel().source;
        states.push_back({name, lane->period, lane->reads, lane->misses});
    }
    return states;
}

}  // namespace ghee::power
