// The networks whose steps are timed: the study's rectangles of 2^5 to 2^25 parameters, two to ten layers deep.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/network.hpp"

namespace ghee::gpu {

constexpr int batch = 256;
constexpr int steps_of_small_cells = 64;

struct Cell
{
    int power = 0;  ///< of two: parameters wanted
    int depth = 0;
    Network network;
    int steps = 0;  ///< an epoch, of whole batches: fewer where each takes long

    [[nodiscard]] std::string name() const { return "2^" + std::to_string(power) + "/depth:" + std::to_string(depth); }
    [[nodiscard]] std::int64_t rows() const { return std::int64_t{steps} * batch; }
};

/// Inputs 8, output 1, MSE up to 2^11 parameters; beyond, 64 inputs, 10 outputs, softmax.
Cell cell_of(int power, int depth);
std::vector<Cell> cells();
/// Those among which the way to train a network changes from one block of a GPU to all of it: more densely set, 2^5 to 2^15. Epochs of 16,384
/// rows, like the study's data sets, for many networks side by side keep an order each.
std::vector<Cell> small_cells();

}  // namespace ghee::gpu
