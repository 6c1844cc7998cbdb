// ghee itself with modules: what a user sees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command.hpp"

namespace {
using ghee::test::run_command;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string ghee_with(std::string const& folder) { return "GHEE_MODULES=" + folder + " " GHEE_PROGRAM " "; }
std::string const stand_ins = STAND_INS "/good";
std::string const train = "train --dataset banana --size 64 --device gpu ";

TEST(ProgramWithModules, TrainsOnTheBackendOfAModuleAndSaysSo)
{
    auto const run = run_command(ghee_with(stand_ins) + train + "--json");
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("\"backend\":\"cuda\""));
}

TEST(ProgramWithModules, TellsTheErrorsOfAModuleInOneLine)
{
    auto const run = run_command(ghee_with(stand_ins) + train + "--batch 13");
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_THAT(run.err, AllOf(HasSubstr("the stand-in cannot train (it was asked for 13) ask for 14"), Not(HasSubstr("defect"))));
}

TEST(ProgramWithModules, IsExaminedByTheDoctor)
{
    auto const doctor = run_command(ghee_with(stand_ins) + "doctor");
    EXPECT_EQ(doctor.exit_code, 0) << doctor.err;
    EXPECT_THAT(doctor.out, AllOf(HasSubstr("backend   cuda (gpu)\n"), HasSubstr("no backend cudnn (gpu): no NVIDIA driver\n")));
}

TEST(ProgramWithoutModules, TrainsOnTheCpuAndSaysWhatTheGpuWouldNeed)
{
    std::string const alone = ghee_with("/nowhere");
    EXPECT_EQ(run_command(alone + "train --dataset banana --size 64 --device cpu").exit_code, 0);
    auto const gpu = run_command(alone + train);
    EXPECT_EQ(gpu.exit_code, 1);
    EXPECT_THAT(gpu.err, AllOf(HasSubstr("cuda: its module is not here (no /nowhere/libghee_cuda.so)"), HasSubstr("cudnn: its module is not here")));
}
}  // namespace
