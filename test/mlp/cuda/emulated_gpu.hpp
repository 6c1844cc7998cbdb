// A Gpu made of the host's memory and the emulated machine.
#pragma once

#include <map>
#include <set>

#include "mlp/cuda/gpu.hpp"

namespace ghee::mlp::cuda::emulated {

/// Threads of a block and blocks of a launch go in ascending or in descending order.
enum class Sequence { ascending, descending };

/// A GPU of the newest kind, of any size.
inline GpuFacts facts_with(int multiprocessors)
{
    return {.name = "emulated", .capability = 90, .multiprocessors = multiprocessors, .shared_bytes_a_block = 232448};
}

class EmulatedGpu final : public Gpu
{
  public:
    explicit EmulatedGpu(GpuFacts facts = facts_with(8), Sequence sequence = Sequence::ascending);
    ~EmulatedGpu() override;
    EmulatedGpu(EmulatedGpu const&) = delete;
    EmulatedGpu& operator=(EmulatedGpu const&) = delete;

    [[nodiscard]] GpuFacts const& facts() const override { return facts_; }
    void* allocate(std::size_t bytes) override;
    void release(void*) noexcept override;
    void copy_in(void* to, void const* from, std::size_t bytes) override;
    void copy_within(void* to, void const* from, std::size_t bytes) override { copy_in(to, from, bytes); }
    void clear(void* to, std::size_t bytes) override;
    void copy_out(void* to, void const* from, std::size_t bytes) override;
    void wait() override {}
    void prepare(Kernel const& kernel) override { prepared_.insert(kernel.entry); }
    void launch(Kernel const&, int blocks, void const* work) override;
    void begin_recording() override;
    std::unique_ptr<Graph> end_recording() override;
    void repeat(Graph const&) override;

    /// What was launched so far, alone or in graphs, by kernel name.
    [[nodiscard]] std::map<std::string, int> const& launches() const { return launches_; }

    /// Of all memory that is not given back.
    [[nodiscard]] std::size_t bytes() const;

  private:
    struct Recording;
    void run(Kernel const&, int blocks, void const* work);

    GpuFacts facts_;
    Sequence sequence_;
    std::unique_ptr<Recording> recording_;
    std::map<std::string, int> launches_;
    std::map<void*, std::size_t> memory_;
    std::set<void const*> prepared_;
};

}  // namespace ghee::mlp::cuda::emulated
