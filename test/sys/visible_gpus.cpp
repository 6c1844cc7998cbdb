// What CUDA_VISIBLE_DEVICES and Slurm leave of a node's GPUs, and under which names.
#include "sys/visible_gpus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace ghee::sys {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// In the order of PCI addresses; the device files are numbered the other way round.
std::vector<Gpu> const three{{0, "H100", "GPU-aaaa", 0, 2}, {1, "H100", "GPU-abbb", 0, 1}, {2, "H100", "GPU-cccc", 0, 0}};

std::vector<std::string> visible(std::map<std::string, std::string> const& environment, std::vector<Gpu> const& gpus = three)
{
    return visible_gpus(gpus,
                        [&](char const* name)
                        {
                            auto const found = environment.find(name);
                            return found == environment.end() ? std::nullopt : std::optional(found->second);
                        });
}

TEST(VisibleGpus, AreAllWhereNobodySaidOtherwise)
{
    EXPECT_THAT(visible({}), ElementsAre("GPU-aaaa", "GPU-abbb", "GPU-cccc"));
    EXPECT_THAT(visible({}, {}), IsEmpty());
}

TEST(VisibleGpus, NumbersBecomeUuidsInTheOrderOfCuda)
{
    EXPECT_THAT(visible({{"CUDA_VISIBLE_DEVICES", "2,0"}}), ElementsAre("GPU-cccc", "GPU-aaaa"));
    EXPECT_THAT(visible({{"GPU_DEVICE_ORDINAL", "1"}}), ElementsAre("GPU-abbb"));
    EXPECT_THAT(visible({{"CUDA_VISIBLE_DEVICES", "0"}, {"GPU_DEVICE_ORDINAL", "1"}}), ElementsAre("GPU-aaaa"));
}

TEST(VisibleGpus, UuidsStayAndShortOnesAreCompletedWhereTheyMeanOne)
{
    EXPECT_THAT(visible({{"CUDA_VISIBLE_DEVICES", "GPU-c, GPU-abbb"}}), ElementsAre("GPU-cccc", "GPU-abbb"));
    EXPECT_THAT(visible({{"CUDA_VISIBLE_DEVICES", "GPU-a"}}), ElementsAre("GPU-a"));
    EXPECT_THAT(visible({{"CUDA_VISIBLE_DEVICES", "MIG-1234"}}), ElementsAre("MIG-1234"));
    EXPECT_THAT(visible({{"CUDA_VISIBLE_DEVICES", "GPU-elsewhere"}}, {}), ElementsAre("GPU-elsewhere")) << "a driver without a /proc";
}

TEST(VisibleGpus, AreNoneBehindAnEntryThatIsNone)
{
    for (char const* text : {"", "-1", "NoDevFiles", "-1,0"})
        EXPECT_THAT(visible({{"CUDA_VISIBLE_DEVICES", text}}), IsEmpty()) << text;
    EXPECT_THAT(visible({{"CUDA_VISIBLE_DEVICES", "1,-1,0"}}), ElementsAre("1")) << "and what is in front has no sure name any more";
    EXPECT_THAT(visible({{"CUDA_VISIBLE_DEVICES", "0"}}, {}), IsEmpty()) << "a number is no proof of a GPU";
}

TEST(VisibleGpus, UnderSlurmANumberCountsWithinTheJobAndItsListSaysWhichDeviceFileThatIs)
{
    std::map<std::string, std::string> job{{"SLURM_JOB_ID", "7"}, {"CUDA_VISIBLE_DEVICES", "0,1"}, {"SLURM_JOB_GPUS", "1,2"}};
    EXPECT_THAT(visible(job), ElementsAre("GPU-abbb", "GPU-aaaa"));
    job["SLURM_STEP_GPUS"] = "2,0";
    EXPECT_THAT(visible(job), ElementsAre("GPU-aaaa", "GPU-cccc")) << "the step's list before the job's";
    job["CUDA_VISIBLE_DEVICES"] = "0";
    EXPECT_THAT(visible(job), ElementsAre("0")) << "a task bound to one of two: which, cannot be told";
    EXPECT_THAT(visible({{"SLURM_JOB_ID", "7"}, {"CUDA_VISIBLE_DEVICES", "0"}}), ElementsAre("0"));
}

TEST(VisibleGpus, KeepANumberWhereItsGpuCannotBeToldForSure)
{
    auto mixed = three;
    mixed[1].name = "A30";
    EXPECT_THAT(visible({{"CUDA_VISIBLE_DEVICES", "1"}}, mixed), ElementsAre("1")) << "CUDA counts the fastest first";
    EXPECT_THAT(visible({{"CUDA_VISIBLE_DEVICES", "1"}, {"CUDA_DEVICE_ORDER", "PCI_BUS_ID"}}, mixed), ElementsAre("GPU-abbb"));
    EXPECT_THAT(visible({{"CUDA_VISIBLE_DEVICES", "5"}}), ElementsAre("5"));
    auto shy = three;
    shy[2].uuid = std::string("GPU-") + std::string(8, '?');
    EXPECT_THAT(visible({}, shy), ElementsAre("GPU-aaaa", "GPU-abbb", "2"));
}

}  // namespace
}  // namespace ghee::sys
