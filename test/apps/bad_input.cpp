// What a user can get wrong: one line, the right exit code, nothing lost, no stack trace.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command.hpp"

namespace {
using namespace ghee::test;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

char const* const good = R"([campaign]
name = "tiny"
seed = 1

[grid]
dataset = "banana"
shape = "rectangle"
size = 64
depth = 2
epochs = 1

[measure]
idle_before_s = 0.2
idle_after_s = 0.2
min_window_s = 0.2
)";

std::string replaced(std::string text, std::string const& from, std::string const& to)
{
    auto const at = text.find(from);
    EXPECT_NE(at, std::string::npos);
    return text.replace(at, from.size(), to);
}

struct BadInput : ::testing::Test
{
    TemporaryFolder folder;

    CommandResult run(std::string const& text, std::string const& options = "")
    {
        write_file(folder / "c.toml", text);
        return run_command("cd " + folder.path().string() + " && " GHEE_PROGRAM " run c.toml -o c.h5 " + options);
    }

    /// One line on stderr, starting with the program's name; nothing on stdout; no file made.
    void expect_refused(CommandResult const& result, int code)
    {
        EXPECT_EQ(result.exit_code, code) << result.err;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
        EXPECT_THAT(result.err, HasSubstr("ghee: error: "));
        EXPECT_EQ(result.out, "");
        EXPECT_FALSE(std::filesystem::exists(folder / "c.h5"));
    }
};

TEST_F(BadInput, AnUnknownKeyIsRefusedWithItsLineAndTheNearestKnownOne)
{
    auto const result = run(replaced(good, "depth = 2", "depht = 2"));
    expect_refused(result, 2);
    EXPECT_THAT(result.err, HasSubstr("c.toml:9: "));
    EXPECT_THAT(result.err, HasSubstr("depth"));
}

TEST_F(BadInput, AWrongTypeIsRefusedWithItsLine)
{
    auto const result = run(replaced(good, "epochs = 1", "epochs = \"many\""));
    expect_refused(result, 2);
    EXPECT_THAT(result.err, HasSubstr("c.toml:10: "));
}

TEST_F(BadInput, AnImpossibleValueIsRefusedWithItsLine)
{
    auto const result = run(replaced(good, "depth = 2", "depth = 1"));
    expect_refused(result, 2);
    EXPECT_THAT(result.err, HasSubstr("c.toml:9: "));
}

TEST_F(BadInput, AMissingDataSetIsRefusedBeforeAnythingRuns)
{
    auto const result = run(replaced(good, "\"banana\"", "\"bananna\""));
    expect_refused(result, 2);
    EXPECT_THAT(result.err, HasSubstr("c.toml:6: "));
    EXPECT_THAT(result.err, HasSubstr("bananna"));
}

TEST_F(BadInput, ACampaignOfImpossibleTopologiesOnlyIsRefused)
{
    auto const result = run(replaced(good, "size = 64", "size = 1"));
    expect_refused(result, 2);
}

TEST_F(BadInput, TornTomlIsRefusedWithItsLine)
{
    auto const result = run(replaced(good, "depth = 2", "depth = "));
    expect_refused(result, 2);
    EXPECT_THAT(result.err, HasSubstr("c.toml:9"));
}

TEST_F(BadInput, AMissingCampaignFileIsRefused)
{
    auto const result = run_command("cd " + folder.path().string() + " && " GHEE_PROGRAM " run nowhere.toml");
    expect_refused(result, 2);
    EXPECT_THAT(result.err, HasSubstr("nowhere.toml"));
}

TEST_F(BadInput, AnUnwritableOutputIsRefusedBeforeAnythingRuns)
{
    write_file(folder / "c.toml", good);
    auto const result = run_command("cd " + folder.path().string() + " && " GHEE_PROGRAM " run c.toml -o nowhere/deep/c.h5");
    expect_refused(result, 2);
    EXPECT_THAT(result.err, HasSubstr("nowhere/deep"));
}

TEST_F(BadInput, APathThatCannotBeUsedIsAMistakeOfTheCommandLineWhereverItStands)
{
    write_file(folder / "c.toml", good);
    std::string const in = "cd " + folder.path().string() + " && " GHEE_PROGRAM " ";
    for (char const* const line :
         {"run nowhere.toml", "run . ", "run c.toml -o nowhere/c.h5", "run c.toml -o c.toml/c.h5", "plan nowhere.toml", "show nowhere.h5", "show .",
          "status nowhere.h5", "status .", "train --size 64 --dataset ./nowhere.tsv", "train --task-json @nowhere.json"})
    {
        SCOPED_TRACE(line);
        expect_refused(run_command(in + line), 2);
    }
}

