// Grids multiply, add up and leave out.
#include "campaign/grid.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campaign/written_campaign.hpp"

namespace {
using namespace ghee;
using namespace ghee::campaign;
using ::testing::HasSubstr;
using ::testing::StartsWith;

template<class Field>
auto values(Campaign const& campaign, Field Configuration::* field)
{
    std::vector<Field> all;
    for (auto const& cell : campaign.cells)
        all.push_back(cell.*field);
    return all;
}

std::string with(std::string const& lines) { return "[grid]\ndataset = \"banana\"\n" + lines + "\n"; }

TEST(Grid, IsTheProductWithTheLastKeyRunningFastest)
{
    auto const campaign = campaign_of(with("epochs = [1, 2]\nsize = [64, 128]"));
    EXPECT_EQ(values(campaign, &Configuration::size), (std::vector<std::int64_t>{64, 64, 128, 128}));
    EXPECT_EQ(values(campaign, &Configuration::epochs), (std::vector<std::int64_t>{1, 2, 1, 2}));
}

TEST(Grid, UnrollsRangesAlsoInsideLists)
{
    EXPECT_EQ(values(campaign_of(with("size = \"2^5..2^8\"")), &Configuration::size), (std::vector<std::int64_t>{32, 64, 128, 256}));
    EXPECT_EQ(values(campaign_of(with("size = 64\ndepth = [\"2..4\", \"7\", 9]")), &Configuration::depth), (std::vector<int>{2, 3, 4, 7, 9}));
}

TEST(Grid, SeveralTablesAddUp)
{
    auto const campaign = campaign_of("[[grid]]\ndataset = \"banana\"\nsize = 64\n[[grid]]\ndataset = \"nursery\"\nsize = [128, 256]\n");
    EXPECT_EQ(values(campaign, &Configuration::dataset), (std::vector<std::string>{"banana", "nursery", "nursery"}));
}

TEST(Grid, ExcludedCombinationsStayInTheListWithTheirReason)
{
    auto const campaign = campaign_of(with("size = [64, 128]\ndepth = [2, 3]") + "[exclude]\nsize = 128\ndepth = \"3..9\"\n");
    EXPECT_EQ(campaign.refusals, (std::vector<std::string>{"", "", "", "excluded"}));
    auto const several = campaign_of(with("size = [64, 128]\ndepth = [2, 3]") + "[[exclude]]\nsize = 128\n[[exclude]]\ndepth = 3\n");
    EXPECT_EQ(several.refusals, (std::vector<std::string>{"", "excluded", "excluded", "excluded"}));
}

TEST(Grid, AnExcludeTableWithoutAKeyExcludesNothing)
{
    auto const campaign = campaign_of(with("size = [64, 128]") + "[exclude]\nmax_size_error = 0.1\n");
    EXPECT_EQ(campaign.refusals, (std::vector<std::string>{"", ""}));
    EXPECT_DOUBLE_EQ(campaign.max_size_error, 0.1);
    EXPECT_THAT(refusal_in(with("size = 64") + "[[exclude]]\nmax_size_error = 0.1\n[[exclude]]\nmax_size_error = 0.2\n"),
                StartsWith("c.toml:7: 'exclude.max_size_error' is given twice"));
}

TEST(Grid, SgdWithMomentumIsTheMomentumOptimizer)
{
    auto const campaign = campaign_of(with("size = 64\noptimizer = [\"sgd\", \"momentum\", \"adam\"]\nmomentum = [0, 0.9]"));
    ASSERT_EQ(campaign.cells.size(), 6u);
    auto const kind = [&](std::size_t i) { return campaign.cells[i].optimizer.kind; };
    EXPECT_EQ(kind(0), OptimizerKind::sgd);
    EXPECT_EQ(kind(1), OptimizerKind::momentum);
    EXPECT_EQ(campaign.cells[1].optimizer.momentum, 0.9);
    EXPECT_EQ(kind(2), OptimizerKind::sgd);
    EXPECT_EQ(kind(3), OptimizerKind::momentum);
    EXPECT_EQ(kind(4), OptimizerKind::adam);
    EXPECT_EQ(campaign.cells[4], campaign.cells[5]);
    EXPECT_EQ(expand(campaign).size(), 3u);

    auto const by_itself = campaign_of(with("size = 64\noptimizer = \"momentum\"")).cells[0].optimizer;
    EXPECT_EQ(by_itself.kind, OptimizerKind::momentum);
    EXPECT_EQ(by_itself.momentum, 0.9);
    EXPECT_EQ(campaign_of(with("size = 64\noptimizer = \"sgd\"")).cells[0].optimizer.kind, OptimizerKind::sgd);
}

TEST(Grid, SgdWithMomentumIsExcludedByEitherName)
{
    std::string const grid = with("size = 64\noptimizer = \"sgd\"\nmomentum = [0, 0.9]");
    EXPECT_EQ(campaign_of(grid + "[exclude]\noptimizer = \"momentum\"\n").refusals, (std::vector<std::string>{"", "excluded"}));
    EXPECT_EQ(campaign_of(grid + "[exclude]\noptimizer = \"sgd\"\nmomentum = 0.9\n").refusals, (std::vector<std::string>{"", "excluded"}));
}

TEST(Grid, WhatAnOptimizerDoesNotUseDoesNotMakeAnotherConfiguration)
{
    std::string const sgd = with("size = 64\noptimizer = \"sgd\"");
    EXPECT_EQ(campaign_of(sgd).cells[0], campaign_of(sgd + "[training]\nbeta1 = 0.5\nrho = 0.5\nweight_decay = 0.5\nadam_epsilon = 0.5\n").cells[0]);
    std::string const rmsprop = with("size = 64\noptimizer = \"rmsprop\"");
    auto const changed = campaign_of(rmsprop + "[training]\nrho = 0.5\nadam_epsilon = 1e-3\nbeta1 = 0.5\n").cells[0].optimizer;
    EXPECT_EQ(changed.rho, 0.5);
    EXPECT_EQ(changed.epsilon, 1e-3);
    EXPECT_EQ(changed.beta1, 0.9);
}

std::string const workload = R"([workload.torch]
command = ["python", "train.py", "--layers", "{layers}", "--rate={rate}", "--epochs={epochs}", "{seed}", "${{HOME}} {a b} {}"]
[grid]
workload = "torch"
layers = ["2^1..2^3", "many"]
rate = [1e-3, 2]
epochs = 5
)";

