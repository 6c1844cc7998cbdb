// A reckoning in clock cycles of one multiprocessor: what a block takes, and how many of them go one after another.
#include "mlp/cuda/tiling.hpp"

#include <algorithm>
#include <cmath>

#include "base/contract.hpp"
#include "mlp/cuda/work.hpp"

namespace ghee::mlp::cuda {

namespace {
constexpr double slab_terms = 32;
/// The least a slab takes however small: it comes from the second-level cache, and a block waits for it at a barrier.
constexpr double least_slab = 250;
/// From launch to first slab, and from last slab to the end.
constexpr double fixed = 1500;

/// Multiply-adds a cycle of a multiprocessor that has enough of them to do. What each tile reaches of it are estimates, to be replaced by
/// measurements (docs/measurements).
double rate(Precision precision)
{
    switch (precision)
    {
        case Precision::tf32: return 512;
        case Precision::tf32x3: return 512.0 / 3;
        case Precision::bf16: return 768;
        case Precision::fp32:
        case Precision::fp64: break;
    }
    return 128;
}

double reached(TileSize tile)
{
    return tile.m * tile.n >= 128 * 128 ? 0.9 : tile.m * tile.n >= 128 * 64 ? 0.85 : tile.m * tile.n >= 64 * 64 ? 0.75 : 0.5;
}

double block_cycles(Precision precision, TileSize tile, int terms)
{
    double const slabs = std::ceil(terms / slab_terms);
    return fixed + slabs * std::max(least_slab, tile.m * tile.n * slab_terms / (rate(precision) * reached(tile)));
}

struct Blocks
{
    double count = 0;
    double cycles = 0;  ///< each
};

Blocks blocks_of(Precision precision, TileSize tile, int lines, int columns, int terms)
{
    return {static_cast<double>(tiles_of(lines, tile.m)) * tiles_of(columns, tile.n), block_cycles(precision, tile, terms)};
}

/// Whole rounds while there are few; many even out.
double cycles(Blocks const& blocks, GpuFacts const& facts)
{
    double const rounds = blocks.count / facts.multiprocessors;
    return blocks.cycles * (rounds <= 4 ? std::ceil(rounds) : rounds + 0.5);
}

template<class Entry, class Cost>
Entry const* cheapest(auto const& entries, GpuFacts const& facts, Cost const& cost)
{
    Entry const* best = nullptr;
    double least = 0;
    for (Entry const& one : entries)
    {
        if (one.kernel.entry == nullptr || one.kernel.shared_bytes > facts.shared_bytes_a_block)
            continue;
        double const takes = cost(one);
        if (takes < 0 || (best != nullptr && takes >= least))
            continue;
        best = &one;
        least = takes;
    }
    return best;
}
}  // namespace

Splits splits_of(int inputs, int outputs)
{
    constexpr int few_terms = 1536, terms_wanted = 512, most = 32, whole = 32;
    if (outputs > most_judged_outputs || inputs <= few_terms)
        return {1, inputs};
    int const terms = tiles_of(std::max(terms_wanted, tiles_of(inputs, most)), whole) * whole;
    return {tiles_of(inputs, terms), terms};
}

ForwardKernel const& choose_forward(LayerKernels const& kernels, GpuFacts const& facts, int samples, int inputs, int outputs)
{
    ForwardKernel const* const best =
        cheapest<ForwardKernel>(kernels.forward, facts, [&](ForwardKernel const& one)
                                { return cycles(blocks_of(kernels.precision, one.tile, samples, outputs, inputs), facts); });
    GHEE_EXPECT(best != nullptr);
    return *best;
}

ForwardKernel const* choose_judging(LayerKernels const& kernels, GpuFacts const& facts, int samples, int inputs, int outputs)
{
    return cheapest<ForwardKernel>(
        kernels.forward, facts, [&](ForwardKernel const& one)
        { return one.judges && outputs <= one.tile.n ? cycles(blocks_of(kernels.precision, one.tile, samples, outputs, inputs), facts) : -1.0; });
}

BackwardKernel const& choose_backward(LayerKernels const& kernels, GpuFacts const& facts, int samples, int inputs, int outputs, bool spreads)
{
    auto const takes = [&](BackwardKernel const& one)
    {
        Blocks const learn = blocks_of(kernels.precision, one.learn, outputs, inputs, samples);
        if (!spreads)
            return cycles(learn, facts);
        Blocks const spread = blocks_of(kernels.precision, one.spread, samples, inputs, outputs);
        // They share the device: what both kinds take together, but no less than the slower one alone.
        double const together = (learn.count * learn.cycles + spread.count * spread.cycles) / facts.multiprocessors;
        return std::max({together + 0.5 * std::max(learn.cycles, spread.cycles), learn.cycles, spread.cycles});
    };
    BackwardKernel const* const best = cheapest<BackwardKernel>(kernels.backward, facts, takes);
    GHEE_EXPECT(best != nullptr);
    return *best;
}

}  // namespace ghee::mlp::cuda
