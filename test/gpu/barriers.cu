// gpu_barriers: what it costs on this GPU that threads wait for each other: those of a block, of a cluster of blocks, of all blocks. That
// decides whether a network spread over several multiprocessors could beat a launch a layer (team.py).
//
// A line of JSON per barrier: microseconds each, or why there is none; exit code 1 where a barrier let somebody pass too early, 77 where there is
// no GPU. "with an exchange" is what a team needs: each block writes for the next one, all wait, each reads what was written for it.
#include <cooperative_groups.h>

#include <cstdint>
#include <cstdio>

#include "device_time.hpp"
#include "json_line.hpp"

namespace {
using ghee::gpu::best, ghee::gpu::check, ghee::gpu::JsonLine;

constexpr int threads = 256;
constexpr int rounds = 2000;

/// What a round makes of what the one before it brought: another number each time, so that what was there before is not taken for it.
__host__ __device__ unsigned mixed(unsigned x, int round) { return x * 1664525U + static_cast<unsigned>(round) + 1013904223U; }

/// Adds up the threads that have something else in the end than came of `begun`. All blocks do the same.
__device__ void judge(unsigned value, unsigned begun, unsigned* wrong)
{
    for (int round = 0; round < rounds; ++round)
        begun = mixed(begun, round);
    if (value != begun)
        atomicAdd(wrong, 1U);
}

/// Each thread hands on to the next.
__global__ void __launch_bounds__(threads) block_barrier(unsigned* wrong)
{
    __shared__ unsigned box[2][threads];
    unsigned value = threadIdx.x;
    for (int round = 0; round < rounds; ++round)
    {
        box[round % 2][(threadIdx.x + 1) % threads] = mixed(value, round);
        __syncthreads();
        value = box[round % 2][threadIdx.x];
    }
    judge(value, (threadIdx.x + threads - rounds % threads) % threads, wrong);
}

/// Nothing but the barrier. The compiler keeps it: it may not know that nobody has anything to wait for.
__global__ void __launch_bounds__(threads) block_barrier_alone()
{
    for (int round = 0; round < rounds; ++round)
        __syncthreads();
}

__device__ void wait_for_cluster()
{
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
    asm volatile("barrier.cluster.arrive.release.aligned;\n\tbarrier.cluster.wait.acquire.aligned;" ::: "memory");
#endif
}

__global__ void __launch_bounds__(threads) cluster_barrier_alone()
{
    for (int round = 0; round < rounds; ++round)
        wait_for_cluster();
}

/// Into the shared memory of the next block of the cluster. Two boxes: nobody is two rounds ahead of another.
__global__ void __launch_bounds__(threads) cluster_barrier(unsigned* wrong)
{
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
    __shared__ unsigned box[2][threads];
    auto const cluster = cooperative_groups::this_cluster();
    unsigned* const next = cluster.map_shared_rank(&box[0][0], (cluster.block_rank() + 1) % cluster.num_blocks());
    unsigned value = threadIdx.x;
    wait_for_cluster();  // all are there
    for (int round = 0; round < rounds; ++round)
    {
        next[(round % 2) * threads + threadIdx.x] = mixed(value, round);
        wait_for_cluster();
        value = box[round % 2][threadIdx.x];
    }
    wait_for_cluster();  // nobody leaves while another writes to it
    judge(value, threadIdx.x, wrong);
#else
    atomicAdd(wrong, 1U);
#endif
}

/// A barrier of all blocks made of one counter, which only grows.
__device__ void wait_for_grid(unsigned* counter, unsigned turn)
{
    __syncthreads();
    if (threadIdx.x == 0)
    {
        __threadfence();
        atomicAdd(counter, 1U);
        while (*static_cast<unsigned volatile*>(counter) < turn * gridDim.x)
        {
        }
        __threadfence();
    }
    __syncthreads();
}

__global__ void __launch_bounds__(threads) grid_barrier_alone(unsigned* counter)
{
    for (int round = 0; round < rounds; ++round)
        wait_for_grid(counter, static_cast<unsigned>(round) + 1U);
}

/// Into memory of the device, past the caches of a multiprocessor.
__device__ void hand_on(unsigned* boxes, unsigned value, int round)
{
    unsigned const next = (blockIdx.x + 1) % gridDim.x;
    __stcg(boxes + ((round % 2) * gridDim.x + next) * threads + threadIdx.x, mixed(value, round));
}
__device__ unsigned received(unsigned const* boxes, int round)
{
    return __ldcg(boxes + ((round % 2) * gridDim.x + blockIdx.x) * threads + threadIdx.x);
}

__global__ void __launch_bounds__(threads) grid_barrier(unsigned* counter, unsigned* boxes, unsigned* wrong)
{
    unsigned value = threadIdx.x;
    for (int round = 0; round < rounds; ++round)
    {
        hand_on(boxes, value, round);
        wait_for_grid(counter, static_cast<unsigned>(round) + 1U);
        value = received(boxes, round);
    }
    judge(value, threadIdx.x, wrong);
}

__global__ void __launch_bounds__(threads) grid_sync(unsigned* boxes, unsigned* wrong)
{
    auto const grid = cooperative_groups::this_grid();
    unsigned value = threadIdx.x;
    for (int round = 0; round < rounds; ++round)
    {
        hand_on(boxes, value, round);
        grid.sync();
        value = received(boxes, round);
    }
    judge(value, threadIdx.x, wrong);
}

/// Words in the device's memory.
class Words
{
  public:
    explicit Words(std::size_t count) : bytes_(count * sizeof(unsigned))
    {
        check(cudaMalloc(reinterpret_cast<void**>(&data_), bytes_), "allocate");
        clear(nullptr);
        check(cudaDeviceSynchronize(), "clear");
    }
    ~Words() { cudaFree(data_); }
    Words(Words const&) = delete;
    Words& operator=(Words const&) = delete;
    void clear(cudaStream_t stream) { check(cudaMemsetAsync(data_, 0, bytes_, stream), "clear"); }
    [[nodiscard]] unsigned* data() const { return data_; }
    [[nodiscard]] unsigned first() const
    {
        unsigned value = 0;
        check(cudaMemcpy(&value, data_, sizeof value, cudaMemcpyDeviceToHost), "read");
        return value;
    }

