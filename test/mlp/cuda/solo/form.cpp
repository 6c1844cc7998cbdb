// Which form trains what.
#include "mlp/cuda/form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulated_solo.hpp"
#include "mlp/networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;
using namespace ghee::mlp::cuda;

GpuFacts const newest = newest_gpu();

TrainerSpec spec_of(std::vector<int> widths, int replicas = 1, Form form = Form::automatic)
{
    TrainerSpec spec;
    spec.network = test::network(8, std::move(widths), Loss::mse);
    spec.form = form;
    spec.replicas = replicas;
    return spec;
}

TEST(Form, IsTheOneThatWasAskedFor)
{
    EXPECT_EQ(chosen_form(spec_of({3, 1}, 1, Form::layers), newest), Form::layers);
    EXPECT_EQ(chosen_form(spec_of({60, 60, 1}, 1, Form::solo), newest), Form::solo);
}

TEST(Form, IsSoloForSmallNetworksAndLayersForLargeOnes)
{
    EXPECT_EQ(chosen_form(spec_of({3, 1}), newest), Form::solo);
    EXPECT_EQ(chosen_form(spec_of({25, 1}), newest), Form::solo);
    EXPECT_EQ(chosen_form(spec_of({60, 60, 60, 1}), newest), Form::layers);
    EXPECT_EQ(chosen_form(spec_of({500, 1}), newest), Form::layers);
}

TEST(Form, IsSoloForLargerNetworksWhereTheyAreMany)
{
    EXPECT_EQ(chosen_form(spec_of({60, 60, 60, 1}, 132), newest), Form::solo);
    EXPECT_EQ(chosen_form(spec_of({500, 500, 1}, 132), newest), Form::layers) << "it does not fit";
}

TEST(Form, IsLayersWhereSoloCannot)
{
    TrainerSpec spec = spec_of({3, 1});
    spec.precision = Precision::bf16;
    EXPECT_EQ(chosen_form(spec, newest), Form::layers);
    EXPECT_EQ(chosen_form(spec_of(std::vector<int>(40, 2)), newest), Form::layers);
}

TEST(Form, CrossesWhereCrossoversTell)
{
    Crossovers const told = crossovers(newest);
    ASSERT_EQ(told.list.size(), 6U);
    EXPECT_THAT(told.origin, testing::HasSubstr("reckoned, not measured"));
    EXPECT_THAT(told.conditions, testing::HasSubstr(newest.name));
    for (std::size_t i = 0; i < 3; ++i)
    {
        EXPECT_EQ(told.list[i].replicas, 1);
        EXPECT_EQ(told.list[i + 3].replicas, newest.multiprocessors);
        EXPECT_GE(told.list[i + 3].parameters, told.list[i].parameters) << "many replicas pay earlier";
        EXPECT_GE(told.list[i].parameters, 256);
    }
    EXPECT_GE(told.list[2].parameters, told.list[0].parameters) << "a launch a layer costs more where there are more";
}
}  // namespace
