// The modules that this build made: each opens, and says on any machine what it lacks there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mlp/load_module.hpp"

namespace {
using namespace ghee::mlp;

class BuiltModule : public testing::TestWithParam<std::string>
{
};

TEST_P(BuiltModule, OpensAndTellsWhatItLacksHere)
{
    LoadedModule const loaded = load_module(GetParam(), GHEE_BUILT_MODULES);
    ASSERT_NE(loaded.backend, nullptr) << loaded.reason;
    std::string const lacks = loaded.backend->absence();
    RecordProperty("lacks", lacks);
    EXPECT_THAT(lacks, testing::Not(testing::HasSubstr("\n")));
    EXPECT_EQ(loaded.backend->absence(), lacks) << "asked twice, it says something else";
    TrainerSpec spec;
    spec.network.inputs = 0;
    EXPECT_THAT(loaded.backend->refuses(spec), testing::HasSubstr("at least one input"));
    if (lacks.empty())
        GTEST_SKIP() << "nothing is lacking here: the backend's own tests tell the rest";
    spec.network = {.inputs = 2, .widths = {3, 1}, .output_activation = ghee::OutputActivation::linear, .loss = ghee::Loss::mse};
    EXPECT_EQ(loaded.backend->refuses(spec), lacks);
}

INSTANTIATE_TEST_SUITE_P(All, BuiltModule, testing::Values(GHEE_BUILT_MODULE_NAMES), [](auto const& module) { return module.param; });
}  // namespace
