// ghee itself with modules: what a user sees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include <nlohmann/json.hpp>

#include "data/dataset.hpp"
#include "support/command.hpp"
#include "train/replica_seed.hpp"

namespace {
namespace data = ghee::data;
using ghee::test::run_command;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string ghee_with(std::string const& folder) { return "GHEE_MODULES=" + folder + " " GHEE_PROGRAM " "; }
std::string const stand_ins = STAND_INS "/good";
std::string const train_small = "train --dataset banana --size 64 --device gpu ";

TEST(ProgramWithModules, TrainsOnTheBackendOfAModuleAndSaysSo)
{
    auto const run = run_command(ghee_with(stand_ins) + train_small + "--json");
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("\"backend\":\"cuda\""));
}

TEST(ProgramWithModules, GivesAGroupTheDataAndEachReplicaItsRows)
{
    auto const dataset = data::load_dataset("nursery");
    for (double const noise : {0.0, 0.25})
    {
        auto const run =
            run_command(ghee_with(stand_ins) + "train --dataset nursery --size 64 --device gpu --form solo --replicas 3 --epochs 5 --seed 4 " +
                        "--evaluate-every 2 --json --label-noise " + std::to_string(noise));
        ASSERT_EQ(run.exit_code, 0) << run.err;
        auto const json = nlohmann::json::parse(run.out);
        EXPECT_EQ(json.at("form"), "sums of targets");
        EXPECT_EQ(json.at("form_asked"), "solo");
        ASSERT_EQ(json.at("replicas").size(), 3u);
        for (int i = 0; i < 3; ++i)
        {
            auto const& replica = json.at("replicas")[static_cast<std::size_t>(i)];
            auto const seed = ghee::train::seed_of_replica(4, i);
            auto const split = data::split_dataset(dataset, 0.2, noise, seed);
            EXPECT_EQ(replica.at("seed"), seed);
            EXPECT_EQ(replica.at("epochs"), 5);
            auto const mean = [](std::vector<float> const& targets, std::int64_t rows)
            { return std::accumulate(targets.begin(), targets.end(), 0.0) / static_cast<double>(rows); };
            EXPECT_EQ(replica.at("train_loss")[4], mean(split.train_targets, split.train_rows));
            EXPECT_EQ(replica.at("test_loss")[4], mean(split.test_targets, split.test_rows));
            EXPECT_TRUE(replica.at("test_loss")[2].is_null()) << "evaluated every second epoch";
        }
    }
}

TEST(ProgramWithModules, TrainsOneByOneWhereABackendWantsNoGroup)
{
    auto const run = run_command(ghee_with(stand_ins) + train_small + "--replicas 2 --json");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(nlohmann::json::parse(run.out).at("form"), "plain loops, fp64, one by one") << "a GPU is fed by one thread";
}

TEST(ProgramWithModules, TellsTheErrorsOfAModuleInOneLine)
{
    auto const run = run_command(ghee_with(stand_ins) + train_small + "--batch 13");
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_THAT(run.err, AllOf(HasSubstr("the stand-in cannot train (it was asked for 13) ask for 14"), Not(HasSubstr("defect"))));
}

TEST(ProgramWithModules, IsExaminedByTheDoctor)
{
    auto const doctor = run_command(ghee_with(stand_ins) + "doctor");
    EXPECT_EQ(doctor.exit_code, 0) << doctor.err;
    EXPECT_THAT(doctor.out, AllOf(HasSubstr("backend   cuda (gpu)\n"), HasSubstr("no backend cudnn (gpu): no NVIDIA driver\n")));
    EXPECT_THAT(doctor.out, HasSubstr("form      cuda takes by itself (batch 256), made up:\n"
                                      "form      depth 3, 1 network: solo up to 1024 parameters, layers above\n"));
    EXPECT_THAT(doctor.out, Not(HasSubstr("form      cudnn"))) << "it is not here";
    auto const forms = nlohmann::json::parse(run_command(ghee_with(stand_ins) + "doctor --json").out).at("forms");
    ASSERT_EQ(forms.size(), 1u);
    EXPECT_EQ(forms[0].at("backend"), "cuda");
    EXPECT_EQ(forms[0].at("crossovers")[0].at("parameters"), 1024);
}

TEST(ProgramWithoutModules, TrainsOnTheCpuAndSaysWhatTheGpuWouldNeed)
{
    std::string const alone = ghee_with("/nowhere");
    EXPECT_EQ(run_command(alone + "train --dataset banana --size 64 --device cpu").exit_code, 0);
    auto const gpu = run_command(alone + train_small);
    EXPECT_EQ(gpu.exit_code, 1);
    EXPECT_THAT(gpu.err, AllOf(HasSubstr("cuda: its module is not here (no /nowhere/libghee_cuda.so)"), HasSubstr("cudnn: its module is not here")));
    EXPECT_EQ(gpu.err.find("build ghee with"), gpu.err.rfind("build ghee with")) << "the remedy is the same for both";
}
}  // namespace
