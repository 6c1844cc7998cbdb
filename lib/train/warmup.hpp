// Steps before the clock starts: caches filled, kernels loaded, processor awake.
#pragma once

#include <cstdint>
#include <span>

#include "base/clock.hpp"
#include "base/quantity.hpp"
#include "mlp/trainer.hpp"

namespace ghee::train {

/// Trains on growing beginnings of `order`, one step at first, as long as the next is expected to end within `budget`; evaluates
/// once where that fits too; then the trainer is reset. A single step that lasts longer than the budget is the only excess.
void warm_up(mlp::Trainer&, std::span<std::uint32_t const> order, int batch, std::int64_t test_rows, Seconds budget, Clock&);

}  // namespace ghee::train
