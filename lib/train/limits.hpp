// What a configuration may ask of the built-in trainer.
#pragma once

#include "record/configuration.hpp"

namespace ghee::train {

/// Throws UsageError naming the key, its value and its range, or what this version does not do.
void require_possible(Configuration const&);

}  // namespace ghee::train
