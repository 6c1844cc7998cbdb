// A guard against a step that has become slow by accident: not a benchmark (test/bench/mlp is), and wide enough for a busy machine.
#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

#include "mlp/cpu/cpu.hpp"
#include "mlp/cpu/instruction_sets.hpp"
#include "mlp/topology.hpp"
#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool instrumented = true;
#else
constexpr bool instrumented = false;
#endif

class StepTime : public testing::TestWithParam<int>
{
};

// 2^8 parameters, batch 256, Adam: the best of many steps, which interruptions by others cannot spoil.
TEST_P(StepTime, OfASmallNetworkIsBelowTwentyMicroseconds)
{
    cpu::Kernels const& kernels = cpu::instruction_sets().front();
    if (instrumented)
        GTEST_SKIP() << "a sanitizer slows kernels down";
    if (std::string(kernels.name) == "baseline")
        GTEST_SKIP() << "this machine has none of the instruction sets that the bound is for";
    Network const network = test::network(8, find_topology(Shape::rectangle, 256, GetParam(), 8, 1).widths, Loss::mse);
    test::Rows const rows(network, 1024, 1);
    CpuTrainer trainer({.network = network, .optimizer = {}, .batch = 256}, kernels);
    trainer.load(rows.samples(), rows.samples());
    auto const order = test::in_order(256);
    auto best = std::chrono::nanoseconds::max();
    for (int i = 0; i < 2000; ++i)
    {
        auto const begin = std::chrono::steady_clock::now();
        trainer.train(order);
        best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - begin);
    }
    RecordProperty("best_ns", static_cast<int>(best.count()));
    EXPECT_LT(best.count(), 20000) << "nanoseconds";
}
INSTANTIATE_TEST_SUITE_P(Depths, StepTime, testing::Values(2, 4, 10), [](auto const& chosen) { return "depth_" + std::to_string(chosen.param); });
}  // namespace
