// Where everything of a network that trains in bf16 lies in its arena.
#pragma once

#include <vector>

#include "mlp/cpu/amx/plan.hpp"
#include "mlp/cpu/places.hpp"
#include "mlp/trainer.hpp"

namespace ghee::mlp::cpu {

/// What a plan in bf16 points into beside its layers.
struct Bf16Parts
{
    std::vector<Bf16Layer> layers;
    Bf16Plan plan;
};

/// Finds a place for everything. The settings point to all that is handed in.
Settings reserve_bf16(TrainerSpec const&, int capacity, Arena&, std::vector<LayerPlan>&, Bf16Parts&, Plan&);

}  // namespace ghee::mlp::cpu
