// How many threads make a training quicker: few, and often one.
#pragma once

#include "mlp/cpu/plan.hpp"
#include "mlp/trainer.hpp"

namespace ghee::mlp::cpu {

/// Of at most `processors` (cores, not hardware threads). Depends on nothing else of the machine but the instruction set, so that a
/// campaign's runs differ in it only where they should. 1 wherever more may slow it down. The spec's own threads are not looked at.
int threads_that_pay(TrainerSpec const&, Kernels const&, int processors);

}  // namespace ghee::mlp::cpu
