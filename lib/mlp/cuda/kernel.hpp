// What the host knows of a kernel: enough to start it.
#pragma once

#include <cstddef>

namespace ghee::mlp::cuda {

constexpr int threads_a_block = 256;

struct Kernel
{
    char const* name = "";
    void const* entry = nullptr;  ///< what the machine that runs it starts: a device's entry point, or an emulated machine's
    std::size_t shared_bytes = 0;
    std::size_t work_bytes = 0;  ///< size of its one argument, a plain struct
};

}  // namespace ghee::mlp::cuda
