// The list of kernels: what there is of each kind, and how large its tiles are.
#pragma once

#include <array>

#include "mlp/cuda/kernel.hpp"
#include "record/configuration.hpp"

namespace ghee::mlp::cuda {

struct TileSize
{
    int m = 0;
    int n = 0;
};

struct ForwardKernel
{
    Kernel kernel;
    TileSize tile;
    bool judges = false;  ///< can go on with the loss of outputs that fit into a tile
};

struct BackwardKernel
{
    Kernel kernel;
    TileSize spread;
    TileSize learn;
};

/// Of one precision.
struct LayerKernels
{
    Precision precision = Precision::fp32;
    std::array<ForwardKernel, 4> forward;
    std::array<BackwardKernel, 6> backward;
};

/// Of all precisions.
struct CourseKernels
{
    Kernel judge, begin, advance, shuffle;
};

/// For threads that have so many samples and take so many quads of neurons together; its shared memory follows from the network.
struct SoloKernel
{
    Kernel kernel;
    int together = 1;
    int quads = 1;
};

/// Of whole networks, in fp32.
struct SoloKernels
{
    std::array<SoloKernel, 4> train;
    Kernel draw;
};

struct Kernels
{
    CourseKernels course;
    std::array<LayerKernels, 4> layers;
    SoloKernels solo;
};

/// Samples that the kernel `judge` takes a block.
extern int const judged_a_block;

LayerKernels fp32_kernels();
LayerKernels tf32_kernels();
LayerKernels tf32x3_kernels();
LayerKernels bf16_kernels();
CourseKernels course_kernels();
SoloKernels solo_kernels();
inline Kernels all_kernels() { return {course_kernels(), {fp32_kernels(), tf32x3_kernels(), tf32_kernels(), bf16_kernels()}, solo_kernels()}; }

}  // namespace ghee::mlp::cuda
