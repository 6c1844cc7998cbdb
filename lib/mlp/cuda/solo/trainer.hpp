// The cuda backend's trainer in form solo: one network in one block, a launch for each call.
#pragma once

#include <memory>
#include <optional>

#include "mlp/cuda/solo/networks.hpp"

namespace ghee::mlp::cuda {

/// What of a device trains in this form, for the record: "solo, NAME, compute capability ...".
std::string solo_form(GpuFacts const&, SoloPlan const&);

/// The same bits as a replica of a group with its seed and samples. Where calls end makes no difference. A call is one launch however long it
/// takes: who wants it bounded makes a group of one.
class SoloTrainer final : public Trainer
{
  public:
    /// Precondition: solo_refusal() is empty and spec.replicas is 1. Throws Error where memory is short.
    /// `plan`: another one for that spec than plan_solo()'s.
    SoloTrainer(TrainerSpec, std::unique_ptr<Gpu>, SoloKernels const&, SoloPlan const* plan = nullptr);

    void load(Samples train, Samples test) override;
    Pass train(std::span<std::uint32_t const> order) override;
    [[nodiscard]] bool draws_order() const override { return true; }
    Pass train_epoch(std::uint64_t seed, std::int64_t epoch) override;
    Pass evaluate() override;
    [[nodiscard]] Weights weights() const override { return networks_.weights(0); }
    void set_weights(Weights const& weights) override { networks_.set_weights(0, weights); }
    void reset() override;
    [[nodiscard]] std::string form() const override { return solo_form(gpu_->facts(), networks_.plan()); }
    [[nodiscard]] std::size_t memory_bytes() const override { return networks_.bytes(); }

  private:
    SoloRecord take(bool testing);
    Pass trained();

    TrainerSpec spec_;
    std::unique_ptr<Gpu> gpu_;
    SoloNetworks networks_;
    DataSet train_;
    DataSet test_;
};

}  // namespace ghee::mlp::cuda
