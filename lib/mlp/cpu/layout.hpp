// Where everything of a network lies in its arena.
#pragma once

#include <vector>

#include "mlp/cpu/amx/layout.hpp"
#include "mlp/cpu/arena.hpp"
#include "mlp/cpu/plan.hpp"
#include "mlp/trainer.hpp"

namespace ghee::mlp::cpu {

/// Opens `arena` and fills `layers` and the plan over them for at most `capacity` samples at once; in bf16 also `bf16`.
/// The plan points into all of them: they must outlive it and may not move.
/// The capacity is capacity_for() the spec where nothing speaks against it.
Plan lay_out(TrainerSpec const&, int capacity, Arena& arena, std::vector<LayerPlan>& layers, Bf16Parts& bf16);

/// Samples that training and evaluation should hold at once.
int capacity_for(TrainerSpec const&);
/// Bytes of the arena that lay_out() would open.
std::size_t bytes_of(TrainerSpec const&, int capacity);

}  // namespace ghee::mlp::cpu
