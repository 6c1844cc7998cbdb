// `ghee data` as a user runs it: what stands on stdout, what on stderr, the exit code, and what is left behind.
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "data/file_bytes.hpp"
#include "data/packing.hpp"
#include "data/registry.hpp"
#include "data/server.hpp"

namespace {
using namespace ghee;
using namespace ghee::data;
using ghee::data::test::Folder;
using ghee::data::test::Server;
using testing::AllOf;
using testing::HasSubstr;

namespace fs = std::filesystem;

struct Outcome
{
    int code = -1;
    std::string out, err;
};

/// Runs `program` with its own data folders, streams apart.
sys::Command command_of(Folder const& folder, std::string const& program, std::vector<std::string> const& arguments)
{
    sys::Command command;
    command.argv = {"/bin/sh", "-c", "exec \"$0\" \"$@\" >\"$STREAMS/out\" 2>\"$STREAMS/err\"", program};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    fs::create_directories(folder / "streams");
    command.environment.set = {
        {"GHEE_DATA", (folder / "data").string()}, {"XDG_DATA_HOME", (folder / "xdg").string()}, {"STREAMS", (folder / "streams").string()}};
    return command;
}

Outcome ghee_data(Folder const& folder, std::vector<std::string> arguments, std::string const& program = GHEE_PROGRAM)
{
    arguments.insert(arguments.begin(), "data");
    auto const exit = sys::Child(command_of(folder, program, arguments)).wait();
    return {exit.code.value_or(-1), read_file(folder / "streams/out"), read_file(folder / "streams/err")};
}

int files_below(fs::path const& folder)
{
    int count = 0;
    if (fs::exists(folder))
        for (auto const& entry : fs::recursive_directory_iterator(folder))
            count += entry.is_regular_file();
    return count;
}

TEST(DataVerb, ListNamesEverySetAndWhereItIs)
{
    Folder const folder;
    auto const table = ghee_data(folder, {"list"});
    EXPECT_EQ(table.code, 0);
    EXPECT_EQ(table.err, "");
    for (auto const& entry : registry())
        EXPECT_THAT(table.out, HasSubstr("\n" + entry.name + " "));
    EXPECT_THAT(table.out, HasSubstr("no: ghee data fetch mnist"));
    auto const json = nlohmann::json::parse(ghee_data(folder, {"list", "--json"}).out);
    ASSERT_EQ(json.size(), registry().size());
    auto const find = [&](std::string const& name)
    { return *std::find_if(json.begin(), json.end(), [&](auto const& entry) { return entry["name"] == name; }); };
    EXPECT_EQ(find("sleep")["rows"], 105908);
    EXPECT_EQ(find("sleep")["raw_features"], 13);
    EXPECT_EQ(find("sleep")["inputs"], 141);
    EXPECT_EQ(find("sleep")["outputs"], 5);
    EXPECT_EQ(find("sleep")["task"], "classification");
    EXPECT_EQ(find("sleep")["here"], true);
    EXPECT_EQ(find("mnist")["here"], false);
    EXPECT_EQ(find("mnist")["files"].size(), 0u);
    EXPECT_EQ(find("banana")["task"], "regression");
}

TEST(DataVerb, AnIncompleteSetIsCalledSo)
{
    Folder const folder;
    test::write(folder / "data/mnist/train-labels-idx1-ubyte.gz", "x");
    EXPECT_THAT(ghee_data(folder, {"list"}).out, HasSubstr("incomplete: 1 of 4 files in " + (folder / "data/mnist").string()));
}

TEST(DataVerb, FetchReplacesABrokenFileAndPrintsWhereTheGoodOneIs)
{
    Folder const folder;
    auto const file = folder / "data/sleep.tsv.gz";
    test::write(file, "torn");
    EXPECT_EQ(ghee_data(folder, {"verify", "sleep"}).code, 1);
    Server const server(GHEE_SHIPPED_DATA);
    auto const fetched = ghee_data(folder, {"fetch", "sleep", "--from", server.address()});
    EXPECT_EQ(fetched.code, 0) << fetched.err;
    EXPECT_EQ(fetched.out, file.string() + "\n");
    EXPECT_THAT(fetched.err, HasSubstr("its checksum right"));
    EXPECT_EQ(read_file(file), read_file(fs::path(GHEE_SHIPPED_DATA) / "sleep.tsv.gz"));
    auto const verified = ghee_data(folder, {"verify", "sleep"});
    EXPECT_EQ(verified.code, 0);
    EXPECT_EQ(verified.out, "right     " + file.string() + "\n");
    auto const again = ghee_data(folder, {"fetch", "sleep", "--from", server.address()});
    EXPECT_EQ(again.code, 0);
    EXPECT_EQ(again.out, "");
    EXPECT_THAT(again.err, HasSubstr("sleep is already here"));
}

TEST(DataVerb, AFailedFetchIsOneLineAndExitCodeOneAndTheOthersStillCome)
{
    Folder const folder;
    test::write(folder / "data/banana.tsv.gz", "torn");
    Server const server(GHEE_SHIPPED_DATA);
    auto const fetched = ghee_data(folder, {"fetch", "mnist", "banana", "--from", server.address()});
    EXPECT_EQ(fetched.code, 1);
    EXPECT_EQ(fetched.out, (folder / "data/banana.tsv.gz").string() + "\n");
    EXPECT_THAT(fetched.err,
                AllOf(HasSubstr("mnist/train-images-idx3-ubyte.gz: cannot be downloaded (the server answers 404)"), HasSubstr("banana: ")));
    EXPECT_EQ(std::count(fetched.err.begin(), fetched.err.end(), '\n'), 2);
    EXPECT_EQ(files_below(folder / "data"), 1);
}

TEST(DataVerb, AFetchThatIsKilledLeavesNothing)
{
    for (int const signal : {SIGINT, SIGTERM, SIGKILL})
    {
        Folder const folder, served;
        test::write(served / "mnist/train-images-idx3-ubyte.gz", std::string(200'000, 'x'));
        Server server(served.path());
        sys::Child child(command_of(folder, GHEE_PROGRAM, {"data", "fetch", "mnist", "--from", server.address("hang")}));
        EXPECT_EQ(server.next_line(), "half is sent");
        child.signal_group(signal);
        EXPECT_EQ(child.wait().signal, signal);
        EXPECT_EQ(files_below(folder / "data"), 0);
        EXPECT_EQ(files_below(folder / "xdg"), 0);
    }
}

TEST(DataVerb, VerifyTellsAWrongFileByItsExitCode)
{
    Folder const folder;
    auto bytes = read_file(fs::path(GHEE_SHIPPED_DATA) / "banana.tsv.gz");
    bytes[100] = static_cast<char>(bytes[100] ^ 1);
    test::write(folder / "data/banana.tsv.gz", bytes);
    auto const all = ghee_data(folder, {"verify"});
    EXPECT_EQ(all.code, 1);
    EXPECT_THAT(all.out,
                AllOf(HasSubstr("wrong     " + (folder / "data/banana.tsv.gz").string()), HasSubstr("right     " GHEE_SHIPPED_DATA "/sleep.tsv.gz")));
    auto const json = nlohmann::json::parse(ghee_data(folder, {"verify", "banana", "--json"}).out);
    ASSERT_EQ(json.size(), 1u);
    EXPECT_EQ(json[0]["state"], "wrong");
    auto const absent = ghee_data(folder, {"verify", "mnist"});
    EXPECT_EQ(absent.code, 1);
    EXPECT_THAT(absent.out, HasSubstr("absent    mnist/train-images-idx3-ubyte.gz"));
    fs::remove(folder / "data/banana.tsv.gz");
    EXPECT_EQ(ghee_data(folder, {"verify"}).code, 0);
}

TEST(DataVerb, WrongUseIsExitCodeTwoBeforeAnythingIsDone)
{
    Folder const folder;
    for (std::vector<std::string> const& arguments :
         std::vector<std::vector<std::string>>{{}, {"delete"}, {"fetch"}, {"fetch", "banana", "bananas"}, {"verify", "bananas"}, {"list", "--xml"}})
    {
        auto const outcome = ghee_data(folder, arguments);
        EXPECT_EQ(outcome.code, 2) << (arguments.empty() ? "" : arguments[0]);
        EXPECT_EQ(outcome.out, "");
        EXPECT_NE(outcome.err, "");
    }
    EXPECT_FALSE(fs::exists(folder / "data"));
    EXPECT_EQ(ghee_data(folder, {"--help"}).code, 0);
    EXPECT_THAT(ghee_data(folder, {"fetch", "--help"}).out, HasSubstr("--from"));
}

// A moved installation: the program finds the data that lie beside it.
TEST(DataVerb, AnInstalledProgramFindsTheDataInstalledWithIt)
{
    Folder const folder;
    fs::create_directories(folder / "moved/bin");
    fs::create_directories(folder / "moved/share/ghee/data");
    fs::copy_file(GHEE_PROGRAM, folder / "moved/bin/ghee");
    fs::copy_file(fs::path(GHEE_SHIPPED_DATA) / "banana.tsv.gz", folder / "moved/share/ghee/data/banana.tsv.gz");
    auto const outcome = ghee_data(folder, {"list"}, (folder / "moved/bin/ghee").string());
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr((folder / "moved/share/ghee/data").string()));
    EXPECT_THAT(outcome.out, HasSubstr("no: ghee data fetch sleep"));
}
}  // namespace
