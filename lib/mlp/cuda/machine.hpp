// The machine that kernels are written for: 256 threads a block, warps of 32, shared memory, asynchronous copies, products of small
// matrices. Compiled by nvcc it is the GPU; compiled by the host's compiler it is the emulation of the tests, so that the very same
// kernels are run and checked where there is no GPU.
#pragma once

#ifdef __CUDACC__
#include "mlp/cuda/machine.device.hpp"
#else
#include "emulated_machine.hpp"
#endif
