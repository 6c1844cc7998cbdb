// Whatever storage does to a ledger: no crash, no wrong record, nothing lost in front of the damage.
#include <array>
#include <csignal>
#include <poll.h>
#include <set>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "campaign/frame.hpp"
#include "campaign/ledger.hpp"
#include "campaign/ledger_fixture.hpp"

namespace {
using namespace ghee;
using namespace ghee::campaign;
using test::ledger_plan;

/// Small, so that every byte can be tried.
RunReport small_run(int number)
{
    RunReport report;
    report.task = test::sample_run(number).task;
    report.outcome = Outcome::ok;
    report.training.parameters = 1000 + number;
    report.training.step_us = 0.5 * number;  // undefined would equal nothing
    return report;
}

struct DamagedLedger : test::LedgerFolder
{
    static constexpr int runs = 3;
    std::string whole;
    std::vector<std::size_t> ends;  ///< of the first frame and of each run's

    DamagedLedger()
    {
        auto ledger = Ledger::open(path, ledger_plan(runs));
        ends.push_back(std::filesystem::file_size(path));
        for (int i = 0; i < runs; ++i)
        {
            static_cast<void>(ledger.append(small_run(i)));
            ends.push_back(std::filesystem::file_size(path));
        }
        whole = bytes();
    }

    /// Runs read back, each checked against what was appended.
    std::set<int> read(LedgerState& state) const
    {
        std::set<int> found;
        state = scan_ledger(
            path,
            [&](RunReport&& run)
            {
                EXPECT_EQ(run, small_run(run.task.repeat));
                EXPECT_TRUE(found.insert(run.task.repeat).second);
            },
            Samples::read);
        return found;
    }
};

TEST_F(DamagedLedger, CutAtAnyByteItKeepsTheFramesInFront)
{
    for (std::size_t length = 0; length < whole.size(); ++length)
    {
        write(whole.substr(0, length));
        if (length < ends[0])
        {
            EXPECT_THROW(scan_ledger(path), Error) << length;
            continue;
        }
        std::size_t expected = 0;
        while (ends[expected + 1] <= length)
            ++expected;
        LedgerState state;
        EXPECT_EQ(read(state).size(), expected) << length;
        EXPECT_EQ(state.torn_bytes, static_cast<std::int64_t>(length - ends[expected]));
        EXPECT_EQ(state.damaged_bytes, 0);
        EXPECT_EQ(bytes().size(), length);
    }
}

TEST_F(DamagedLedger, TakenUpAgainATornLedgerHoldsEverythingOnce)
{
    // Every cut would be as good; each costs syncs of a real disk.
    for (std::size_t length = ends[0]; length < whole.size(); length += 61)
    {
        write(whole.substr(0, length));
        std::size_t expected = 0;
        while (ends[expected + 1] <= length)
            ++expected;
        auto ledger = Ledger::open(path, ledger_plan(runs));
        EXPECT_EQ(ledger.found().runs.size(), expected) << length;
        for (int i = 0; i < runs; ++i)
            EXPECT_EQ(ledger.append(small_run(i)), static_cast<std::size_t>(i) >= expected);
        LedgerState state;
        EXPECT_EQ(read(state).size(), static_cast<std::size_t>(runs)) << length;
        EXPECT_EQ(state.duplicates + state.torn_bytes + state.damaged_bytes, 0);
    }
}

TEST_F(DamagedLedger, AnyFlippedByteCostsItsOwnFrameOnly)
{
    static constexpr std::array masks{0x01U, 0x80U, 0xFFU};
    for (std::size_t at = 0; at < whole.size(); ++at)
    {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ masks[at % masks.size()]);
        write(damaged);
        LedgerState state;
        if (at < ends[0])
        {
            // Without its first frame it is not known which campaign it is of.
            EXPECT_THROW(read(state), Error) << at;
            continue;
        }
        std::size_t frame = 0;
        while (ends[frame + 1] <= at)
            ++frame;
        std::set<int> expected{0, 1, 2};
        expected.erase(static_cast<int>(frame));
        EXPECT_EQ(read(state), expected) << at;
        EXPECT_EQ(state.damaged_bytes + state.torn_bytes, static_cast<std::int64_t>(ends[frame + 1] - ends[frame]));
        EXPECT_EQ(state.torn_bytes > 0, frame + 1 == runs);
    }
}

