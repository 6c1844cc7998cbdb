// One pass a call.
#include "mlp/cuda/solo/trainer.hpp"

#include "base/contract.hpp"
#include "mlp/backend.hpp"
#include "mlp/cuda/order_key.hpp"
#include "mlp/cuda/solo/plan.hpp"

namespace ghee::mlp::cuda {

std::string solo_form(GpuFacts const& facts, SoloPlan const& plan)
{
    return "solo, " + std::to_string(plan.chunk) + " samples at a time, " + described(facts);
}

SoloTrainer::SoloTrainer(TrainerSpec spec, std::unique_ptr<Gpu> gpu, SoloKernels const& kernels, SoloPlan const* plan)
    : spec_(std::move(spec)), gpu_(std::move(gpu)),
      networks_(spec_, *gpu_, kernels, plan != nullptr ? *plan : plan_solo(spec_, gpu_->facts().shared_bytes_a_block), 1)
{
    GHEE_EXPECT(spec_.replicas == 1);
    reset();
}

void SoloTrainer::load(Samples train, Samples test)
{
    for (Samples const& samples : {train, test})
        GHEE_EXPECT(samples.count == 0 || (samples.features == spec_.network.inputs && samples.outputs == spec_.network.outputs()));
    train_ = DataSet(*gpu_, train);
    test_ = DataSet(*gpu_, test);
}

void SoloTrainer::reset()
{
    networks_.begin_anew();
    networks_.set_weights(0, initial_weights(spec_.network, spec_.initializer, spec_.seed));
}

/// One epoch's training or evaluation and nothing else.
SoloRecord SoloTrainer::take(bool testing)
{
    SoloState state = networks_.states().front();
    state.epoch = 1;
    state.first = 0;
    state.testing = testing ? 1 : 0;
    state.over = 0;
    networks_.set_states({state});
    networks_.launch({.epochs = 1, .evaluates = testing, .has_accuracy = false, .stop = {}});
    networks_.finish();
    auto const records = networks_.records(0);
    GHEE_EXPECT(records.size() == 1);
    return records.front();
}

Pass SoloTrainer::trained()
{
    std::int64_t const before = networks_.states().front().taken;
    SoloSum const sum = take(false).trained;
    return {.loss_sum = sum.loss, .correct = sum.hits, .samples = networks_.train_count(), .steps = networks_.states().front().taken - before};
}

Pass SoloTrainer::train(std::span<std::uint32_t const> order)
{
    for (std::uint32_t const row : order)
        GHEE_EXPECT(row < static_cast<std::uint32_t>(train_.count()));
    if (order.empty())
        return {};
    networks_.use(train_, test_);
    networks_.use_order(order);
    return trained();
}

Pass SoloTrainer::train_epoch(std::uint64_t seed, std::int64_t epoch)
{
    GHEE_EXPECT(train_.count() > 0);
    networks_.use(train_, test_);
    networks_.draw({order_key(seed, epoch)}, 1);
    return trained();
}

Pass SoloTrainer::evaluate()
{
    if (test_.count() == 0)
        return {};
    networks_.use(train_, test_);
    SoloSum const sum = take(true).tested;
    int const chunk = networks_.plan().chunk;
    return {.loss_sum = sum.loss, .correct = sum.hits, .samples = test_.count(), .steps = (test_.count() + chunk - 1) / chunk};
}

}  // namespace ghee::mlp::cuda
