// Recorded traces given out again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "manual_clock.hpp"
#include "power/recording.hpp"
#include "power/sources.hpp"
#include "temporary_tree.hpp"

namespace ghee::power {
namespace {

using ::testing::HasSubstr;

TEST(Replay, GivesEachSampleWhenItsTimeHasComeAndThenSaysItIsOver)
{
    test::TemporaryTree const tree;
    tree.write("trace.csv", "t_s,power_w\n100,50\n100.5,60\n101,70");
    test::ManualClock clock;
    Options options;
    options.clock = &clock;
    options.meters = {"replay:" + (tree.root() / "trace.csv").string()};
    auto const all = discover(options);
    Source& source = *all.at(0).source;
    EXPECT_TRUE(source.channels()[0].primary);
    EXPECT_FALSE(source.channels()[0].estimated);
    EXPECT_NEAR(source.channels()[0].period.count(), 0.5, 1e-12);
    Instant const start = clock.now();
    std::vector<Reading> out;
    source.read(out);
    ASSERT_EQ(out.size(), 1u);
    EXPECT_EQ(out[0].at, start);
    clock.advance(Seconds(0.7));
    source.read(out);
    ASSERT_EQ(out.size(), 2u);
    EXPECT_EQ(out[1].at, start + std::chrono::milliseconds(500));
    EXPECT_NEAR(out[1].value, 60.0, 1e-12);
    clock.advance(Seconds(1.0));
    source.read(out);
    source.read(out);
    ASSERT_EQ(out.size(), 5u);
    EXPECT_NEAR(out[2].value, 70.0, 1e-12);
    EXPECT_EQ(out[3].fault, "end_of_trace");
    EXPECT_EQ(out[4].fault, "end_of_trace");
}

TEST(Recording, ReadsCountersAndPtdaemonLogs)
{
    test::TemporaryTree const tree;
    tree.write("counter.csv", "t_s,energy_j\n0,5\n1,9");
    EXPECT_EQ(read_recording(tree.root() / "counter.csv").kind, ChannelKind::counter);
    Recording const log = read_recording(GHEE_FIXTURES "/ptdaemon/r760_resnet_server.spl.txt");
    EXPECT_EQ(log.seconds.size(), 739u);
    EXPECT_NEAR(log.seconds[1], 1.008, 1e-6);
    EXPECT_NEAR(log.values[0], 589.0, 1e-12);
    EXPECT_NEAR(log.period.count(), 1.0, 0.02);
}

TEST(Recording, NamesTheLineThatIsWrong)
{
    test::TemporaryTree const tree;
    auto const complaint = [&](std::string const& content) -> std::string
    {
        tree.write("bad.csv", content);
        try
        {
            read_recording(tree.root() / "bad.csv");
        }
        catch (Error const& error)
        {
            return error.what();
        }
        return "no complaint";
    };
    EXPECT_THAT(complaint("a,b\n1,2"), HasSubstr("bad.csv:1: not a recorded trace"));
    EXPECT_THAT(complaint("t_s,power_w\n1,2\n2,x"), HasSubstr("bad.csv:3: not a sample"));
    EXPECT_THAT(complaint("t_s,power_w\n1,2\n1,2"), HasSubstr("bad.csv:3: time does not advance"));
    EXPECT_THAT(complaint("t_s,power_w\n1,2\n2,nan"), HasSubstr("bad.csv:3: not a sample"));
    EXPECT_THAT(complaint("t_s,energy_j\n1,2\n2,1"), HasSubstr("bad.csv:3: energy falls"));
    EXPECT_THAT(complaint("t_s,power_w\n1,2"), HasSubstr("too short"));
    EXPECT_THROW(read_recording(tree.root() / "absent.csv"), Error);
}

}  // namespace
}  // namespace ghee::power
