// The cuda backend's trainer on an emulated GPU.
#pragma once

#include <memory>

#include "emulated_gpu.hpp"
#include "mlp/cuda/trainer.hpp"

namespace ghee::mlp::cuda::emulated {

inline std::unique_ptr<CudaTrainer> trainer(TrainerSpec spec, Precision precision, GpuFacts facts = facts_with(8),
                                            Sequence sequence = Sequence::ascending, Kernels const& kernels = all_kernels())
{
    spec.precision = precision;
    return std::make_unique<CudaTrainer>(std::move(spec), std::make_unique<EmulatedGpu>(std::move(facts), sequence), kernels);
}

}  // namespace ghee::mlp::cuda::emulated
