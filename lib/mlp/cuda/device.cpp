// Memory, launches and graphs on the CUDA runtime.
#include "mlp/cuda/device.hpp"

#include <cstring>

#include <cuda_runtime_api.h>

#include "base/contract.hpp"
#include "base/error.hpp"
#include "mlp/cuda/kernels.hpp"

namespace ghee::mlp::cuda {

namespace {
void check(cudaError_t status, char const* what)
{
    if (status == cudaSuccess)
        return;
    cudaGetLastError();
    throw Error(std::string("the GPU could not ") + what, cudaGetErrorString(status),
                status == cudaErrorMemoryAllocation ? "train a smaller network or batch, or use a GPU with more free memory" : "");
}

int attribute(cudaDeviceAttr which)
{
    int value = 0;
    check(cudaDeviceGetAttribute(&value, which, 0), "tell its attributes");
    return value;
}

GpuFacts read_facts()
{
    GpuFacts facts;
    cudaDeviceProp properties{};
    check(cudaGetDeviceProperties(&properties, 0), "tell its properties");
    facts.name = properties.name;
    facts.capability = 10 * properties.major + properties.minor;
    facts.multiprocessors = properties.multiProcessorCount;
    facts.shared_bytes_a_block = static_cast<std::size_t>(attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin));
    return facts;
}

class CudaGraph final : public Graph
{
  public:
    explicit CudaGraph(cudaGraph_t graph)
    {
        cudaError_t const status = cudaGraphInstantiate(&executable, graph, 0);
        cudaGraphDestroy(graph);
        check(status, "make a graph of a step's kernels");
    }
    ~CudaGraph() override { cudaGraphExecDestroy(executable); }
    CudaGraph(CudaGraph const&) = delete;
    CudaGraph& operator=(CudaGraph const&) = delete;
    cudaGraphExec_t executable = nullptr;
};

class CudaGpu final : public Gpu
{
  public:
    CudaGpu()
    {
        check(cudaSetDevice(0), "be opened");
        check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "make a stream");
        check(cudaEventCreateWithFlags(&done_, cudaEventDisableTiming | cudaEventBlockingSync), "make an event");
        check(cudaMallocHost(&pinned_, pinned_bytes), "take memory of the host");
    }
    ~CudaGpu() override
    {
        cudaStreamSynchronize(stream_);
        cudaFreeHost(pinned_);
        cudaEventDestroy(done_);
        cudaStreamDestroy(stream_);
    }
    CudaGpu(CudaGpu const&) = delete;
    CudaGpu& operator=(CudaGpu const&) = delete;

    [[nodiscard]] GpuFacts const& facts() const override { return cuda::facts(); }
    [[nodiscard]] cudaStream_t stream() const { return stream_; }

    void* allocate(std::size_t bytes) override
    {
        void* memory = nullptr;
        check(cudaMalloc(&memory, bytes), ("give " + std::to_string(bytes >> 20) + " MiB of memory").c_str());
        check(cudaMemsetAsync(memory, 0, bytes, stream_), "clear memory");
        return memory;
    }
    void release(void* memory) noexcept override { cudaFree(memory); }

