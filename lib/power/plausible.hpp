// How much power a thing of one scope can draw at the very most; more is a broken reading.
#pragma once

#include "record/trace.hpp"

namespace ghee::power {

/// docs/reference/channels.md has the table.
Watts highest_plausible(Scope);

}  // namespace ghee::power
