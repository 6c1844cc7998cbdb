// Every check of the calls, on plain loops or on a GPU.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "call_checks.hpp"
#include "counters.hpp"

namespace {
using namespace ghee::mlp::cudnn::test;

class VendorCalls : public testing::TestWithParam<std::tuple<Counter, NamedCheck>>
{
};

TEST_P(VendorCalls, MakeWhatTheyAreDefinedToMake)
{
    auto const& [counter, one] = GetParam();
    if (std::string const why = counter.absence(); !why.empty())
        GTEST_SKIP() << why;
    Open const open = counter.open();
    EXPECT_THAT(one.check(*open.gpu, *open.math).mistakes, testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(By, VendorCalls, testing::Combine(testing::ValuesIn(counters()), testing::ValuesIn(call_checks)),
                         [](auto const& chosen) { return std::get<0>(chosen.param).name + "_" + std::get<1>(chosen.param).name; });
}  // namespace