    void copy_in(void* to, void const* from, std::size_t bytes) override
    {
        // Whether the bytes were taken over when the call returns depends on the machine: a device that reads the host's own pages may do so later.
        check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_), "take data");
        wait();
    }
    void copy_within(void* to, void const* from, std::size_t bytes) override
    {
        check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_), "copy data");
    }
    void clear(void* to, std::size_t bytes) override { check(cudaMemsetAsync(to, 0, bytes, stream_), "clear memory"); }

    void copy_out(void* to, void const* from, std::size_t bytes) override
    {
        bool const small = bytes <= pinned_bytes;
        check(cudaMemcpyAsync(small ? pinned_ : to, from, bytes, cudaMemcpyDeviceToHost, stream_), "give data");
        wait();
        if (small)
            std::memcpy(to, pinned_, bytes);
    }

    /// Looks for a moment, then sleeps: a processor that looks on for seconds costs energy that no training needs.
    void wait() override
    {
        constexpr int looks = 2000;
        check(cudaEventRecord(done_, stream_), "end its work");
        for (int i = 0; i < looks; ++i)
        {
            cudaError_t const status = cudaEventQuery(done_);
            if (status != cudaErrorNotReady)
                return check(status, "end its work");
        }
        check(cudaEventSynchronize(done_), "end its work");
    }

    void prepare(Kernel const& kernel) override
    {
        // Kernels are loaded when they are first asked for, which nothing that is recorded may wait for.
        check(cudaFuncSetAttribute(kernel.entry, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(kernel.shared_bytes)),
              "load a kernel");
        // A wish: otherwise a multiprocessor may stop between two kernels to part its memory anew.
        cudaFuncSetAttribute(kernel.entry, cudaFuncAttributePreferredSharedMemoryCarveout, cudaSharedmemCarveoutMaxShared);
        cudaGetLastError();
    }
    void launch(Kernel const& kernel, int blocks, void const* work) override
    {
        GHEE_EXPECT(blocks > 0);
        void* arguments[] = {const_cast<void*>(work)};
        check(cudaLaunchKernel(kernel.entry, dim3(static_cast<unsigned>(blocks)), dim3(threads_a_block), arguments, kernel.shared_bytes, stream_),
              "start a kernel");
    }

    void begin_recording() override { check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeRelaxed), "record a graph"); }
    std::unique_ptr<Graph> end_recording() override
    {
        cudaGraph_t graph = nullptr;
        check(cudaStreamEndCapture(stream_, &graph), "record a graph");
        return std::make_unique<CudaGraph>(graph);
    }
    void repeat(Graph const& graph) override { check(cudaGraphLaunch(static_cast<CudaGraph const&>(graph).executable, stream_), "start a graph"); }

  private:
    static constexpr std::size_t pinned_bytes = 4096;
    cudaStream_t stream_ = nullptr;
    cudaEvent_t done_ = nullptr;
    void* pinned_ = nullptr;
};
}  // namespace

std::string absence()
{
    int count = 0;
    cudaError_t const status = cudaGetDeviceCount(&count);
    if (status == cudaErrorInsufficientDriver)
    {
        int driver = 0;
        cudaDriverGetVersion(&driver);
        return driver == 0 ? "there is no NVIDIA driver on this node; train on one with a GPU, or with device = \"cpu\""
                           : "the NVIDIA driver here is made for CUDA " + std::to_string(driver / 1000) + "." + std::to_string(driver % 1000 / 10) +
                                 ", this needs " + std::to_string(CUDART_VERSION / 1000) + ".0 or later";
    }
    if (status != cudaSuccess)
        return std::string("the CUDA runtime says: ") + cudaGetErrorString(status);
    if (count == 0)
        return "this process sees no GPU (CUDA_VISIBLE_DEVICES, or the job's --gres)";
    int major = 0, minor = 0;
    if (cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, 0) != cudaSuccess ||
        cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, 0) != cudaSuccess)
        return "the GPU does not tell its compute capability";
    if (10 * major + minor < 75)
        return "the GPU has compute capability " + std::to_string(major) + "." + std::to_string(minor) + ", this needs 7.5 or later";
    return {};
}

GpuFacts const& facts()
{
    static GpuFacts const known = read_facts();
    return known;
}

std::string foreign_code()
{
    cudaFuncAttributes attributes{};
    cudaError_t const status = cudaFuncGetAttributes(&attributes, course_kernels().begin.entry);
    cudaGetLastError();
    if (status == cudaSuccess)
        return {};
    if (status != cudaErrorNoKernelImageForDevice && status != cudaErrorInvalidDeviceFunction)
        return std::string("the CUDA runtime says: ") + cudaGetErrorString(status);
    std::string const capability = std::to_string(facts().capability);
    return "it was built for other GPUs than this of compute capability " + capability.substr(0, capability.size() - 1) + "." + capability.back() +
           "; build it with -DGHEE_CUDA_ARCHITECTURES=" + capability + "-real";
}

std::unique_ptr<Gpu> open_gpu() { return std::make_unique<CudaGpu>(); }

void* stream_of(Gpu& gpu) { return static_cast<CudaGpu&>(gpu).stream(); }

}  // namespace ghee::mlp::cuda
