// The daemon process: true energy, its own cost, a clean end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "energy/account.hpp"
#include "running_daemon.hpp"
#include "sys/affinity.hpp"

namespace ghee::meter {

namespace {
using namespace test;
using ::testing::HasSubstr;

/// Energy of the first second that a client could see, of what the daemon replays.
energy::Integral energy_of_a_second(std::string const& trace)
{
    RunningDaemon const daemon({"--period-ms", "50"}, trace);
    Client client = daemon.client();
    EXPECT_EQ(client.daemon().channels.size(), 1u);
    Instant const begin = in(0.2), end = begin + std::chrono::seconds(1);
    EXPECT_TRUE(client.acquire_lease("a run", Seconds(0)));
    auto const traces = client.trace(begin, end);
    client.release_lease();
    return energy::integrate(traces.front(), {begin, end});
}

TEST(Powerd, gives_a_window_of_a_constant_gauge_its_energy)
{
    auto const integral = energy_of_a_second(constant_csv());
    EXPECT_NEAR(integral.energy.value(), 100.0, 1e-6);
    EXPECT_DOUBLE_EQ(integral.coverage, 1.0);
    EXPECT_GE(integral.samples, 9);
}

TEST(Powerd, gives_a_window_of_a_rising_counter_its_energy)
{
    auto const integral = energy_of_a_second(ramp_csv());
    EXPECT_NEAR(integral.energy.value(), 250.0, 1e-4);
    EXPECT_DOUBLE_EQ(integral.coverage, 1.0);
    EXPECT_GE(integral.samples, 19);
}

TEST(Powerd, stops_cleanly_when_asked_to)
{
    RunningDaemon daemon;
    Client client = daemon.client();
    ::kill(daemon.process().pid(), SIGTERM);
    auto const end = daemon.process().child().wait_until(in(10));
    ASSERT_TRUE(end);
    EXPECT_EQ(end->code, 0) << end->describe() << daemon.log();
    EXPECT_FALSE(std::filesystem::exists(daemon.socket()));
    EXPECT_THROW(client.status(), Lost);
    EXPECT_THAT(daemon.log(), HasSubstr("ended: asked to stop"));
}

TEST(Powerd, private_ends_after_its_last_client)
{
    RunningDaemon daemon({"--private", "--linger", "0.1"});
    {
        Client const one = daemon.client();
        Client const two = daemon.client();
        EXPECT_FALSE(daemon.process().child().wait_until(in(0.3)));
    }
    auto const end = daemon.process().child().wait_until(in(10));
    ASSERT_TRUE(end);
    EXPECT_EQ(end->code, 0);
    EXPECT_FALSE(std::filesystem::exists(daemon.socket()));
}

/// Seconds of processor time of all threads so far.
double processor_time(pid_t pid)
{
    double total = 0;
    for (auto const& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task"))
        total += std::stod(sys::read_text(task.path() / "schedstat")) * 1e-9;
    return total;
}

TEST(Powerd, costs_little_processor_time)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "the sanitizer costs more than the daemon";
#endif
    ghee::test::TemporaryFolder const folder;
    ReadyChild daemon({GHEE_POWERD, "--socket", (folder / "s").string(), "--ready-fd", "3", "--meters", "estimate"}, folder / "log");
    ASSERT_EQ(daemon.said(), "") << "its byte is an empty line";
    Client client(folder / "s");
    auto const before = client.status();
    double const used_before = processor_time(daemon.pid());
    monotonic_clock().sleep_until(in(3));
    double const share = (processor_time(daemon.pid()) - used_before) / 3;
    auto const after = client.status();
    EXPECT_GE(after.samples - before.samples, 20);
    EXPECT_LT(share, 0.01);
    RecordProperty("share_of_a_core", std::to_string(share));
    std::cout << "share of a core while sampling at 10 Hz: " << share * 100 << " %\n";
}

TEST(Powerd, keeps_all_its_threads_on_the_cpus_it_was_given)
{
    std::string const cpu = std::to_string(sys::allowed_cpus().back());
    RunningDaemon daemon({"--cpus", cpu});
    daemon.client();
    for (auto const& task : std::filesystem::directory_iterator("/proc/" + std::to_string(daemon.process().pid()) + "/task"))
        EXPECT_THAT(sys::read_text(task.path() / "status"), HasSubstr("Cpus_allowed_list:\t" + cpu + "\n"));
}
}  // namespace

}  // namespace ghee::meter