  private:
    unsigned* data_ = nullptr;
    std::size_t bytes_;
};

JsonLine of(char const* name, int blocks)
{
    JsonLine line;
    line.put("kind", "barrier").put("barrier", name).put("blocks", blocks).put("threads", threads);
    return line;
}

struct Bench
{
    cudaStream_t stream = nullptr;
    cudaDeviceProp device{};
    Words wrong{1};
    int mistakes = 0;

    /// Microseconds a round of what `start` launches.
    template<class Start>
    void time(JsonLine line, Start start)
    {
        wrong.clear(stream);
        double const seconds = best(stream, [&] { check(start(), "start"); });
        line.put("us", seconds / rounds * 1e6).print();
        if (unsigned const found = wrong.first(); found > 0)
        {
            ++mistakes;
            JsonLine()
                .put("kind", "mistake")
                .put("subject", line.text())
                .put("what", std::to_string(found) + " threads read what was not there yet")
                .print();
        }
    }

    void blocks()
    {
        time(of("block", 1).put("exchange", false),
             [&]
             {
                 block_barrier_alone<<<1, threads, 0, stream>>>();
                 return cudaGetLastError();
             });
        time(of("block", 1).put("exchange", true),
             [&]
             {
                 block_barrier<<<1, threads, 0, stream>>>(wrong.data());
                 return cudaGetLastError();
             });
    }

