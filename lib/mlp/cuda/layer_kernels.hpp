// Makes the kernels of one arithmetic. Each is included by one source file, so that they compile side by side.
#pragma once

#include "mlp/cuda/backward.hpp"
#include "mlp/cuda/forward.hpp"
#include "mlp/cuda/kernels.hpp"

namespace ghee::mlp::cuda {

template<class Tile>
constexpr TileSize size_of{Tile::M, Tile::N};

template<class Tile, class Arithmetic>
ForwardKernel forward_kernel()
{
    return {kernel_of<Forward<Tile, Arithmetic>>(), size_of<Tile>, tile_judges<Tile>};
}

template<class SpreadTile, class LearnTile, class Arithmetic>
BackwardKernel backward_kernel()
{
    return {kernel_of<Backward<SpreadTile, LearnTile, Arithmetic>>(), size_of<SpreadTile>, size_of<LearnTile>};
}

template<class Arithmetic>
LayerKernels layer_kernels(Precision precision)
{
    return {precision,
            {forward_kernel<Tile32, Arithmetic>(), forward_kernel<Tile64, Arithmetic>(), forward_kernel<Tile128x64, Arithmetic>(),
             forward_kernel<Tile128, Arithmetic>()},
            {backward_kernel<Tile32, Tile32, Arithmetic>(), backward_kernel<Tile32, Tile64, Arithmetic>(),
             backward_kernel<Tile64, Tile32, Arithmetic>(), backward_kernel<Tile64, Tile64, Arithmetic>(),
             backward_kernel<Tile64, Tile128, Arithmetic>(), backward_kernel<Tile128x64, Tile128, Arithmetic>()}};
}

}  // namespace ghee::mlp::cuda
