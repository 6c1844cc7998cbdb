// One optimiser on one parameter, in fp64, as record/optimizer.hpp spells it.
#pragma once

#include <cstdint>

#include "record/optimizer.hpp"

namespace ghee::mlp::reference {

/// What an optimiser remembers of a parameter: u of momentum and m of Adam in `first`; v of RMSprop and Adam in `second`.
struct Moments
{
    double first = 0.0;
    double second = 0.0;
};

/// The gradient of the penalties at weight w.
double penalty_slope(Optimizer const&, double w);

/// The parameter after the step numbered `step` (from 1) with gradient g, penalties already in g.
double updated(Optimizer const&, std::int64_t step, double w, double g, Moments&);

}  // namespace ghee::mlp::reference
