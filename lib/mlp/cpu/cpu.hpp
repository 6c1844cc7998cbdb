// The cpu backend: fp32, one fused step per batch, kernels for the best instruction set of the machine.
#pragma once

#include <vector>

#include "mlp/backend.hpp"
#include "mlp/cpu/arena.hpp"
#include "mlp/cpu/plan.hpp"

namespace ghee::mlp {

Backend cpu_backend();

/// After load(), train() and evaluate() allocate nothing, lock nothing and call no operating system; they flush subnormal numbers to
/// zero and put the thread's floating-point state back. The same bits on every run with the same instruction set; another
/// instruction set sums in another order and differs in the last bits, so form() names it.
class CpuTrainer final : public Trainer
{
  public:
    /// Preconditions: the cpu backend does not refuse; `kernels` is one of instruction_sets(). Throws Error where memory is short.
    CpuTrainer(TrainerSpec, cpu::Kernels const& kernels);

    void load(Samples train, Samples test) override;
    Pass train(std::span<std::uint32_t const> order) override;
    Pass evaluate() override;
    [[nodiscard]] Weights weights() const override;
    void set_weights(Weights const&) override;
    void reset() override;
    [[nodiscard]] std::string form() const override;

  private:
    cpu::Rates next_rates();

    TrainerSpec spec_;
    cpu::Kernels kernels_;
    cpu::Arena arena_;
    std::vector<cpu::LayerPlan> layers_;
    cpu::Plan plan_;
    bool asks_ahead_ = false;  ///< the next step's rows are fetched during this one
    int capacity_ = 0;         ///< samples the arena holds at once
    double power1_ = 1.0;      ///< beta1 to the power of the steps taken
    double power2_ = 1.0;
    Samples train_;
    Samples test_;
};

}  // namespace ghee::mlp
