// One device as the backends use it: memory, copies, kernels in order, graphs of them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "mlp/cuda/kernel.hpp"

namespace ghee::mlp::cuda {

struct GpuFacts
{
    std::string name;
    int capability = 0;  ///< 10 major + minor
    int multiprocessors = 0;
    std::size_t shared_bytes_a_block = 0;
};

/// "NAME, compute capability 9.0", for the record.
inline std::string described(GpuFacts const& facts)
{
    return facts.name + ", compute capability " + std::to_string(facts.capability / 10) + "." + std::to_string(facts.capability % 10);
}

/// One that has everything a configuration may ask for.
inline GpuFacts newest_gpu() { return {.name = "the newest GPU", .capability = 90, .multiprocessors = 132, .shared_bytes_a_block = 232448}; }

/// Launches that were recorded, ready to be repeated. Destroyed before its Gpu.
class Graph
{
  public:
    virtual ~Graph() = default;
};

/// All that is enqueued happens in order. Functions throw Error with the device's own words; after a failed kernel every later call does.
class Gpu
{
  public:
    virtual ~Gpu() = default;
    [[nodiscard]] virtual GpuFacts const& facts() const = 0;

    /// Memory of the device, all zeros, aligned to 256 bytes. Throws Error where it is short.
    virtual void* allocate(std::size_t bytes) = 0;
    virtual void release(void*) noexcept = 0;
    /// Waits until `from` may be changed, and for all that was enqueued.
    virtual void copy_in(void* to, void const* from, std::size_t bytes) = 0;
    /// Enqueued.
    virtual void copy_within(void* to, void const* from, std::size_t bytes) = 0;
    virtual void clear(void* to, std::size_t bytes) = 0;
    /// Waits for all that was enqueued.
    virtual void copy_out(void* to, void const* from, std::size_t bytes) = 0;
    virtual void wait() = 0;

    /// Loads a kernel, so that it can be recorded. To be called once, and only where the device has the shared memory for it.
    virtual void prepare(Kernel const&) = 0;
    /// Starts `blocks` blocks, handing each a copy of `work` (kernel.work_bytes).
    virtual void launch(Kernel const&, int blocks, void const* work) = 0;
    /// What is launched from now on is recorded and not done, until end_recording().
    virtual void begin_recording() = 0;
    virtual std::unique_ptr<Graph> end_recording() = 0;
    virtual void repeat(Graph const&) = 0;
};

/// An array of T in the device's memory.
template<class T>
class DeviceArray
{
  public:
    DeviceArray() = default;
    DeviceArray(Gpu& gpu, std::size_t count)
        : gpu_(&gpu), count_(count), data_(count == 0 ? nullptr : static_cast<T*>(gpu.allocate(count * sizeof(T))))
    {
    }
    ~DeviceArray()
    {
        if (data_ != nullptr)
            gpu_->release(data_);
    }
    DeviceArray(DeviceArray&& other) noexcept { *this = std::move(other); }
    DeviceArray& operator=(DeviceArray&& other) noexcept
    {
        std::swap(gpu_, other.gpu_);
        std::swap(count_, other.count_);
        std::swap(data_, other.data_);
        return *this;
    }
    [[nodiscard]] T* data() const { return data_; }
    [[nodiscard]] std::size_t size() const { return count_; }
    [[nodiscard]] std::size_t bytes() const { return count_ * sizeof(T); }
    void clear() const
    {
        if (data_ != nullptr)
            gpu_->clear(data_, bytes());
    }

  private:
    Gpu* gpu_ = nullptr;
    std::size_t count_ = 0;
    T* data_ = nullptr;
};

}  // namespace ghee::mlp::cuda
