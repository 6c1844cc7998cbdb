// ghee train as a worker starts it: marks and result on GHEE_FD, stop on request.
#include <fcntl.h>
#include <gmock/gmock.h>

#include <csignal>
#include <optional>

#include <nlohmann/json.hpp>

#include "record/json.hpp"
#include "support/command.hpp"
#include "sys/file.hpp"
#include "sys/line_stream.hpp"
#include "sys/process.hpp"

namespace ghee {
namespace {

using testing::HasSubstr;

Instant patience() { return monotonic_clock().now() + std::chrono::seconds(60); }

/// A real child with its channel, and the lines it has said.
struct Trained
{
    explicit Trained(std::vector<std::string> words, sys::Pipe pipe = sys::make_pipe())
        : child(command(words, pipe.write.value())), channel((pipe.write.reset(), std::move(pipe.read)), std::size_t{64} << 20)
    {
    }

    sys::Command command(std::vector<std::string> const& words, int fd) const
    {
        sys::Command what;
        what.argv = {GHEE_PROGRAM, "train"};
        what.argv.insert(what.argv.end(), words.begin(), words.end());
        what.report_fd = fd;
        what.output = folder / "log";
        return what;
    }

    std::optional<nlohmann::json> line()
    {
        auto const read = channel.read(patience());
        return read.state == sys::LineState::line ? std::optional(nlohmann::json::parse(read.text)) : std::nullopt;
    }
    std::vector<nlohmann::json> all()
    {
        std::vector<nlohmann::json> lines;
        for (auto next = line(); next; next = line())
            lines.push_back(*next);
        return lines;
    }
    std::string said() const { return test::read_file(folder / "log"); }

    test::TemporaryFolder const folder;
    sys::Child child;
    sys::LineStream channel;
};

std::vector<std::string> const quick{"--dataset", "banana", "--size", "64", "--epochs", "3", "--learning-rate", "0.01"};
std::vector<std::string> const endless{"--dataset", "banana", "--size", "64", "--epochs", "1000000000"};

TEST(TrainChannel, MarksComeInOrderAndTheResultLast)
{
    auto const before = to_ns(monotonic_clock().now());
    Trained trained(quick);
    auto const lines = trained.all();
    EXPECT_TRUE(trained.child.wait().ok()) << trained.said();
    auto const after = to_ns(monotonic_clock().now());
    std::vector<std::string> phases;
    std::int64_t last = before;
    for (std::size_t i = 0; i + 1 < lines.size(); ++i)
    {
        phases.push_back(lines[i].at("mark"));
        auto const at = lines[i].at("at_ns").get<std::int64_t>();
        EXPECT_GE(at, last);
        last = at;
    }
    EXPECT_LE(last, after);
    ASSERT_GE(phases.size(), 4u);
    EXPECT_EQ(phases[0], "setup");
    EXPECT_EQ(phases[1], "warmup");
    EXPECT_EQ(phases[2], "train");
    EXPECT_EQ(phases.back(), "teardown");
    auto const& end = lines.back();
    EXPECT_EQ(end.at("outcome"), "ok");
    EXPECT_EQ(end.at("reason"), "");
    auto const result = end.at("result").get<TrainingResult>();
    EXPECT_EQ(result.history.size(), 3u);
    EXPECT_EQ(result.steps, 51);
    EXPECT_EQ(result.widths.back(), 1);
    EXPECT_LE(result.seconds.count(), static_cast<double>(after - before) * 1e-9);
    EXPECT_THAT(trained.said(), HasSubstr("outcome     ok"));
}

TEST(TrainChannel, SigtermStopsItAfterTheEpochWithAResult)
{
    Trained trained(endless);
    for (auto next = trained.line(); next && next->value("mark", "") != "train"; next = trained.line())
    {
    }
    trained.child.signal_group(SIGTERM);
    std::optional<nlohmann::json> last;
    for (auto next = trained.line(); next; next = trained.line())
        last = next;
    auto const exit = trained.child.wait();
    EXPECT_EQ(exit.code, 1) << exit.describe();
    ASSERT_TRUE(last);
    EXPECT_EQ(last->at("outcome"), "failed");
    EXPECT_EQ(last->at("reason"), "stopped");
    auto const result = last->at("result").get<TrainingResult>();
    EXPECT_EQ(result.stop_reason, "stopped");
    EXPECT_GE(result.epochs, 1);
    EXPECT_EQ(static_cast<std::int64_t>(result.history.size()), result.epochs);
}

TEST(TrainChannel, AFailureComesWithItsReason)
{
    Trained trained({"--dataset", "no-such-data-set", "--size", "64"});
    auto const lines = trained.all();
    EXPECT_EQ(trained.child.wait().code, 2);
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(lines.back().at("outcome"), "failed");
    EXPECT_THAT(lines.back().at("reason").get<std::string>(), HasSubstr("'no-such-data-set' is not a data set"));
    EXPECT_FALSE(lines.back().contains("result"));
}

TEST(TrainChannel, DivergenceIsToldAsOutcome)
{
    Trained trained({"--dataset", "banana", "--size", "64", "--optimizer", "sgd", "--learning-rate", "1e200", "--l2", "1e200", "--epochs", "9"});
    auto const lines = trained.all();
    EXPECT_TRUE(trained.child.wait().ok()) << trained.said();
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(lines.back().at("outcome"), "diverged");
    EXPECT_EQ(lines.back().at("result").at("stop_reason"), "diverged");
}

TEST(TrainChannel, AWorkerThatHasGoneEndsTheTrainingWithOneLine)
{
    sys::Pipe pipe = sys::make_pipe();
    pipe.read.reset(::open("/dev/null", O_RDONLY));
    Trained trained(endless, std::move(pipe));
    auto const exit = trained.child.wait_until(patience());
    ASSERT_TRUE(exit) << "it trains on for nobody";
    EXPECT_EQ(exit->code, 1) << exit->describe();
    EXPECT_THAT(trained.said(), HasSubstr("cannot write to the worker (GHEE_FD) (Broken pipe)"));
    auto const log = trained.said();
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
}

TEST(TrainChannel, ANumberThatIsNoDescriptorIsRefused)
{
    auto const result = test::run_command("GHEE_FD=77 " GHEE_PROGRAM " train --dataset banana --size 64");
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("GHEE_FD is '77' (no open descriptor has this number)"));
}

}  // namespace
}  // namespace ghee
