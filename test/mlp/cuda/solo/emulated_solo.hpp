// Form solo on an emulated GPU, whose blocks may have less shared memory than the newest GPU's.
#pragma once

#include <memory>

#include "emulated_gpu.hpp"
#include "mlp/cuda/solo/plan.hpp"
#include "mlp/cuda/solo/trainer.hpp"

namespace ghee::mlp::cuda::emulated {

inline GpuFacts facts_with_shared(std::size_t kib)
{
    GpuFacts facts = facts_with(8);
    facts.shared_bytes_a_block = kib << 10;
    return facts;
}

inline std::unique_ptr<SoloTrainer> solo_trainer(TrainerSpec spec, GpuFacts facts = facts_with(8), Sequence sequence = Sequence::ascending)
{
    return std::make_unique<SoloTrainer>(std::move(spec), std::make_unique<EmulatedGpu>(std::move(facts), sequence), solo_kernels());
}

}  // namespace ghee::mlp::cuda::emulated
