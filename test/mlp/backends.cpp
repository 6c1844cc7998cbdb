// The list of backends and the choice from it.
#include "mlp/backend.hpp"

#include <cerrno>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "mlp/cpu/amx/machine.hpp"
#include "mlp/reasons.hpp"
#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;
using testing::HasSubstr;

TrainerSpec small() { return {.network = test::network(2, {3, 1}, Loss::mse), .optimizer = {}}; }

std::string refusal(std::string_view name, Device device, TrainerSpec const& spec)
{
    try
    {
        choose_backend(name, device, spec);
    }
    catch (Error const& error)
    {
        return error.what();
    }
    return {};
}

TEST(Backends, HaveTheReferenceLast) { EXPECT_EQ(backends().back().name, "reference"); }

TEST(Backends, KeepTheirOrderWhetherTheirModulesAreHereOrNot)
{
    std::vector<std::string_view> names;
    for (Backend const& backend : backends())
        names.push_back(backend.name);
    EXPECT_EQ(names, (std::vector<std::string_view>{"cuda", "cudnn", "cpu", "reference"}));
}

TEST(Backends, RefuseWhatNothingCanTrain)
{
    auto const why = [](auto change)
    {
        TrainerSpec spec = small();
        change(spec);
        return refusal("auto", Device::cpu, spec);
    };
    EXPECT_THAT(why([](auto& s) { s.network.inputs = 0; }), HasSubstr("at least one input"));
    EXPECT_THAT(why([](auto& s) { s.network.widths.clear(); }), HasSubstr("at least one layer"));
    EXPECT_THAT(why([](auto& s) { s.network.widths = {3, 0, 1}; }), HasSubstr("at least one neuron"));
    EXPECT_THAT(why([](auto& s) { s.network.loss = Loss::cross_entropy; }), HasSubstr("cross_entropy goes with softmax only"));
    EXPECT_THAT(why([](auto& s) { s.network.output_activation = OutputActivation::softmax; }), HasSubstr("softmax goes with"));
    EXPECT_THAT(why([](auto& s) { s.network.loss = Loss::binary_cross_entropy; }), HasSubstr("sigmoid output only"));
    EXPECT_THAT(why([](auto& s) { s.batch = 0; }), HasSubstr("at least one sample"));
    EXPECT_THAT(why(
                    [](auto& s)
                    {
                        s.network.residual = true;
                        s.network.widths = {3, 4, 1};
                    }),
                HasSubstr("as wide as"));
    EXPECT_THAT(why([](auto& s) { s.precision = Precision::tf32; }), HasSubstr("tf32"));
}

TEST(Backends, AreNotTakenOnAnotherDeviceOrUnderAnUnknownName)
{
    EXPECT_THAT(refusal("reference", Device::gpu, small()), HasSubstr("runs on the cpu"));
    EXPECT_THAT(refusal("quantum", Device::cpu, small()), HasSubstr("there is no backend 'quantum'"));
    EXPECT_THROW(choose_backend("quantum", Device::cpu, small()), UsageError);
}

TEST(Backends, TakeTheFastKernelsBeforeTheReference)
{
    EXPECT_EQ(choose_backend("auto", Device::cpu, small()).name, "cpu");
    EXPECT_EQ(choose_backend("reference", Device::cpu, small()).name, "reference");
}

TEST(Backends, RefuseThreadsThatTheyWouldNotUse)
{
    TrainerSpec spec = small();
    spec.threads = 2;
    EXPECT_EQ(refusal("cpu", Device::cpu, spec), "");
    EXPECT_THAT(refusal("reference", Device::cpu, spec), HasSubstr("it uses one thread"));
    spec.threads = 1000;
    EXPECT_THAT(refusal("cpu", Device::cpu, spec), HasSubstr("at most 256 threads"));
}

