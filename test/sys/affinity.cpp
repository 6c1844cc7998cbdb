// CPU lists, pinning, and what is kept out of the measurement.
#include "sys/affinity.hpp"

#include <gmock/gmock.h>

#include <future>
#include <thread>

#include "base/error.hpp"

namespace ghee::sys {
namespace {

using testing::ElementsAre;

TEST(Affinity, AListReadsBackAsItWasWritten)
{
    for (std::string const text : {"0", "0-3", "0-1,4,6-7", "128-255"})
        EXPECT_EQ(cpu_list_text(parse_cpu_list(text)), text);
    EXPECT_THAT(parse_cpu_list("2,0-1"), ElementsAre(2, 0, 1));
    EXPECT_EQ(cpu_list_text(std::vector{2, 0, 1}), "0-2");
    EXPECT_TRUE(parse_cpu_list("").empty());
    for (std::string const text : {"x", "1-", "3-1", "1,", "-1", "1 2", "0-99999999"})
        EXPECT_THROW((void)parse_cpu_list(text), Error) << text;
}

TEST(Affinity, APinnedThreadMayUseNothingElse)
{
    auto const allowed = allowed_cpus();
    ASSERT_FALSE(allowed.empty());
    std::vector<int> seen;
    std::thread(
        [&]
        {
            pin_thread(std::vector{allowed.back()});
            seen = allowed_cpus();
        })
        .join();
    EXPECT_EQ(seen, std::vector{allowed.back()});
    EXPECT_EQ(allowed_cpus(), allowed) << "only that thread";
}

TEST(Affinity, APinnedProcessTakesItsRunningThreadsAlong)
{
    auto const allowed = allowed_cpus();
    std::promise<void> pinned;
    std::vector<int> seen;
    std::promise<void> running;
    std::thread other(
        [&]
        {
            running.set_value();
            pinned.get_future().wait();
            seen = allowed_cpus();
        });
    running.get_future().wait();
    pin_process(std::vector{allowed.front()});
    pinned.set_value();
    other.join();
    auto const mine = allowed_cpus();
    pin_process(allowed);
    EXPECT_EQ(seen, std::vector{allowed.front()});
    EXPECT_EQ(mine, std::vector{allowed.front()});
    EXPECT_EQ(allowed_cpus(), allowed);
}

TEST(Affinity, CpusThatDoNotExistAreRefused) { EXPECT_THROW(pin_thread(std::vector{100000}), Error); }

TEST(Affinity, FromThreeCpusOnTheFirstCoreServes)
{
    auto const split = split_cpus({{0}, {1}, {2}});
    EXPECT_TRUE(split.separated);
    EXPECT_THAT(split.service, ElementsAre(0));
    EXPECT_THAT(split.measured, ElementsAre(1, 2));
    EXPECT_EQ(split.reason, "");
}

TEST(Affinity, ACoreIsGivenWithAllItsHardwareThreads)
{
    auto const split = split_cpus({{0, 4}, {1, 5}, {2, 6}, {3, 7}});
    EXPECT_THAT(split.service, ElementsAre(0, 4));
    EXPECT_THAT(split.measured, ElementsAre(1, 2, 3, 5, 6, 7));
}

TEST(Affinity, WhereThereIsTooLittleToSplitItIsSaid)
{
    for (std::vector<std::vector<int>> const& cores : {std::vector<std::vector<int>>{{3}}, {{0}, {1}}, {{0, 1}}, {{0, 1, 2, 3}}})
    {
        auto const split = split_cpus(cores);
        EXPECT_FALSE(split.separated);
        EXPECT_EQ(split.measured, split.service);
        EXPECT_FALSE(split.measured.empty());
        EXPECT_NE(split.reason, "");
    }
}

TEST(Affinity, CpusWithoutTopologyAreCoresOfTheirOwn)
{
    EXPECT_THAT(group_by_core(std::vector{0, 2, 5}, "/no/such/sysfs"), ElementsAre(ElementsAre(0), ElementsAre(2), ElementsAre(5)));
}

TEST(Affinity, SiblingsAreFoundInSysfsAndPackagesAreToldApart)
{
    std::filesystem::path const sys = GHEE_FIXTURES "/hosts/two-sockets/sys";
    EXPECT_THAT(group_by_core(std::vector{0, 1, 2, 3, 4, 5, 6, 7}, sys),
                ElementsAre(ElementsAre(0, 4), ElementsAre(1, 5), ElementsAre(2, 6), ElementsAre(3, 7)));
}

}  // namespace
}  // namespace ghee::sys
