// Which tiles are chosen.
#include "mlp/cuda/tiling.hpp"

#include <gtest/gtest.h>

#include "emulated.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp::cuda;

constexpr std::size_t shared_of_turing = 64 << 10, shared_of_ada = 99 << 10;

TEST(Tiling, IsSmallWhereALayerIsAndLargeWhereItIsLarge)
{
    LayerKernels const kernels = fp32_kernels();
    GpuFacts const large = emulated::facts_with(132);
    EXPECT_EQ(choose_forward(kernels, large, 256, 8, 6).tile.n, 32);
    EXPECT_GE(choose_forward(kernels, large, 256, 4000, 4000).tile.m, 64);
    BackwardKernel const& widest = choose_backward(kernels, large, 256, 4000, 4000, true);
    EXPECT_EQ(widest.learn.m, 128);
    EXPECT_EQ(widest.learn.n, 128);
    EXPECT_EQ(choose_backward(kernels, large, 256, 8, 6, false).learn.m, 32);
}

TEST(Tiling, TakesNoTileThatTheDeviceHasNoSharedMemoryFor)
{
    for (std::size_t const shared : {shared_of_turing, shared_of_ada})
    {
        GpuFacts facts = emulated::facts_with(40);
        facts.shared_bytes_a_block = shared;
        for (LayerKernels const& kernels : all_kernels().layers)
            for (int const width : {1, 30, 64, 200, 1500, 6000})
            {
                EXPECT_LE(choose_forward(kernels, facts, 256, width, width).kernel.shared_bytes, shared);
                EXPECT_LE(choose_backward(kernels, facts, 256, width, width, true).kernel.shared_bytes, shared);
            }
    }
}

TEST(Tiling, JudgesWhereAllOutputsLieInOneTile)
{
    LayerKernels const kernels = fp32_kernels();
    GpuFacts const facts = emulated::facts_with(132);
    for (int const outputs : {1, 10, 32, 33, most_judged_outputs})
    {
        ForwardKernel const* const chosen = choose_judging(kernels, facts, 256, 100, outputs);
        ASSERT_NE(chosen, nullptr);
        EXPECT_TRUE(chosen->judges);
        EXPECT_GE(chosen->tile.n, outputs);
    }
    EXPECT_EQ(choose_judging(kernels, facts, 256, 100, most_judged_outputs + 1), nullptr);
}
}  // namespace
