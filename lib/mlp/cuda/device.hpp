// A GPU through the CUDA runtime.
#pragma once

#include <memory>
#include <string>

#include "mlp/cuda/gpu.hpp"

namespace ghee::mlp::cuda {

/// Why this machine has no GPU that these kernels run on; empty: it has one. Makes no context on it.
std::string absence();

/// The facts of the GPU that a trainer would use, the first that this process sees. Precondition: absence() is empty.
GpuFacts const& facts();

/// Why this build has no code for that GPU; empty: it has. Opens it. Precondition: absence() is empty.
std::string foreign_code();

/// That GPU, with a stream of its own. Throws Error with the runtime's words.
std::unique_ptr<Gpu> open_gpu();

/// The stream (cudaStream_t) of a Gpu that open_gpu() made, for libraries that enqueue on it.
void* stream_of(Gpu&);

}  // namespace ghee::mlp::cuda