    /// As many clusters as there would be replicas of a team: as many as fit, so that they are in each other's way.
    void clusters(int size)
    {
        if (device.major < 9)
        {
            of("cluster", size).put("absent", "clusters of blocks need compute capability 9.0").print();
            return;
        }
        cudaLaunchAttribute attribute{};
        attribute.id = cudaLaunchAttributeClusterDimension;
        attribute.val.clusterDim.x = static_cast<unsigned>(size);
        attribute.val.clusterDim.y = attribute.val.clusterDim.z = 1;
        cudaLaunchConfig_t config{};
        config.gridDim = dim3(static_cast<unsigned>(size));
        config.blockDim = dim3(threads);
        config.stream = stream;
        config.attrs = &attribute;
        config.numAttrs = 1;
        if (size > 8)
            for (void const* kernel : {reinterpret_cast<void const*>(cluster_barrier), reinterpret_cast<void const*>(cluster_barrier_alone)})
                cudaFuncSetAttribute(kernel, cudaFuncAttributeNonPortableClusterSizeAllowed, 1);  // where it is refused, none fits
        int fit = 0;
        cudaError_t const status = cudaOccupancyMaxActiveClusters(&fit, reinterpret_cast<void const*>(cluster_barrier), &config);
        if (status != cudaSuccess || fit == 0)
        {
            cudaGetLastError();
            of("cluster", size).put("absent", status == cudaSuccess ? "no cluster of this size fits" : cudaGetErrorString(status)).print();
            return;
        }
        time(of("cluster", size).put("exchange", false).put("clusters", 1), [&] { return cudaLaunchKernelEx(&config, cluster_barrier_alone); });
        time(of("cluster", size).put("exchange", true).put("clusters", 1),
             [&] { return cudaLaunchKernelEx(&config, cluster_barrier, wrong.data()); });
        int const side_by_side = std::max(1, std::min(fit, device.multiProcessorCount / size));
        config.gridDim = dim3(static_cast<unsigned>(size * side_by_side));
        time(of("cluster", size).put("exchange", true).put("clusters", side_by_side),
             [&] { return cudaLaunchKernelEx(&config, cluster_barrier, wrong.data()); });
    }

    void grids()
    {
        int const count = device.multiProcessorCount;
        if (device.cooperativeLaunch == 0)
        {
            of("grid", count).put("absent", "this GPU has no cooperative launch").print();
            return;
        }
        Words counter(1), boxes(static_cast<std::size_t>(2) * static_cast<std::size_t>(count) * threads);
        unsigned *at = counter.data(), *in = boxes.data(), *errors = wrong.data();
        void* alone[] = {&at};
        void* ours[] = {&at, &in, &errors};
        void* theirs[] = {&in, &errors};
        auto const launch = [&](auto kernel, void** words)
        {
            counter.clear(stream);
            return cudaLaunchCooperativeKernel(reinterpret_cast<void const*>(kernel), dim3(static_cast<unsigned>(count)), dim3(threads), words, 0,
                                               stream);
        };
        time(of("grid", count).put("exchange", false).put("by", "a counter"), [&] { return launch(grid_barrier_alone, alone); });
        time(of("grid", count).put("exchange", true).put("by", "a counter"), [&] { return launch(grid_barrier, ours); });
        time(of("grid", count).put("exchange", true).put("by", "grid.sync"), [&] { return launch(grid_sync, theirs); });
    }
};

int barriers()
{
    int count = 0;
    if (cudaError_t const status = cudaGetDeviceCount(&count); status != cudaSuccess || count == 0)
    {
        std::fprintf(stderr, "gpu_barriers: no GPU here (%s)\n", status == cudaSuccess ? "none visible" : cudaGetErrorString(status));
        return 77;
    }
    Bench bench;
    check(cudaGetDeviceProperties(&bench.device, 0), "ask the device");
    check(cudaStreamCreate(&bench.stream), "make a stream");
    bench.blocks();
    for (int const size : {2, 4, 8, 16})
        bench.clusters(size);
    bench.grids();
    check(cudaStreamDestroy(bench.stream), "end a stream");
    return bench.mistakes > 0 ? 1 : 0;
}

}  // namespace

int main()
try
{
    return barriers();
}
catch (std::exception const& error)
{
    std::fprintf(stderr, "gpu_barriers: %s\n", error.what());
    return 1;
}
