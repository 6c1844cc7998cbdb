// The ledger takes up where it was left, by one writer, for one plan, and becomes the result file.
#include "campaign/ledger.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "base/error.hpp"
#include "base/version.hpp"
#include "campaign/frame.hpp"
#include "campaign/ledger_fixture.hpp"

namespace {
using namespace ghee;
using namespace ghee::campaign;
using test::ledger_plan;
using test::sample_run;
using testing::HasSubstr;

struct Ledgers : test::LedgerFolder
{
};

std::string message_of(std::function<void()> const& action)
{
    try
    {
        action();
    }
    catch (Error const& error)
    {
        return error.what();
    }
    return "no error";
}

TEST_F(Ledgers, WhatWasAppendedIsFoundAgain)
{
    {
        auto ledger = Ledger::open(path, ledger_plan(3));
        EXPECT_FALSE(ledger.resumed());
        ledger.append(test::sample_node());
        EXPECT_TRUE(ledger.append(sample_run(0)));
        ledger.append(AttemptRecord{"other", {1, "n1", "killed by signal 9", Seconds(2)}});
        ledger.append(StopRecord{"signal USR1"});
        ledger.sync();
    }
    std::vector<RunReport> runs;
    auto const state = scan_ledger(path, [&](RunReport&& run) { runs.push_back(std::move(run)); }, Samples::read);
    EXPECT_EQ(runs, std::vector{sample_run(0)});
    EXPECT_EQ(state.nodes, std::vector{test::sample_node()});
    EXPECT_EQ(state.attempts.at("other").at(0).reason, "killed by signal 9");
    EXPECT_TRUE(state.stopped);
    EXPECT_EQ(state.stop.reason, "signal USR1");
    EXPECT_EQ(state.ghee_version, version());
    EXPECT_EQ(state.plan.configurations, ledger_plan(3).configurations);
    EXPECT_EQ(state.plan.tasks, ledger_plan(3).tasks);
    EXPECT_EQ(state.plan.provenance.campaign_text, ledger_plan(3).provenance.campaign_text);
    EXPECT_EQ(state.frames, 5);
    EXPECT_EQ(state.torn_bytes, 0);
    EXPECT_FALSE(complete(state));
}

TEST_F(Ledgers, SamplesAreLeftOutUnlessAskedFor)
{
    static_cast<void>(Ledger::open(path, ledger_plan(1)).append(sample_run(0)));
    auto expected = sample_run(0);
    expected.traces.clear();
    scan_ledger(path, [&](RunReport&& run) { EXPECT_EQ(run, expected); });
}

TEST_F(Ledgers, ASecondStartGoesOnWhereTheFirstEnded)
{
    static_cast<void>(Ledger::open(path, ledger_plan(2)).append(sample_run(0)));
    {
        auto ledger = Ledger::open(path, ledger_plan(2));
        EXPECT_TRUE(ledger.resumed());
        EXPECT_TRUE(ledger.has_run(sample_run(0).task.run_id));
        EXPECT_FALSE(ledger.has_run(sample_run(1).task.run_id));
        EXPECT_FALSE(ledger.append(sample_run(0)));
        EXPECT_TRUE(ledger.append(sample_run(1)));
    }
    auto const state = scan_ledger(path);
    EXPECT_EQ(state.runs.size(), 2U);
    EXPECT_EQ(state.sessions, 2);
    EXPECT_EQ(state.duplicates, 0);
    EXPECT_TRUE(complete(state));
}

TEST_F(Ledgers, OfTwoFramesOfOneRunTheFirstCounts)
{
    static_cast<void>(Ledger::open(path, ledger_plan(2)).append(sample_run(0)));
    std::string const frames = bytes();
    auto second = sample_run(0);
    second.outcome = Outcome::failed;
    auto const other = folder / "other.ledger";
    static_cast<void>(Ledger::open(other, ledger_plan(2)).append(second));
    // What the other ledger holds behind its first frame, behind this one.
    std::string const whole = test::read_bytes(other);
    write(frames + whole.substr(static_cast<std::size_t>(*claimed_length(whole))));
    auto const state = scan_ledger(path);
    EXPECT_EQ(state.duplicates, 1);
    EXPECT_EQ(state.runs.at(second.task.run_id).outcome, Outcome::ok);
}

TEST_F(Ledgers, ASecondCoordinatorIsRefusedByName)
{
    auto ledger = Ledger::open(path, ledger_plan(1));
    std::string const message = message_of([&] { Ledger::open(path, ledger_plan(1)); });
    EXPECT_THAT(message, HasSubstr("running already"));
    EXPECT_THAT(message, HasSubstr("pid " + std::to_string(getpid()) + " on host "));
    // Asking neither disturbs the writer nor stays as a lock.
    EXPECT_TRUE(ledger_holder(path).held);
    EXPECT_TRUE(ledger.append(sample_run(0)));
    ledger.sync();
}

TEST_F(Ledgers, TheLockGoesWithItsHolder)
{
    {
        auto const ledger = Ledger::open(path, ledger_plan(1));
    }
    EXPECT_FALSE(ledger_holder(path).held);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator{}), 1);
    EXPECT_TRUE(Ledger::open(path, ledger_plan(1)).resumed());
}

