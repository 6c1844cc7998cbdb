// Sampling with a clock the test moves, and with sources that misbehave.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "energy/account.hpp"
#include "manual_clock.hpp"
#include "power/sampler.hpp"

namespace ghee::power {
namespace {

using ::testing::Contains;
using ::testing::Gt;

/// A gauge of 5 W, or a counter that gains 5 W x elapsed; it may take long, or hang until let go.
class MadeUp final : public Source
{
  public:
    struct Gate
    {
        std::atomic<bool> hang = false;
        std::atomic<bool> gone = false;
        std::atomic<int> reads = 0;
        std::mutex mutex;
        std::condition_variable opened;
        void open()
        {
            std::lock_guard const lock(mutex);
            hang = false;
            opened.notify_all();
        }
    };

    MadeUp(std::string name, ChannelKind kind, Seconds period, Clock& clock, std::shared_ptr<Gate> gate, Seconds takes = Seconds(0))
        : clock_(clock), gate_(std::move(gate)), takes_(takes)
    {
        Channel channel;
        channel.name = std::move(name);
        channel.source = "made_up";
        channel.kind = kind;
        channel.period = period;
        channel.primary = true;
        channels_.push_back(channel);
    }
    ~MadeUp() override { gate_->gone = true; }

    std::vector<Channel> const& channels() const override { return channels_; }
    void read(std::vector<Reading>& out) override
    {
        {
            std::unique_lock lock(gate_->mutex);
            gate_->opened.wait(lock, [&] { return !gate_->hang; });
        }
        if (takes_.count() > 0)
        {
            clock_.sleep_until(clock_.now() + std::chrono::duration_cast<std::chrono::nanoseconds>(takes_));
        }
        Instant const now = clock_.now();
        double const seconds = std::chrono::duration_cast<Seconds>(now.time_since_epoch()).count();
        ++gate_->reads;
        out.push_back({0, now, channels_[0].kind == ChannelKind::counter ? 5.0 * seconds : 5.0, {}});
    }

