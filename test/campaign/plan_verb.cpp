// ghee plan, as typed.
#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/command.hpp"

namespace {
using namespace ghee::test;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct PlanVerb : ::testing::Test
{
    TemporaryFolder folder;

    CommandResult plan(std::string const& text, std::string const& options)
    {
        write_file(folder / "c.toml", text);
        return run_command("cd " + folder.path().string() + " && " GHEE_PROGRAM " plan c.toml " + options);
    }
};

std::vector<std::string> lines_of(std::string const& text)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

char const* const small = "[grid]\ndataset = \"201_pol\"\nsize = [32, 128]\n";

TEST_F(PlanVerb, PrintsAcceptedCellsAsCsv)
{
    auto const result = plan(small, "--csv");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    auto const lines = lines_of(result.out);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_THAT(lines[0], StartsWith("config_id,dataset,shape,size,depth,inputs,outputs,widths,parameters,size_error,accepted,"));
    EXPECT_THAT(lines[0], EndsWith(",reason"));
    EXPECT_THAT(lines[1].substr(16), StartsWith(",201_pol,rectangle,128,2,26,11,3 11,125,0.0234375,1,"));
    EXPECT_THAT(lines[1], EndsWith(","));
    EXPECT_EQ(std::count(lines[0].begin(), lines[0].end(), ','), std::count(lines[1].begin(), lines[1].end(), ','));
    EXPECT_EQ(result.err, "");
}

TEST_F(PlanVerb, FormAndReplicasHaveTheirColumns)
{
    auto const lines = lines_of(plan("[grid]\ndataset = \"banana\"\nsize = 128\nform = [\"auto\", \"solo\"]\n"
                                     "device = \"gpu\"\nreplicas = 7\n",
                                     "--csv")
                                    .out);
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_THAT(lines[0], HasSubstr(",device,form,threads,replicas,epochs,"));
    EXPECT_THAT(lines[1], HasSubstr(",gpu,auto,1,7,1,"));
    EXPECT_THAT(lines[2], HasSubstr(",gpu,solo,1,7,1,"));
    EXPECT_NE(lines[1].substr(0, 16), lines[2].substr(0, 16));
}

TEST_F(PlanVerb, ListsReplicasAndFormWhereTheyAreNotTheUsualOnes)
{
    std::string const grid = "[grid]\ndataset = \"banana\"\nsize = 128\ndevice = \"gpu\"\n";
    EXPECT_THAT(plan(grid + "form = \"solo\"\nreplicas = 7\n", "").out, AllOf(HasSubstr("form=solo"), HasSubstr("replicas=7")));
    EXPECT_THAT(plan(grid, "").out, AllOf(Not(HasSubstr("form=")), Not(HasSubstr("replicas="))));
}

TEST_F(PlanVerb, RefusesGroupsAndFormsThatNoNodeWouldTrain)
{
    auto const lines = lines_of(
        plan("[grid]\ndataset = \"banana\"\nsize = 128\nform = [\"auto\", \"solo\"]\nreplicas = 65536\nepochs = [64, 65]\n", "--csv --all").out);
    ASSERT_EQ(lines.size(), 5u);
    EXPECT_EQ(std::count_if(lines.begin(), lines.end(), [](auto const& line) { return line.find("are more than 2^22") != std::string::npos; }), 2);
    EXPECT_EQ(std::count_if(lines.begin(), lines.end(), [](auto const& line) { return line.find("only backend cuda has") != std::string::npos; }), 1);
}

TEST_F(PlanVerb, TheReadyCampaignOfReplicasIsAValidOne)
{
    auto const result = run_command("cd " GHEE_FIXTURES "/../.. && " GHEE_PROGRAM " plan campaigns/replicas.toml --csv", 60);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(lines_of(result.out).size(), 7u) << "six cells and the names of the columns";
}

TEST_F(PlanVerb, AllAddsTheRefusedWithTheirReasonInTheLastColumn)
{
    auto const lines = lines_of(plan(small, "--csv --all").out);
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_THAT(lines[1].substr(16), StartsWith(",201_pol,rectangle,32,2,26,11,1 11,49,0.53125,0,"));
    EXPECT_THAT(lines[1], EndsWith(",size error 0.531 exceeds 0.2: the nearest network has 49 parameters"));
}

TEST_F(PlanVerb, QuotesWhatCsvWouldMisread)
{
    auto const lines = lines_of(plan("[workload.w]\ncommand = [\"a\", \"{x}\"]\n[grid]\nworkload = \"w\"\nx = \"1,\\\"2\\\"\"\n", "--csv").out);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_THAT(lines[1], EndsWith(",w,\"x=1,\"\"2\"\"\","));
}

TEST_F(PlanVerb, TellsTheSameAsJson)
{
    auto const json = nlohmann::json::parse(plan(small, "--json --all").out);
    EXPECT_EQ(json.at("accepted"), 1);
    EXPECT_EQ(json.at("refused"), 1);
    EXPECT_EQ(json.at("runs"), 1);
    ASSERT_EQ(json.at("cells").size(), 2u);
    auto const& cell = json.at("cells")[1];
    EXPECT_EQ(cell.at("widths"), nlohmann::json({3, 11}));
    EXPECT_EQ(cell.at("parameters"), 125);
    EXPECT_EQ(cell.at("size_error"), 0.0234375);
    EXPECT_EQ(cell.at("accepted"), true);
    EXPECT_EQ(cell.at("learning_rate"), 1e-4);
    EXPECT_EQ(json.at("cells")[0].at("accepted"), false);
}

TEST_F(PlanVerb, SumsUpForPeople)
{
    auto const result = plan(small, "--set campaign.repeats=3 --all");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("201_pol                      cpu             1          1          3\n"));
    EXPECT_THAT(result.out, HasSubstr("REFUSED: size error"));
    EXPECT_THAT(plan(small, "").out, ::testing::Not(HasSubstr("REFUSED")));
}

TEST_F(PlanVerb, PrintsTheStudysGridInSeconds)
{
    auto const result = run_command("cd " GHEE_FIXTURES "/../.. && " GHEE_PROGRAM " plan campaigns/butter-e.toml --all --csv", 60);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 1 + 2 * 29120);
}

TEST_F(PlanVerb, RefusesInOneLineWithExitCodeTwo)
{
    for (auto const& [options, said] : std::vector<std::pair<std::string, std::string>>{
             {"--set grid.depth=1", "ghee: error: --set grid.depth=1: 'grid.depth' is 1 (must be at least 2"},
             {"--set grid.dept=2", "did you mean 'depth'?"},
             {"--csv --json", "exclude each other"},
             {"another.toml", "ghee plan"}})
    {
        auto const result = plan(small, options);
        EXPECT_EQ(result.exit_code, 2) << options;
        EXPECT_EQ(result.out, "") << options;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
        EXPECT_THAT(result.err, HasSubstr(said));
    }
    EXPECT_EQ(run_command(GHEE_PROGRAM " plan").exit_code, 2);
    EXPECT_EQ(run_command(GHEE_PROGRAM " plan nowhere.toml").exit_code, 2);
}
}  // namespace