TEST(Grid, CommandsGetTheirValuesAsText)
{
    auto const campaign = campaign_of(workload);
    ASSERT_EQ(campaign.cells.size(), 8u);
    auto const& first = campaign.cells[0];
    EXPECT_EQ(first.workload, "torch");
    EXPECT_EQ(first.parameters, (std::map<std::string, std::string>{{"layers", "2"}, {"rate", "0.001"}}));
    EXPECT_EQ(first.epochs, 5);
    EXPECT_EQ(first.command,
              (std::vector<std::string>{"python", "train.py", "--layers", "2", "--rate=0.001", "--epochs=5", "{seed}", "${{HOME}} {a b} {}"}));
    EXPECT_EQ(campaign.cells[7].parameters.at("layers"), "many");
    EXPECT_EQ(campaign.cells[7].parameters.at("rate"), "2");

    auto const task = make_task(first, 1, 42);
    EXPECT_EQ(command_of(task), (std::vector<std::string>{"python", "train.py", "--layers", "2", "--rate=0.001", "--epochs=5",
                                                          std::to_string(task.seed), "${HOME} {a b} {}"}));
}

TEST(Grid, ValuesWithBracesReachTheCommandUntouched)
{
    auto const campaign = campaign_of("[workload.w]\ncommand = [\"echo\", \"{text}\"]\n[grid]\nworkload = \"w\"\ntext = \"{seed} {{seed}} {\"\n");
    EXPECT_EQ(command_of(make_task(campaign.cells[0], 0, 1)).at(1), "{seed} {{seed}} {");
}

TEST(Grid, EachOfSeveralCommandsKeepsItsOwnKeys)
{
    auto const campaign = campaign_of("[workload.a]\ncommand = [\"a\", \"{x}\"]\n[workload.b]\ncommand = [\"b\", \"{y}\"]\n"
                                      "[grid]\nworkload = [\"a\", \"b\"]\nx = [1, 2]\ny = [3, 4, 5]\n");
    auto const cells = expand(campaign);
    EXPECT_EQ(std::count_if(cells.begin(), cells.end(), [](Cell const& c) { return c.configuration.workload == "a"; }), 2);
    EXPECT_EQ(std::count_if(cells.begin(), cells.end(), [](Cell const& c) { return c.configuration.workload == "b"; }), 3);
}

TEST(Grid, CommandsThatDoNotFitTheGridAreRefused)
{
    EXPECT_THAT(refusal_in("[workload.w]\ncommand = [\"a\", \"{size}\"]\n[grid]\nworkload = \"w\"\n"),
                StartsWith("c.toml:2: {size} has no value (the grid at c.toml:3 does not give 'size')"));
    EXPECT_THAT(refusal_in("[workload.w]\ncommand = [\"a\", \"{layers}\"]\n[grid]\nworkload = \"w\"\nlayer = 3\n"),
                StartsWith("c.toml:5: 'grid.layer' is not a key"));
    EXPECT_THAT(refusal_in("[workload.w]\ncommand = [\"a\", \"{layers}\"]\n[grid]\nworkload = \"w\"\nlayer = 3\n"),
                HasSubstr("did you mean 'layers'?"));
    EXPECT_THAT(refusal_in("[workload.torch]\ncommand = [\"a\"]\n[grid]\nworkload = \"troch\"\n"),
                StartsWith("c.toml:4: 'troch' is not a workload (known: torch) did you mean 'torch'?"));
    EXPECT_THAT(refusal_in("[grid]\nworkload = \"w\"\n"), StartsWith("c.toml:2: 'w' is not a workload"));
    EXPECT_THAT(refusal_in("[workload.w]\ncommand = \"a b\"\n[grid]\nworkload = \"w\"\n"),
                StartsWith("c.toml:2: 'workload.w.command' is text 'a b'"));
    EXPECT_THAT(refusal_in("[workload.w]\n[grid]\nworkload = \"w\"\n"), StartsWith("c.toml:1: 'workload.w' has no command"));
    EXPECT_THAT(refusal_in("[workload.w]\ncommand = [\"\"]\n[grid]\nworkload = \"w\"\n"), HasSubstr("no program"));
    EXPECT_THAT(refusal_in("[workload.w]\ncommand = []\n[grid]\nworkload = \"w\"\n"), HasSubstr("empty list"));
    EXPECT_THAT(refusal_in("[workload.w]\ncomand = [\"a\"]\n[grid]\nworkload = \"w\"\n"), HasSubstr("did you mean 'command'?"));
}

TEST(Grid, CommandsKeepTheirValuesWhateverTrainingSays)
{
    EXPECT_EQ(campaign_of(workload).cells, campaign_of(workload + "[training]\nbeta1 = 0.5\ntest_fraction = 0.5\n").cells);
}
}  // namespace
