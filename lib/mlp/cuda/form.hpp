// Which form of the cuda backend trains a network: layers (a launch a layer) or solo (a block a network).
#pragma once

#include "mlp/backend.hpp"
#include "mlp/cuda/gpu.hpp"

namespace ghee::mlp::cuda {

/// spec.form; where that is automatic, the form that is reckoned to be the quicker one for so many replicas. Precondition: nothing else
/// refuses the spec on a device of these facts.
Form chosen_form(TrainerSpec const&, GpuFacts const&);

/// Microseconds in which spec.replicas networks take a step each, reckoned.
double layers_us(TrainerSpec const&);
double solo_us(TrainerSpec const&, GpuFacts const&);

/// Up to which size a device of these facts trains in form solo.
Crossovers crossovers(GpuFacts const&);

}  // namespace ghee::mlp::cuda
