// A module's backend in the list: chosen, trained with, refused for its own reasons, its exceptions caught.
#include <cstdlib>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "mlp/backend.hpp"
#include "mlp/load_module.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;
using testing::HasSubstr;

/// The list asks for a module once in a process: so it is said before anything can ask.
struct ModulesAreStandIns : testing::Environment
{
    void SetUp() override { ::setenv("GHEE_MODULES", STAND_INS "/good", 1); }
};
[[maybe_unused]] auto* const environment = testing::AddGlobalTestEnvironment(new ModulesAreStandIns);

TrainerSpec small(int batch = 4)
{
    TrainerSpec spec{.network = {}, .optimizer = {}};
    spec.network.inputs = 2;
    spec.network.widths = {3, 1};
    spec.network.output_activation = OutputActivation::linear;
    spec.network.loss = Loss::mse;
    spec.optimizer.learning_rate = 0.01;
    spec.batch = batch;
    return spec;
}

std::string refusal(std::string_view name, TrainerSpec const& spec)
{
    try
    {
        choose_backend(name, Device::gpu, spec);
    }
    catch (Error const& error)
    {
        return error.what();
    }
    return {};
}

TEST(ModuleBackends, TrainUnderTheirOwnName)
{
    std::vector<float> const inputs{0.1F, 0.2F, 0.3F, 0.4F, 0.5F, 0.6F, 0.7F, 0.8F};
    std::vector<float> const targets{1, 2, 3, 4};
    Samples const samples{.inputs = inputs, .targets = targets, .count = 4, .features = 2, .outputs = 1};
    std::vector<std::uint32_t> order(4);
    std::iota(order.begin(), order.end(), 0U);
    auto const losses = [&](std::string_view name, Device device)
    {
        Backend const& backend = choose_backend(name, device, small());
        auto const trainer = backend.make(small());
        trainer->load(samples, samples);
        std::vector<double> passes;
        for (int epoch = 0; epoch < 3; ++epoch)
            passes.push_back(trainer->train(order).loss_sum);
        passes.push_back(trainer->evaluate().loss_sum);
        return passes;
    };
    EXPECT_EQ(choose_backend("auto", Device::gpu, small()).name, "cuda");
    EXPECT_EQ(losses("cuda", Device::gpu), losses("reference", Device::cpu));
}

TEST(ModuleBackends, RefuseWithTheReasonsOfTheModule)
{
    EXPECT_THAT(refusal("cuda", small(12)), HasSubstr("the stand-in does not like 12"));
    EXPECT_THAT(refusal("cudnn", small()), HasSubstr("no NVIDIA driver"));
    EXPECT_THAT(refusal("auto", small(12)), HasSubstr("cuda: the stand-in does not like 12; cudnn: no NVIDIA driver"));
    EXPECT_THAT(refusal("cudnn", small(0)), HasSubstr("at least one sample")) << "what nothing can train is said before what this machine lacks";
}

TEST(ModuleBackends, TellNothingWhereTheModuleTellsNothing)
{
    Backend const& backend = choose_backend("cuda", Device::gpu, small());
    EXPECT_EQ(backend.memory_bytes(small()), 0U);
    EXPECT_EQ(backend.threads_that_pay(small(), 8), 1);
}

TEST(ModuleBackends, ThrowErrorsThatTheProgramCatchesAsItsOwn)
{
    Backend const& backend = choose_backend("cuda", Device::gpu, small(13));
    try
    {
        backend.make(small(13));
        FAIL() << "nothing was thrown";
    }
    catch (Error const& error)
    {
        EXPECT_EQ(error.problem(), "the stand-in cannot train");
        EXPECT_EQ(error.why(), "it was asked for 13");
        EXPECT_EQ(error.suggestion(), "ask for 14");
        EXPECT_EQ(error.code(), ExitCode::failed);
    }
}

TEST(ModuleFolder, IsTheOneThatTheEnvironmentNamesElseTheBuildTrees)
{
    EXPECT_EQ(module_folder(), STAND_INS "/good");
    ::setenv("GHEE_MODULES", "", 1);
    EXPECT_EQ(module_folder(), GHEE_BUILD "/lib/ghee");
    ::setenv("GHEE_MODULES", STAND_INS "/good", 1);
}
}  // namespace
