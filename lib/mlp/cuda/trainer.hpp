// The cuda backend's trainer: one network on one GPU, by our own kernels.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "mlp/cuda/course_of_steps.hpp"
#include "mlp/cuda/data_set.hpp"
#include "mlp/cuda/parameters.hpp"
#include "mlp/trainer.hpp"

namespace ghee::mlp::cuda {

/// Why these kernels cannot train it on a device of these facts; empty: they can.
std::string refusal(TrainerSpec const&, GpuFacts const&);

/// What memory_bytes() of a trainer of this will be.
std::size_t bytes_for(TrainerSpec const&);

/// An epoch is a few graphs of steps; the host hears of it when it is over. The same bits on every run on the same kind of GPU: every sum
/// has one order. Subnormal numbers are kept.
class CudaTrainer final : public Trainer
{
  public:
    /// Precondition: refusal() is empty. Throws Error where memory is short.
    CudaTrainer(TrainerSpec, std::unique_ptr<Gpu>, Kernels const&);

    void load(Samples train, Samples test) override;
    Pass train(std::span<std::uint32_t const> order) override;
    [[nodiscard]] bool draws_order() const override { return true; }
    Pass train_epoch(std::uint64_t seed, std::int64_t epoch) override;
    Pass evaluate() override;
    [[nodiscard]] Weights weights() const override;
    void set_weights(Weights const&) override;
    void reset() override;
    [[nodiscard]] std::string form() const override;
    [[nodiscard]] std::size_t memory_bytes() const override;

  private:
    /// What a layer passes on in a step; rows are samples.
    struct Layer
    {
        DeviceArray<float> output;  ///< of the last one: its sums
        DeviceArray<float> slope;   ///< none where the output tells it
    };

    void enqueue(StepToTake const&);
    void forward(StepToTake const&, int layer);
    void backward(StepToTake const&, int layer);
    [[nodiscard]] LossWork loss_work(StepToTake const&) const;
    [[nodiscard]] Matrix input_of(StepToTake const&, int layer) const;
    [[nodiscard]] int width(int layer) const { return spec_.network.widths[static_cast<std::size_t>(layer)]; }
    void want_order(std::size_t places);

    TrainerSpec spec_;
    std::unique_ptr<Gpu> gpu_;
    Kernels kernels_;
    LayerKernels const* layer_kernels_;
    int capacity_;
    Parameters parameters_;
    std::vector<Layer> layers_;
    DeviceArray<float> delta_[2];  ///< of a layer and of the one below it, by turns
    DeviceArray<float> through_;   ///< derivatives by the output of a layer, which go round residual layers
    DeviceArray<std::uint32_t> order_;
    DataSet train_;
    DataSet test_;
    std::optional<CourseOfSteps> course_;
};

}  // namespace ghee::mlp::cuda
