// What the programs that measure the GPU itself share: errors of the runtime, and time by the device's events.
#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace ghee::gpu {

inline void check(cudaError_t status, char const* what)
{
    if (status != cudaSuccess)
        throw std::runtime_error(std::string("cannot ") + what + " (" + cudaGetErrorString(status) + ")");
}

/// Seconds that `work` takes on the device, the best of some.
template<class Work>
double best(cudaStream_t stream, Work work)
{
    cudaEvent_t begin{}, end{};
    check(cudaEventCreate(&begin), "make an event");
    check(cudaEventCreate(&end), "make an event");
    double least = 1e30;
    for (int i = 0; i < 12; ++i)
    {
        check(cudaEventRecord(begin, stream), "record an event");
        work();
        check(cudaEventRecord(end, stream), "record an event");
        check(cudaEventSynchronize(end), "wait");
        float milliseconds = 0;
        check(cudaEventElapsedTime(&milliseconds, begin, end), "read an event");
        if (i >= 2)
            least = std::min(least, milliseconds * 1e-3);
    }
    check(cudaEventDestroy(begin), "end an event");
    check(cudaEventDestroy(end), "end an event");
    return least;
}

}  // namespace ghee::gpu