TEST_F(BadInput, AFullDiskIsNoMistakeOfTheCommandLine)
{
    EXPECT_EQ(run_command(GHEE_PROGRAM " network --shape rectangle --size 64 --depth 2 --inputs 2 --outputs 1 >/dev/full").exit_code, 1);
}

TEST_F(BadInput, AFullDiskEndsTheCampaignWithOneLineAndLosesNothingAcknowledged)
{
    write_file(folder / "c.toml", good);
    // A file-size limit stands for the full disk: writes past it fail as they do there.
    auto const full =
        run_command("cd " + folder.path().string() + " && ulimit -f 4 && " GHEE_PROGRAM " run c.toml -o c.h5 --set campaign.repeats=8", 120);
    EXPECT_EQ(full.exit_code, 1) << full.err;
    EXPECT_THAT(full.err, HasSubstr("ghee: error: "));
    EXPECT_THAT(full.err, ::testing::Not(HasSubstr("terminate called")));
    auto const resumed =
        run_command("cd " + folder.path().string() + " && " GHEE_PROGRAM " run c.toml -o c.h5 --resume --set campaign.repeats=8", 120);
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
    auto const rows = run_command(GHEE_PROGRAM " show --table runs --csv " + (folder / "c.h5").string());
    EXPECT_EQ(std::count(rows.out.begin(), rows.out.end(), '\n'), 1 + 8) << rows.out;
}

TEST_F(BadInput, AnExistingResultIsNotOverwritten)
{
    write_file(folder / "c.h5", "precious");
    auto const result = run(good);
    EXPECT_NE(result.exit_code, 0);
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_EQ(read_file(folder / "c.h5"), "precious");
}

TEST_F(BadInput, AForeignFileIsNotShown)
{
    write_file(folder / "x.h5", "this is not HDF5");
    auto const result = run_command(GHEE_PROGRAM " show " + (folder / "x.h5").string());
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

TEST_F(BadInput, EveryVerbExplainsItself)
{
    for (char const* verb : {"run", "plan", "train", "network", "data", "status", "show"})
    {
        auto const help = run_command(std::string(GHEE_PROGRAM " ") + verb + " --help");
        EXPECT_EQ(help.exit_code, 0) << verb;
        EXPECT_THAT(help.out, HasSubstr(std::string("usage: ghee ") + verb));
        auto const wrong = run_command(std::string(GHEE_PROGRAM " ") + verb + " --no-such-option");
        EXPECT_EQ(wrong.exit_code, 2) << verb;
        EXPECT_EQ(std::count(wrong.err.begin(), wrong.err.end(), '\n'), 1) << wrong.err;
    }
}

TEST_F(BadInput, ACommandLineThatIsWrongSaysWhatWhyAndHowToMendIt)
{
    for (auto const& [line, said] : std::vector<std::pair<std::string, std::string>>{
             {"run --frobnicate c.toml", "unknown option '--frobnicate' (of 'ghee run') see 'ghee run --help'"},
             {"run -q c.toml", "unknown option '-q' (of 'ghee run') see 'ghee run --help'"},
             {"run --ouptut=c.h5 c.toml", "unknown option '--ouptut' (of 'ghee run') did you mean '--output'? see 'ghee run --help'"},
             {"train --deptj 3", "unknown option '--deptj' (of 'ghee train') did you mean '--depth'? see 'ghee train --help'"},
             {"train --size", "option '--size' has no value ('ghee train' needs one) see 'ghee train --help'"},
             {"train --size= --depth 2", "option '--size' has no value ('ghee train' needs one) see 'ghee train --help'"},
             {"train --json=1", "option '--json' has a value ('ghee train' takes none) leave the value out"},
             {"train --dataset banana --size 4 --size 5", "option '--size' is there twice ('ghee train' takes one) leave one out"},
             {"train --dataset banana --size 4 --l1 x", "option '--l1' cannot be read (it must be a number) see 'ghee train --help'"},
             {"train --be 3", "option '--be' has several meanings (--beta1 or --beta2) write it out"},
             {"show", "no file is named (ghee show FILE.h5 [OPTIONS]) see 'ghee show --help'"},
             {"show a.h5 b.h5", "too many words (ghee show FILE.h5 [OPTIONS]) see 'ghee show --help'"},
             {"frobnicate", "'frobnicate' is not a verb (known: run, plan, train, "},
             {"shwo a.h5", ") did you mean 'show'?"}})
    {
        auto const result = run_command(GHEE_PROGRAM " " + line);
        expect_refused(result, 2);
        EXPECT_THAT(result.err, HasSubstr(said)) << line;
    }
}
}  // namespace