TEST(Backends, OfOneFormRefuseAChoiceOfFormsOnceAndForGood)
{
    for (Form const form : {Form::layers, Form::solo})
    {
        TrainerSpec spec = small();
        spec.form = form;
        std::string const asked = "form '" + std::string(name_of(form)) + "' cannot be had ";
        std::string const why =
            " (only backend cuda has forms to choose from: device = \"gpu\" or --device gpu, else form = \"auto\" or --form auto)";
        EXPECT_EQ(refusal("auto", Device::cpu, spec), asked + "on the cpu" + why);
        for (std::string const name : {"cpu", "reference"})
            EXPECT_EQ(refusal(name, Device::cpu, spec), asked + "from backend '" + name + "'" + why);
        EXPECT_EQ(refusal("cudnn", Device::gpu, spec), asked + "from backend 'cudnn'" + why);
        EXPECT_THROW(choose_backend("auto", Device::cpu, spec), UsageError);
        EXPECT_THAT(refusal("quantum", Device::cpu, spec), HasSubstr("there is no backend 'quantum'"));
        EXPECT_THAT(refusal("auto", Device::gpu, spec), testing::Not(HasSubstr("cannot be had"))) << "a machine may train it";
    }
}

TEST(Backends, SayWhatTheyHaveInCommonOnce)
{
    auto const said = [](std::vector<Refusal> const& refusals)
    {
        auto const [why, remedy] = sum_up(refusals);
        return why + " | " + remedy;
    };
    EXPECT_EQ(said({}), " | ");
    EXPECT_EQ(said({{"a", "gone (no F) build it"}}), "a: gone (no F) build it | ");
    EXPECT_EQ(said({{"a", "no"}, {"b", "no"}}), "no | ");
    EXPECT_EQ(said({{"a", "no"}, {"b", "never"}}), "a: no; b: never | ");
    EXPECT_EQ(said({{"a", "gone (no F) build it"}, {"b", "gone (no G) build it"}}), "a: gone (no F); b: gone (no G) | build it");
    EXPECT_EQ(said({{"a", "gone (no F) build it"}, {"b", "gone (no G) buy it"}}), "a: gone (no F) build it; b: gone (no G) buy it | ");
}

TEST(Backends, SayWhatBf16LacksAndTheWayOut)
{
    cpu::Bf16Needs const all{.amx_tile = true, .amx_bf16 = true, .avx512_bf16 = true, .avx512 = true, .permission = 0};
    EXPECT_EQ(cpu::bf16_refusal(all), "");
    cpu::Bf16Needs some = all;
    some.amx_tile = some.amx_bf16 = false;
    EXPECT_EQ(cpu::bf16_refusal(some), "bf16 needs an Intel processor with AMX, this one lacks amx_tile, amx_bf16; use precision = \"fp32\"");
    some = all;
    some.permission = EINVAL;
    EXPECT_THAT(cpu::bf16_refusal(some), HasSubstr("the system does not let this process use (Invalid argument)"));
    EXPECT_THAT(cpu::bf16_refusal(some), HasSubstr("precision = \"fp32\""));
}

TEST(Backends, TrainBf16WhereTheMachineHasTilesAndElseRefuse)
{
    TrainerSpec spec = small();
    spec.precision = Precision::bf16;
    std::string const why = cpu::bf16_refusal();
    EXPECT_EQ(cpu::bf16_kernels().empty(), !why.empty());
    if (!why.empty())
    {
        EXPECT_THAT(refusal("cpu", Device::cpu, spec), HasSubstr(why));
        EXPECT_THAT(refusal("auto", Device::cpu, spec), HasSubstr("cpu: bf16 needs"));
        return;
    }
    Backend const& chosen = choose_backend("auto", Device::cpu, spec);
    EXPECT_EQ(chosen.name, "cpu");
    EXPECT_EQ(chosen.make(spec)->form(), "fused step, amx-bf16");
}

TEST(Backends, TrainFp64OnTheReferenceOnly)
{
    TrainerSpec spec = small();
    spec.precision = Precision::fp64;
    EXPECT_EQ(choose_backend("auto", Device::cpu, spec).name, "reference");
}
}  // namespace
