// Widths by the study's generator.
#include "cells.hpp"

#include <initializer_list>

#include "mlp/networks.hpp"
#include "mlp/topology.hpp"

namespace ghee::gpu {

Cell cell_of(int power, int depth)
{
    bool const small = power <= 11;
    int const inputs = small ? 8 : 64, outputs = small ? 1 : 10;
    mlp::Topology const topology = mlp::find_topology(Shape::rectangle, std::int64_t{1} << power, depth, inputs, outputs);
    return {power, depth, mlp::test::network(inputs, topology.widths, small ? Loss::mse : Loss::cross_entropy),
            power <= 17   ? 256
            : power <= 22 ? 64
                          : 16};
}

namespace {
std::vector<Cell> cells_of(std::initializer_list<int> powers)
{
    std::vector<Cell> all;
    for (int const power : powers)
        for (int const depth : {2, 4, 10})
            all.push_back(cell_of(power, depth));
    return all;
}
}  // namespace

std::vector<Cell> cells() { return cells_of({5, 8, 11, 14, 17, 20, 22, 25}); }

std::vector<Cell> small_cells()
{
    std::vector<Cell> all = cells_of({5, 8, 9, 10, 11, 12, 13, 14, 15});
    for (Cell& cell : all)
        cell.steps = steps_of_small_cells;
    return all;
}

}  // namespace ghee::gpu
