// Cells get their topology or the reason why they have none; the shipped campaigns are what they claim to be.
#include <chrono>
#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campaign/written_campaign.hpp"

namespace {
using namespace ghee;
using namespace ghee::campaign;
using ::testing::HasSubstr;

std::filesystem::path shipped(std::string const& name) { return std::filesystem::path(GHEE_FIXTURES "/../../campaigns") / name; }

std::size_t accepted(std::vector<Cell> const& cells)
{
    std::size_t count = 0;
    for (Cell const& cell : cells)
        count += cell.reason.empty();
    return count;
}

TEST(Expand, GivesEachCellItsNetwork)
{
    auto const cells = expand(campaign_of("[grid]\ndataset = \"201_pol\"\nsize = 128\ndepth = 2\nbatch = 10\noptimizer = \"sgd\"\n"));
    ASSERT_EQ(cells.size(), 1u);
    Cell const& cell = cells[0];
    EXPECT_EQ(cell.reason, "");
    EXPECT_EQ(cell.config_id, config_id(cell.configuration));
    EXPECT_EQ(cell.inputs, 26);
    EXPECT_EQ(cell.outputs, 11);
    EXPECT_EQ(cell.rows, 15000);
    EXPECT_EQ(cell.widths, (std::vector<int>{3, 11}));
    EXPECT_EQ(cell.parameters, 125);
    EXPECT_DOUBLE_EQ(cell.size_error, 3.0 / 128);
    EXPECT_DOUBLE_EQ(cell.flops_per_step, 2.0 * 10 * (2 * 26 * 3 + 3 * 3 * 11));
    EXPECT_DOUBLE_EQ(cell.layer.value(), 4.0 * 10 * (26 + 3));
    EXPECT_DOUBLE_EQ(cell.epoch.value(), cell.backward.value() + 4.0 * 15000 * (26 + 11));
}

TEST(Expand, RefusesWhatCannotBeInsteadOfFailing)
{
    auto const cells = expand(campaign_of("[grid]\ndataset = \"mnist\"\nsize = [32, \"2^20\"]\ndepth = 20\n"));
    ASSERT_EQ(cells.size(), 2u);
    EXPECT_THAT(cells[0].reason, HasSubstr("exceeds 0.2: the nearest network has"));
    EXPECT_EQ(cells[1].reason, "");
    auto const lenient = expand(campaign_of("[grid]\ndataset = \"mnist\"\nsize = 32\ndepth = 20\n[exclude]\nmax_size_error = 1e6\n"));
    EXPECT_EQ(lenient[0].reason, "");
    auto const all_tested = expand(campaign_of("[grid]\ndataset = \"505_tecator\"\nsize = 1024\n[training]\ntest_fraction = 0.999\n"));
    EXPECT_THAT(all_tested[0].reason, HasSubstr("leaves none of 240 rows"));
}

TEST(Expand, RefusesATargetAccuracyWhereTheTaskHasNone)
{
    auto const cells = expand(campaign_of("[grid]\ndataset = [\"banana\", \"nursery\"]\nsize = 256\n[training]\ntarget_accuracy = 0.9\n"));
    ASSERT_EQ(cells.size(), 2u);
    EXPECT_EQ(cells[0].reason, "target_accuracy has no meaning: the task is regression");
    EXPECT_EQ(cells[1].reason, "");
    auto const as_classes = expand(campaign_of("[grid]\ndataset = \"banana\"\nsize = 256\n[training]\ntarget_accuracy = 0.9\ntask = \"binary\"\n"));
    EXPECT_EQ(as_classes[0].reason, "");
}

TEST(Expand, RefusesAGroupOfMoreEpochsThanAChildCanReport)
{
    auto const cells = expand(campaign_of("[grid]\ndataset = \"banana\"\nsize = 256\nreplicas = [1, 1024]\nepochs = [4096, 4097]\n"));
    ASSERT_EQ(cells.size(), 4u);
    EXPECT_EQ(accepted(cells), 3u) << "2^22 are not too many, and one network's epochs are not counted";
    for (Cell const& cell : cells)
        EXPECT_THAT(cell.reason, testing::AnyOf("", "1024 replicas times 4097 epochs are more than 2^22: each epoch of each is reported"));
}

TEST(Expand, RefusesAFormWhereNoBackendHasIt)
{
    auto const reason = [](std::string const& keys)
    { return expand(campaign_of("[grid]\ndataset = \"banana\"\nsize = 256\n" + keys)).front().reason; };
    EXPECT_THAT(reason("form = \"solo\"\n"), HasSubstr("only backend cuda has forms to choose from"));
    EXPECT_THAT(reason("form = \"layers\"\ndevice = \"gpu\"\nbackend = \"cudnn\"\n"), HasSubstr("only backend cuda has forms"));
    EXPECT_EQ(reason("form = \"auto\"\n"), "");
    EXPECT_EQ(reason("form = \"solo\"\ndevice = \"gpu\"\n"), "");
    EXPECT_EQ(reason("form = \"layers\"\ndevice = \"gpu\"\nbackend = \"cuda\"\n"), "");
}

TEST(Expand, ListsEqualCellsOnceAndExcludedOnesWithTheirReason)
{
    auto const cells = expand(campaign_of("[[grid]]\ndataset = \"banana\"\nsize = [64, 128]\n[[grid]]\ndataset = \"banana\"\nsize = [128, 256]\n"
                                          "[exclude]\nsize = 128\n"));
    ASSERT_EQ(cells.size(), 3u);
    EXPECT_EQ(cells[0].reason, "");
    EXPECT_EQ(cells[1].reason, "excluded");
    EXPECT_EQ(cells[1].widths.back(), 1);
    EXPECT_EQ(cells[2].reason, "");
}

TEST(Expand, GivesCommandsNoNetwork)
{
    auto const cells = expand(campaign_of("[workload.w]\ncommand = [\"a\", \"{size}\"]\n[grid]\nworkload = \"w\"\nsize = 64\n"));
    ASSERT_EQ(cells.size(), 1u);
    EXPECT_EQ(cells[0].reason, "");
    EXPECT_TRUE(cells[0].widths.empty());
    EXPECT_TRUE(std::isnan(cells[0].size_error));
    EXPECT_TRUE(std::isnan(cells[0].flops_per_step));
    EXPECT_FALSE(cells[0].layer.defined());
}

TEST(Expand, ButterEsGridIsThatOfTheStudyOnBothDevices)
{
    std::map<std::string, std::size_t> const published{{"201_pol", 1979},
                                                       {"294_satellite_image", 2014},
                                                       {"505_tecator", 1977},
                                                       {"529_pollen", 2175},
                                                       {"537_houses", 2169},
                                                       {"adult", 1935},
                                                       {"banana", 2174},
                                                       {"connect_4", 1938},
                                                       {"mnist", 1576},
                                                       {"nursery", 2058},
                                                       {"sleep", 1819},
                                                       {"splice", 1788},
                                                       {"wine_quality_white", 2083}};
    auto const begin = std::chrono::steady_clock::now();
    auto const cells = expand(read_campaign(shipped("butter-e.toml")));
    std::chrono::duration<double> const taken = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(cells.size(), 2u * 29120);
    EXPECT_EQ(accepted(cells), 2u * 25685);
    std::map<std::pair<std::string, Device>, std::size_t> counts;
    std::set<std::string> ids;
    for (Cell const& cell : cells)
    {
        counts[{cell.configuration.dataset, cell.configuration.device}] += cell.reason.empty();
        ids.insert(cell.config_id);
    }
    EXPECT_EQ(ids.size(), cells.size());
    for (auto const& [dataset, count] : published)
        for (Device const device : {Device::cpu, Device::gpu})
            EXPECT_EQ((counts[{dataset, device}]), count) << dataset;
    // About a second on an idle core; the bound is wide for sanitizers and busy machines.
    EXPECT_LT(taken.count(), 60.0);

    Configuration const& c = cells[0].configuration;
    EXPECT_EQ(c.optimizer, Optimizer{});
    EXPECT_EQ(c.batch, 256);
    EXPECT_EQ(c.epochs, 3000);
    EXPECT_EQ(c.stop, Stopping{});
}

TEST(Expand, TheQuickstartIsShortAndRunsWhole)
{
    auto const campaign = read_campaign(shipped("quickstart.toml"));
    auto const cells = expand(campaign);
    EXPECT_EQ(accepted(cells), cells.size());
    std::set<std::string> datasets;
    for (Cell const& cell : cells)
        datasets.insert(cell.configuration.dataset);
    EXPECT_EQ(datasets.size(), 3u);
    // Measured runs of one node stand in line; each also starts and ends a process.
    auto const runs = static_cast<double>(order_tasks(campaign, cells).size());
    Seconds const each = campaign.measure.idle_before + campaign.measure.min_window + campaign.measure.idle_after + Seconds(1);
    EXPECT_LE(runs, 16);
    EXPECT_LE(runs * each.count(), 100);
}

TEST(Expand, TheCampaignOfAllDataSetsRefusesNone)
{
    auto const cells = expand(read_campaign(shipped("all-datasets.toml")));
    EXPECT_EQ(cells.size(), 13u * 3 * 3 * 2);
    EXPECT_EQ(accepted(cells), cells.size());
}
}  // namespace
