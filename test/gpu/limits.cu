// gpu_limits: what this GPU is and what it can do at most: multiply-adds in fp32, copies within its memory, launches in a graph.
// One line of JSON; exit code 77 where there is no GPU.
#include <cuda_runtime.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "device_time.hpp"
#include "json_line.hpp"

namespace {
using ghee::gpu::best, ghee::gpu::check;

constexpr int chains = 16;
constexpr int rounds = 2048;

/// Multiply-adds of registers only; as many independent ones as hide their latency. Writes what the compiler cannot know it never will.
__global__ void __launch_bounds__(256) multiply_add(float* out, float a, float b)
{
    float x[chains];
#pragma unroll
    for (int i = 0; i < chains; ++i)
        x[i] = static_cast<float>(threadIdx.x + i);
    for (int round = 0; round < rounds; ++round)
#pragma unroll
        for (int i = 0; i < chains; ++i)
            x[i] = fmaf(x[i], a, b);
    float sum = 0;
#pragma unroll
    for (int i = 0; i < chains; ++i)
        sum += x[i];
    if (sum == 12345.678F)
        *out = sum;
}

__global__ void copy(float4* to, float4 const* from, std::size_t count)
{
    for (std::size_t i = blockIdx.x * static_cast<std::size_t>(blockDim.x) + threadIdx.x; i < count;
         i += static_cast<std::size_t>(gridDim.x) * blockDim.x)
        to[i] = from[i];
}

__global__ void nothing() {}

double multiply_add_rate(cudaStream_t stream, cudaDeviceProp const& device)
{
    float* out = nullptr;
    check(cudaMalloc(reinterpret_cast<void**>(&out), sizeof *out), "allocate");
    int const blocks = device.multiProcessorCount * 32;
    double const seconds = best(stream, [&] { multiply_add<<<blocks, 256, 0, stream>>>(out, 0.999F, 0.001F); });
    check(cudaGetLastError(), "multiply");
    check(cudaFree(out), "free");
    return 2.0 * blocks * 256 * chains * static_cast<double>(rounds) / seconds;
}

/// Bytes read and written a second.
double copy_rate(cudaStream_t stream, cudaDeviceProp const& device)
{
    std::size_t free_bytes = 0, all_bytes = 0;
    check(cudaMemGetInfo(&free_bytes, &all_bytes), "ask for memory");
    std::size_t const bytes = std::min<std::size_t>(std::size_t{1} << 30, free_bytes / 4) / 16 * 16;
    void *from = nullptr, *to = nullptr;
    check(cudaMalloc(&from, bytes), "allocate");
    check(cudaMalloc(&to, bytes), "allocate");
    check(cudaMemsetAsync(from, 0x3F, bytes, stream), "fill");
    double const seconds =
        best(stream, [&]
             { copy<<<device.multiProcessorCount * 8, 512, 0, stream>>>(static_cast<float4*>(to), static_cast<float4 const*>(from), bytes / 16); });
    check(cudaGetLastError(), "copy");
    check(cudaFree(from), "free");
    check(cudaFree(to), "free");
    return 2.0 * static_cast<double>(bytes) / seconds;
}

/// Microseconds from one empty kernel of a graph to the next.
double launch_us(cudaStream_t stream)
{
    constexpr int launches = 1000;
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t executable = nullptr;
    check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "record");
    for (int i = 0; i < launches; ++i)
        nothing<<<1, 32, 0, stream>>>();
    check(cudaStreamEndCapture(stream, &graph), "record");
    check(cudaGraphInstantiate(&executable, graph, 0), "make a graph");
    double const seconds = best(stream, [&] { check(cudaGraphLaunch(executable, stream), "start a graph"); });
    check(cudaGraphExecDestroy(executable), "end a graph");
    check(cudaGraphDestroy(graph), "end a graph");
    return seconds / launches * 1e6;
}

int limits()
{
    int count = 0;
    cudaError_t const status = cudaGetDeviceCount(&count);
    if (status != cudaSuccess || count == 0)
    {
        std::fprintf(stderr, "gpu_limits: no GPU here (%s)\n", status == cudaSuccess ? "none visible" : cudaGetErrorString(status));
        return 77;
    }
    cudaDeviceProp device{};
    check(cudaGetDeviceProperties(&device, 0), "ask the device");
    int driver = 0, runtime = 0, clock_khz = 0;
    check(cudaDriverGetVersion(&driver), "ask the driver");
    check(cudaRuntimeGetVersion(&runtime), "ask the runtime");
    check(cudaDeviceGetAttribute(&clock_khz, cudaDevAttrClockRate, 0), "ask the device");
    cudaStream_t stream = nullptr;
    check(cudaStreamCreate(&stream), "make a stream");
    ghee::gpu::JsonLine line;
    line.put("kind", "limits").put("gpu", device.name).put("capability", std::to_string(device.major) + "." + std::to_string(device.minor));
    line.put("multiprocessors", device.multiProcessorCount).put("l2_bytes", device.l2CacheSize).put("memory_bytes", device.totalGlobalMem);
    line.put("shared_bytes_a_block", device.sharedMemPerBlockOptin).put("highest_clock_mhz", clock_khz / 1000).put("driver_cuda", driver);
    line.put("runtime_cuda", runtime).put("visible_gpus", count);
    line.put("multiply_add_flops", multiply_add_rate(stream, device)).put("copy_bytes_per_s", copy_rate(stream, device));
    line.put("launch_in_graph_us", launch_us(stream)).print();
    check(cudaStreamDestroy(stream), "end a stream");
    return 0;
}

}  // namespace

int main()
try
{
    return limits();
}
catch (std::exception const& error)
{
    std::fprintf(stderr, "gpu_limits: %s\n", error.what());
    return 1;
}
