// The vendor's calls of one step, prepared for one number of samples.
#pragma once

#include <memory>
#include <vector>

#include "mlp/cudnn/parameters.hpp"
#include "mlp/cudnn/trail.hpp"
#include "mlp/cudnn/vendor_math.hpp"
#include "mlp/trainer.hpp"

namespace ghee::mlp::cudnn {

using Calls = std::vector<std::unique_ptr<Call>>;

/// How much of a step the finishes of products take care of.
struct Tally
{
    int products = 0;
    int on_tensor_cores = 0;
    int slopes = 0;  ///< of hidden layers' activations
    int slopes_in_products = 0;
    int totals = 0;  ///< gradients of biases
    int totals_in_products = 0;
};

struct Step
{
    Calls forward;   ///< from the batch to what the loss is made from
    Calls backward;  ///< from the last layer's deltas to all gradients
    Tally tally;
};

/// Tries the calls, so what lies in `trail` and in the gradients is lost. Throws Error where the vendor has no call for a product.
Step make_step(VendorMath&, TrainerSpec const&, Parameters const&, Trail const&, int count, bool training);

}  // namespace ghee::mlp::cudnn
