// Training on a GPU by the vendor's libraries: the baseline that our own kernels are held against.
#pragma once

#include <map>
#include <utility>

#include "mlp/cuda/course_of_steps.hpp"
#include "mlp/cuda/data_set.hpp"
#include "mlp/cudnn/kernels.hpp"
#include "mlp/cudnn/step.hpp"
#include "mlp/cudnn/work.hpp"

namespace ghee::mlp::cudnn {

/// Why these libraries cannot train it on a device of these facts; empty: they can.
std::string refusal(TrainerSpec const&, cuda::GpuFacts const&);

class CudnnTrainer final : public Trainer
{
  public:
    /// Precondition: refusal() is empty. Throws Error where memory is short or the libraries have no way. `math` enqueues on `gpu`.
    CudnnTrainer(TrainerSpec, std::unique_ptr<cuda::Gpu> gpu, std::unique_ptr<VendorMath> math, Kernels const&);
    CudnnTrainer(CudnnTrainer const&) = delete;
    CudnnTrainer& operator=(CudnnTrainer const&) = delete;

    void load(Samples train, Samples test) override;
    Pass train(std::span<std::uint32_t const> order) override;
    [[nodiscard]] bool draws_order() const override { return true; }
    Pass train_epoch(std::uint64_t seed, std::int64_t epoch) override;
    Pass evaluate() override;
    [[nodiscard]] Weights weights() const override { return parameters_.copied(); }
    void set_weights(Weights const&) override;
    void reset() override;
    [[nodiscard]] std::string form() const override;
    [[nodiscard]] std::size_t memory_bytes() const override { return bytes_of(spec_); }

    static std::size_t bytes_of(TrainerSpec const&);

  private:
    /// Prepares steps of so many samples; not to be done while a graph is recorded.
    void prepare(std::int64_t samples, int batch, bool training);
    void enqueue(cuda::StepToTake const&);
    void want_order(std::size_t places);
    [[nodiscard]] Alarms alarms() const;

    TrainerSpec spec_;
    std::unique_ptr<cuda::Gpu> gpu_;
    std::unique_ptr<VendorMath> math_;
    Kernels kernels_;
    int capacity_;  ///< samples of the largest step, of training or evaluation
    Parameters parameters_;
    Trail trail_;
    std::map<std::pair<int, bool>, Step> steps_;  ///< by number of samples, training
    cuda::DataSet train_;
    cuda::DataSet test_;
    cuda::DeviceArray<std::uint32_t> order_;
    cuda::CourseOfSteps course_;
};

}  // namespace ghee::mlp::cudnn