  private:
    Clock& clock_;
    std::shared_ptr<Gate> gate_;
    Seconds takes_;
    std::vector<Channel> channels_;
};

Instant soon() { return monotonic_clock().now() + std::chrono::seconds(20); }

TEST(Sampler, ReadsOnTheGridOfItsPeriod)
{
    test::ManualClock clock;
    Instant const start = clock.now();
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(std::make_unique<MadeUp>("a", ChannelKind::counter, Seconds(0.1), clock, std::make_shared<MadeUp::Gate>()));
    SamplerOptions options;
    options.clock = &clock;
    Sampler sampler(std::move(sources), options);
    Instant const far = start + std::chrono::hours(1);
    ASSERT_TRUE(sampler.wait_for_sample_after(start, far));
    for (int i = 1; i <= 50; ++i)
    {
        clock.advance(Seconds(0.1));
        ASSERT_TRUE(sampler.wait_for_sample_after(start + i * std::chrono::milliseconds(100), far)) << i;
    }
    auto const traces = sampler.window(start + std::chrono::milliseconds(1020), start + std::chrono::milliseconds(1980));
    ASSERT_EQ(traces.size(), 1u);
    ASSERT_EQ(traces[0].at().size(), 11u);
    EXPECT_EQ(traces[0].at().front(), start + std::chrono::milliseconds(1000));
    EXPECT_EQ(traces[0].at().back(), start + std::chrono::milliseconds(2000));
    EXPECT_EQ(sampler.states().at(0).reads, 51);
    EXPECT_EQ(sampler.states().at(0).misses, 0);
    auto const integral = energy::integrate(traces[0], {start + std::chrono::milliseconds(1020), start + std::chrono::milliseconds(1980)});
    EXPECT_NEAR(integral.energy.value(), 4.8, 1e-6);
    clock.release();
}

TEST(Sampler, DeadlinesThatPassAreCountedAndTheGridIsKept)
{
    test::ManualClock clock;
    Instant const start = clock.now();
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(std::make_unique<MadeUp>("a", ChannelKind::gauge, Seconds(0.1), clock, std::make_shared<MadeUp::Gate>()));
    SamplerOptions options;
    options.clock = &clock;
    Sampler sampler(std::move(sources), options);
    Instant const far = start + std::chrono::hours(1);
    ASSERT_TRUE(sampler.wait_for_sample_after(start, far));
    clock.advance(Seconds(0.55));  // the machine slept through 0.1 ... 0.4; what is due at 0.5 is still read late
    ASSERT_TRUE(sampler.wait_for_sample_after(start + std::chrono::milliseconds(550), far));
    clock.advance(Seconds(0.05));
    ASSERT_TRUE(sampler.wait_for_sample_after(start + std::chrono::milliseconds(600), far));
    auto const at = sampler.window(start, far)[0].at();
    EXPECT_THAT(at, Contains(start + std::chrono::milliseconds(600)));
    EXPECT_GE(sampler.states().at(0).misses, 3);
    clock.release();
}

TEST(Sampler, ASourceThatHangsDelaysNobodyAndIsLeftBehind)
{
    auto const hung = std::make_shared<MadeUp::Gate>();
    auto const live = std::make_shared<MadeUp::Gate>();
    hung->hang = true;
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(std::make_unique<MadeUp>("hung", ChannelKind::gauge, Seconds(0.01), monotonic_clock(), hung));
    sources.push_back(std::make_unique<MadeUp>("live", ChannelKind::gauge, Seconds(0.01), monotonic_clock(), live));
    SamplerOptions options;
    options.patience = Seconds(0.05);
    {
        Sampler sampler(std::move(sources), options);
        Instant const start = monotonic_clock().now();
        while (live->reads < 5 && monotonic_clock().now() < start + std::chrono::seconds(20))
        {
            std::this_thread::yield();
        }
        EXPECT_GE(live->reads, 5);
        EXPECT_EQ(hung->reads, 0);
        auto const traces = sampler.window(start - std::chrono::seconds(1), monotonic_clock().now());
        EXPECT_EQ(traces[0].at().size(), 0u);
        EXPECT_THAT(traces[1].at().size(), Gt(0u));
        EXPECT_FALSE(sampler.wait_for_sample_after(start, monotonic_clock().now() + std::chrono::milliseconds(30)));
    }
    EXPECT_TRUE(live->gone);
    EXPECT_FALSE(hung->gone);
    hung->open();
    Instant const give_up = soon();
    while (!hung->gone && monotonic_clock().now() < give_up)
    {
        std::this_thread::yield();
    }
    EXPECT_TRUE(hung->gone);
}

TEST(Sampler, RealTimeSamplesOfTheEstimateIntegrate)
{
    Options where;
    where.meters = {"estimate"};
    where.period = Seconds(0.02);
    where.estimate_idle_w = 1000.0;
    where.estimate_active_w_per_core = 1e-9;
    auto all = discover(where);
    Sampler sampler(present_sources(all));
    ASSERT_EQ(sampler.channels().size(), 1u);
    EXPECT_TRUE(sampler.channels()[0].primary);
    Instant const begin = monotonic_clock().now();
    ASSERT_TRUE(sampler.wait_for_sample_after(begin, soon()));
    Instant const from = sampler.window(begin, soon())[0].at().back();
    Instant const to = from + std::chrono::milliseconds(200);
    ASSERT_TRUE(sampler.wait_for_sample_after(to, soon()));
    auto const traces = sampler.window(from, to);
    auto const integral = energy::integrate(traces[0], {from, to});
    EXPECT_NEAR(integral.energy.value(), 200.0, 1e-3);
    EXPECT_NEAR(integral.coverage, 1.0, 1e-9);
}

TEST(Sampler, ManyReadersAtOnceSeeWholeSeries)
{
    std::vector<std::unique_ptr<Source>> sources;
    for (char const* name : {"a", "b"})
    {
        sources.push_back(std::make_unique<MadeUp>(name, ChannelKind::counter, Seconds(0.001), monotonic_clock(), std::make_shared<MadeUp::Gate>()));
    }
    Sampler sampler(std::move(sources));
    std::vector<std::thread> readers;
    std::atomic<int> broken = 0;
    Instant const begin = monotonic_clock().now();
    for (int i = 0; i < 3; ++i)
    {
        readers.emplace_back(
            [&]
            {
                for (int k = 0; k < 50; ++k)
                {
                    for (Trace const& trace : sampler.window(begin, monotonic_clock().now()))
                    {
                        broken += std::is_sorted(trace.at().begin(), trace.at().end()) ? 0 : 1;
                        broken += std::get<CounterSeries>(trace.series).energy.size() == trace.at().size() ? 0 : 1;
                    }
                }
            });
    }
    for (std::thread& reader : readers)
    {
        reader.join();
    }
    EXPECT_EQ(broken, 0);
    EXPECT_TRUE(sampler.wait_for_sample_after(begin, soon()));
}

}  // namespace
}  // namespace ghee::power