TEST_F(Ledgers, ReadingWhileItIsWrittenSeesWholeFramesOnly)
{
    auto ledger = Ledger::open(path, ledger_plan(2));
    static_cast<void>(ledger.append(sample_run(0)));
    EXPECT_EQ(scan_ledger(path).runs.size(), 1U);
    static_cast<void>(ledger.append(sample_run(1)));
    EXPECT_EQ(scan_ledger(path).runs.size(), 2U);
}

TEST_F(Ledgers, AnotherPlanIsRefused)
{
    {
        auto const ledger = Ledger::open(path, ledger_plan(3));
    }
    EXPECT_THAT(message_of([&] { Ledger::open(path, ledger_plan(2)); }), HasSubstr("of another plan"));
    EXPECT_THAT(message_of([&] { Ledger::open(path, ledger_plan(2), PlanChange::accept_added); }), HasSubstr("1 of the ledger's are gone"));
    EXPECT_THAT(message_of([&] { Ledger::open(path, ledger_plan(4)); }), HasSubstr("3 runs there, 4 now"));
    // The same runs under another campaign seed are other runs.
    EXPECT_THAT(message_of([&] { Ledger::open(path, ledger_plan(3, 43), PlanChange::accept_added); }), HasSubstr("3 of the ledger's are gone"));
}

TEST_F(Ledgers, AddedRunsAreAcceptedWhenAsked)
{
    static_cast<void>(Ledger::open(path, ledger_plan(1)).append(sample_run(0)));
    EXPECT_TRUE(complete(scan_ledger(path)));
    {
        auto const ledger = Ledger::open(path, ledger_plan(3), PlanChange::accept_added);
    }
    auto const state = scan_ledger(path);
    EXPECT_EQ(state.plan.tasks, ledger_plan(3).tasks);
    EXPECT_EQ(planned_runs(state.plan), 3);
    EXPECT_FALSE(complete(state));
    EXPECT_EQ(Ledger::open(path, ledger_plan(3)).found().runs.size(), 1U);
}

TEST_F(Ledgers, ForeignFilesAreRefusedAndKept)
{
    for (std::string const& content : {std::string("my thesis\n"), std::string(5000, '\0'), std::string("\xFEGL2 and more")})
    {
        write(content);
        EXPECT_THAT(message_of([&] { Ledger::open(path, ledger_plan(1)); }), HasSubstr("not a ledger"));
        EXPECT_THAT(message_of([&] { scan_ledger(path); }), HasSubstr("not a ledger"));
        EXPECT_EQ(bytes(), content);
    }
    EXPECT_THAT(message_of([&] { scan_ledger(folder); }), HasSubstr("not a plain file"));
    EXPECT_THAT(message_of([&] { scan_ledger(folder / "none"); }), HasSubstr("No such file"));
}