TEST_F(DamagedLedger, WithADamagedFirstFrameItIsRefusedAndKept)
{
    for (std::size_t at = 0; at < ends[0]; at += 7)
    {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
        write(damaged);
        EXPECT_THROW(Ledger::open(path, ledger_plan(runs)), Error) << at;
        EXPECT_EQ(bytes(), damaged);
    }
}

TEST_F(DamagedLedger, GarbageBetweenFramesIsSteppedOver)
{
    std::string const garbage = std::string(frame_magic) + std::string(70'000, 'x') + std::string(frame_magic.substr(0, 3));
    write(whole.substr(0, ends[1]) + garbage + whole.substr(ends[1]));
    LedgerState state;
    EXPECT_EQ(read(state).size(), static_cast<std::size_t>(runs));
    EXPECT_EQ(state.damaged_bytes, static_cast<std::int64_t>(garbage.size()));
}

/// A writer in a process of its own: appends the runs that are missing, two to a sync, and acknowledges each after its sync.
[[noreturn]] void write_until_killed(std::filesystem::path const& path, int acknowledgements, int runs)
{
    int code = 1;
    try
    {
        auto ledger = Ledger::open(path, ledger_plan(runs));
        std::vector<int> waiting;
        for (int i = 0; i < runs; ++i)
        {
            if (!ledger.append(test::sample_run(i)))
                continue;
            waiting.push_back(i);
            if (waiting.size() < 2 && i + 1 < runs)
                continue;
            ledger.sync();
            for (int const done : waiting)
                if (write(acknowledgements, &done, sizeof done) != sizeof done)
                    _exit(3);
            waiting.clear();
        }
        code = 0;
    }
    catch (std::exception const& error)
    {
        fprintf(stderr, "writer: %s\n", error.what());
    }
    _exit(code);
}

TEST_F(DamagedLedger, NoAcknowledgedRunIsLostWhenTheWriterIsKilled)
{
    constexpr int all = 2'000, wanted = 40;  // more runs than forty writers get done, however fast the disk
    std::filesystem::remove(path);
    std::set<int> acknowledged;
    Random const random(2026, 1);
    int kills = 0;
    std::int64_t torn = 0;
    for (std::uint64_t round = 0; kills < wanted; ++round)
    {
        ASSERT_LT(round, 400U);
        int ends_of_pipe[2];
        ASSERT_EQ(pipe(ends_of_pipe), 0);
        pid_t const child = fork();
        ASSERT_GE(child, 0);
        if (child == 0)
        {
            close(ends_of_pipe[0]);
            write_until_killed(path, ends_of_pipe[1], all);
        }
        close(ends_of_pipe[1]);
        // Killed after some acknowledgements and a while that ends anywhere in a write.
        std::size_t const enough = acknowledged.size() + 2 + random.below(2 * round, 10);
        int number = 0;
        auto const take = [&] { return ::read(ends_of_pipe[0], &number, sizeof number) == sizeof number && (acknowledged.insert(number), true); };
        while (acknowledged.size() < enough && take())
            ;
        auto const until = monotonic_clock().now() + std::chrono::microseconds(random.below(2 * round + 1, 400));
        while (monotonic_clock().now() < until)
            ;
        kill(child, SIGKILL);
        while (take())
            ;
        close(ends_of_pipe[0]);
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
        kills += WIFSIGNALED(status) ? 1 : 0;

        EXPECT_FALSE(ledger_holder(path).held);
        std::set<int> found;
        auto const state = scan_ledger(
            path,
            [&](RunReport&& run)
            {
                EXPECT_EQ(run, test::sample_run(run.task.repeat));
                found.insert(run.task.repeat);
            },
            Samples::read);
        torn += state.torn_bytes > 0 ? 1 : 0;
        EXPECT_EQ(state.duplicates, 0);
        EXPECT_EQ(state.damaged_bytes, 0);
        EXPECT_TRUE(std::includes(found.begin(), found.end(), acknowledged.begin(), acknowledged.end()));
        // Runs that were appended but never acknowledged are not appended again: they count as done.
        acknowledged.insert(found.begin(), found.end());
    }
    RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));
    RecordProperty("torn_ends", static_cast<int>(torn));
    EXPECT_EQ(scan_ledger(path).runs.size(), acknowledged.size());
}
}  // namespace
