// How a network lies in the shared memory of one block, or why it does not fit.
#pragma once

#include <array>
#include <string>

#include "mlp/cuda/gpu.hpp"
#include "mlp/cuda/solo/work.hpp"
#include "mlp/trainer.hpp"

namespace ghee::mlp::cuda {

/// The largest chunk that fits, its samples and neurons shared among the threads in the way that is reckoned to be the quickest.
/// Throws nothing; where nothing fits, plan.chunk is 0.
SoloPlan plan_solo(TrainerSpec const&, std::size_t shared_bytes);

/// How threads may share a chunk: samples of a thread and quads of neurons that it takes together. Every way gives the same bits.
struct SoloWay
{
    int together, quads;
};
inline constexpr std::array solo_ways{SoloWay{1, 1}, SoloWay{2, 1}, SoloWay{4, 1}, SoloWay{4, 2}};
/// The plan with another way. Precondition: plan.chunk / together is 8 or more.
SoloPlan with_way(SoloPlan, SoloWay const&);

/// The same for a chunk of 256, 128, 64 or 32 samples; plan.chunk is 0 where that does not fit.
SoloPlan plan_in_chunks(TrainerSpec const&, std::size_t shared_bytes, int chunk);

/// Why the solo kernel cannot train this on a device of these facts; empty: it can. Precondition: a network, batch and optimiser that are possible.
std::string solo_refusal(TrainerSpec const&, GpuFacts const&);

/// How often the device has to make room for blocks until all replicas had their turn; a part of a turn where they fill each other's waits.
double solo_rounds(SoloPlan const&, int replicas, GpuFacts const&);

/// Clock cycles of a step, reckoned: what passes through shared memory, multiply-adds, and what waits for what.
double solo_cycles(SoloPlan const&, int batch);

}  // namespace ghee::mlp::cuda
