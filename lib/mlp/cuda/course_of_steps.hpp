// Steps one after another without the host: graphs of up to 32 steps are recorded once and repeated until an epoch is over.
#pragma once

#include <functional>
#include <map>
#include <tuple>

#include "mlp/cuda/gpu.hpp"
#include "mlp/cuda/kernels.hpp"
#include "mlp/cuda/work.hpp"
#include "mlp/trainer.hpp"

namespace ghee::mlp::cuda {

/// One step as a backend has to launch it.
struct StepToTake
{
    Rows rows;                    ///< which samples
    bool training = false;        ///< else only losses and hits are wanted
    bool odd = false;             ///< whether an odd number of steps was taken since reset(): of two copies of the weights, which is read
    Verdict* verdicts = nullptr;  ///< [sample]
    StepRates const* rates = nullptr;
};

class CourseOfSteps
{
  public:
    /// Launches the kernels of one step; called while a graph is recorded.
    using Enqueue = std::function<void(StepToTake const&)>;

    /// Steps have at most `capacity` samples.
    CourseOfSteps(Gpu&, CourseKernels const&, Optimizer const&, int capacity, Enqueue);

    /// Takes `samples` samples in steps of `batch`, the last one smaller where they do not come out even, in the order that stands at
    /// `order` in the device's memory (null: one after another). Waits until it is done.
    Pass run(bool training, std::uint32_t const* order, int batch, std::int64_t samples);
    /// No step was taken yet.
    void reset();
    [[nodiscard]] bool odd() const { return odd_; }
    /// Where graphs would hold what is no longer there.
    void forget_graphs() { graphs_.clear(); }
    [[nodiscard]] std::size_t bytes() const { return progress_.bytes() + rates_.bytes() + verdicts_.bytes(); }
    /// What bytes() of one for that capacity is.
    static constexpr std::size_t bytes_for(int capacity)
    {
        return sizeof(Progress) + (most_whole + 1) * (sizeof(StepRates) + static_cast<std::size_t>(capacity) * sizeof(Verdict));
    }

  private:
    static constexpr int most_whole = 32;
    static constexpr std::size_t most_graphs = 256;
    /// What tells a graph from others: training, odd at its beginning, order, batch, whole steps, samples of a last one.
    using Key = std::tuple<bool, bool, std::uint32_t const*, int, int, int>;

    void repeat(Key const&);
    void record(Key const&);
    void advance(bool training, int first, int steps, int count);
    [[nodiscard]] RatesWork rates_work() const;

    Gpu& gpu_;
    CourseKernels kernels_;
    Optimizer optimizer_;
    int capacity_;
    Enqueue enqueue_;
    DeviceArray<Progress> progress_;
    DeviceArray<StepRates> rates_;
    DeviceArray<Verdict> verdicts_;  ///< [step][capacity]
    bool odd_ = false;
    std::map<Key, std::unique_ptr<Graph>> graphs_;
};

}  // namespace ghee::mlp::cuda
