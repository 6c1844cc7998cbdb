// The study's topology generator: first width by search, hidden widths by shape (docs/method/topology.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/network.hpp"
#include "record/optimizer.hpp"

namespace ghee::mlp {

struct Topology
{
    std::vector<int> widths;  ///< depth entries, the last is `outputs`
    std::int64_t parameters = 0;
    double size_error = 0.0;  ///< |parameters - size| / size
};

/// The study leaves out what is farther from the wanted size; so do we, unless told otherwise.
inline constexpr double usual_size_error = 0.20;

/// Widths of a shape with first width w0. Requires depth >= 2, w0 >= 1.
std::vector<int> widths_of(Shape, int w0, int depth, int outputs);

/// The topology whose parameter count comes nearest to `size` under the study's own search.
/// depth >= 2, size >= 1, inputs >= 1, outputs >= 1; throws Error otherwise.
Topology find_topology(Shape, std::int64_t size, int depth, int inputs, int outputs);

/// Arithmetic of one training step, in floating-point operations: forward, backward and nothing else (2 per multiply-add).
double flops_per_step(Network const&, int batch);

/// Bytes touched, the study's four working sets but with encoded inputs and the optimiser's moments (docs/method/working-sets.md).
struct WorkingSets
{
    double layer = 0, forward = 0, backward = 0, epoch = 0;
};
WorkingSets working_sets(Network const&, Optimizer const&, int batch, std::int64_t rows);

}  // namespace ghee::mlp