TEST_F(Ledgers, ANewerLedgerIsRefused)
{
    // CBOR of {"format": "ghee ledger", "version": 2, "ghee_version": "9.9"}.
    std::string const cbor = "\xA3\x66"
                             "format\x6B"
                             "ghee ledger\x67"
                             "version\x02\x6C"
                             "ghee_version\x63"
                             "9.9";
    auto const frame = encode_frame(FrameKind::header, 0, {cbor.begin(), cbor.end()});
    write({frame.begin(), frame.end()});
    std::string const message = message_of([&] { Ledger::open(path, ledger_plan(1)); });
    EXPECT_THAT(message, HasSubstr("newer ghee"));
    EXPECT_THAT(message, HasSubstr("use ghee 9.9 or later"));
}

TEST_F(Ledgers, AWriterThatDiedCreatingItLeavesNothingToRefuse)
{
    {
        auto const ledger = Ledger::open(path, ledger_plan(1));
    }
    std::string const whole = bytes();
    for (std::size_t const length : {std::size_t{0}, std::size_t{3}, frame_head_bytes, whole.size() - 1})
    {
        write(whole.substr(0, length));
        EXPECT_THAT(message_of([&] { scan_ledger(path); }), HasSubstr("nothing yet"));
        EXPECT_FALSE(Ledger::open(path, ledger_plan(1)).resumed());
        EXPECT_EQ(scan_ledger(path).frames, 1);
    }
}

TEST_F(Ledgers, AFullDiskCutsBackToTheLastWholeFrame)
{
    auto ledger = Ledger::open(path, ledger_plan(3));
    ASSERT_TRUE(ledger.append(sample_run(0)));
    std::string const before = bytes();
    // A limit on the file's size fails a write in its middle, as a full disk does.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit old{};
    getrlimit(RLIMIT_FSIZE, &old);
    rlimit const tight{before.size() + 100, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tight);
    std::string const message = message_of([&] { static_cast<void>(ledger.append(sample_run(1))); });
    setrlimit(RLIMIT_FSIZE, &old);
    EXPECT_THAT(message, HasSubstr("File too large"));
    EXPECT_EQ(bytes(), before);
    EXPECT_FALSE(ledger.has_run(sample_run(1).task.run_id));
    // With space again, the same writer goes on.
    EXPECT_TRUE(ledger.append(sample_run(1)));
    EXPECT_EQ(scan_ledger(path).runs.size(), 2U);
}

TEST_F(Ledgers, TheResultFileIsBuiltFromItAlone)
{
    {
        auto ledger = Ledger::open(path, ledger_plan(3));
        ledger.append(test::sample_node());
        static_cast<void>(ledger.append(sample_run(1)));
        static_cast<void>(ledger.append(sample_run(0)));
        ledger.append(AttemptRecord{sample_run(0).task.run_id, sample_run(0).failed_attempts.at(0)});
        ledger.append(AttemptRecord{sample_run(2).task.run_id, {1, "n9", "timeout", Seconds(3)}});
    }
    auto const file = folder / "a.h5";
    publish_from_ledger(path, file);
    EXPECT_EQ(ledger_path(file), path);
    auto const provenance = store::read_provenance(file);
    EXPECT_EQ(provenance.planned_runs, 3);
    EXPECT_FALSE(provenance.complete);
    auto const runs = store::read_table(file, "runs");
    ASSERT_EQ(runs.rows.size(), 2U);
    EXPECT_EQ(runs.rows[0][0], sample_run(1).task.run_id);
    EXPECT_EQ(runs.rows[1][0], sample_run(0).task.run_id);
    EXPECT_EQ(store::read_table(file, "traces").rows.size(), 26U);
    EXPECT_EQ(store::read_table(file, "configs").rows.size(), 1U);
    EXPECT_EQ(store::read_table(file, "nodes").rows.size(), 1U);
    // An attempt the run tells of itself is not told twice; that of the unfinished run has no row in /runs.
    auto const attempts = store::read_table(file, "attempts");
    ASSERT_EQ(attempts.rows.size(), 3U);
    EXPECT_EQ(attempts.rows[2][0], "-1");
    EXPECT_EQ(attempts.rows[2][1], sample_run(2).task.run_id);

    static_cast<void>(Ledger::open(path, ledger_plan(3)).append(sample_run(2)));
    publish_from_ledger(path, file);
    EXPECT_TRUE(store::read_provenance(file).complete);
}
}  // namespace
