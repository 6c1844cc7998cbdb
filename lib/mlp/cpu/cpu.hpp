// The cpu backend: fp32, or bf16 where the processor has tiles for it; one fused step per batch, the best instruction set of the machine.
#pragma once

#include <vector>

#include "mlp/backend.hpp"
#include "mlp/cpu/amx/layout.hpp"
#include "mlp/cpu/arena.hpp"
#include "mlp/cpu/plan.hpp"
#include "mlp/cpu/schedule.hpp"
#include "mlp/cpu/team.hpp"

namespace ghee::mlp {

Backend cpu_backend();

/// After load(), train() and evaluate() allocate nothing and lock nothing; one thread calls no operating system, several do so to begin
/// and to end, and where they have to wait long because there are more of them than processors. They flush subnormal numbers to zero and
/// put the threads' floating-point state back. The same bits on every run with the same instruction set, whatever the number of threads;
/// another instruction set sums in another order and differs in the last bits, so form() names it.
class CpuTrainer final : public Trainer
{
  public:
    /// Preconditions: the cpu backend does not refuse the spec but for the machine; the machine runs `kernels`, and they have the spec's
    /// precision. Throws Error where memory is short.
    CpuTrainer(TrainerSpec, cpu::Kernels const& kernels);

    void load(Samples train, Samples test) override;
    Pass train(std::span<std::uint32_t const> order) override;
    Pass evaluate() override;
    [[nodiscard]] Weights weights() const override;
    void set_weights(Weights const&) override;
    void reset() override;
    [[nodiscard]] std::string form() const override;
    [[nodiscard]] std::size_t memory_bytes() const override { return arena_.bytes(); }

  private:
    TrainerSpec spec_;
    cpu::Kernels kernels_;
    cpu::Arena arena_;
    std::vector<cpu::LayerPlan> layers_;
    cpu::Bf16Parts bf16_;
    cpu::Plan plan_;
    bool asks_ahead_ = false;  ///< the next step's rows are fetched during this one
    int capacity_ = 0;         ///< samples the arena holds at once
    cpu::Schedule schedule_;
    Samples train_;
    Samples test_;
    cpu::Team team_;  ///< last: its threads touch all of the above
};

}  // namespace ghee::mlp
