// A layer backward in one launch: some blocks make the deltas of the layer below, the others gradients, which never leave the block: they
// go straight into the optimiser. Old weights are read and new ones written elsewhere, so the two kinds of blocks do not wait for each other.
#pragma once

#include "mlp/cuda/functions.hpp"
#include "mlp/cuda/product.hpp"
#include "mlp/cuda/update.hpp"

namespace ghee::mlp::cuda {

template<class SpreadTile, class LearnTile, class Arithmetic>
struct Backward
{
    using Work = BackwardWork;
    /// delta[sample][neuron] weights[neuron][input], summed over neurons.
    using Spread = Product<SpreadTile, Arithmetic, Order::by_term, Order::by_line>;
    /// delta[sample][neuron] input[sample][input], summed over samples.
    using Learn = Product<LearnTile, Arithmetic, Order::by_line, Order::by_line>;
    static constexpr std::size_t shared_bytes = Spread::shared_bytes(0) > Learn::shared_bytes(most_samples_a_step)
                                                    ? Spread::shared_bytes(0)
                                                    : Learn::shared_bytes(most_samples_a_step);
    static constexpr char const* name() { return "backward"; }

    GHEE_GPU static void run(Work const& w)
    {
        if (machine::block() < w.spread_blocks)
            spread(w, machine::block());
        else
            learn(w, machine::block() - w.spread_blocks);
    }

  private:
    GHEE_GPU static void spread(Work const& w, int block)
    {
        int const m = block % w.spread_row_tiles * SpreadTile::M;
        int const n = block / w.spread_row_tiles * SpreadTile::N;
        Spread::sum(operand(w.delta), operand(w.weights), m, n, w.weights.rows, [](float const*) {});
        bool const slopes = w.slope != nullptr;
        auto const inside = [&](int i, int j) { return m + i < w.rows.count && n + j < w.weights.columns; };
        auto const place = [&](int i, int j) { return static_cast<std::int64_t>(m + i) * w.weights.stride() + n + j; };
        struct Around
        {
            Quad told;  ///< the slope, or the output that tells it
            Quad beside;
        };
        Spread::for_each_quad(
            [&](int i, int j)
            {
                Around around{};
                if (inside(i, j))
                    around.told = load_quad((slopes ? w.slope : w.input.data) + place(i, j));
                if (w.beside && inside(i, j))
                    around.beside = load_quad(w.through + place(i, j));
                return around;
            },
            [&](int i, int j, Quad total, Around const& around)
            {
                if (!inside(i, j))
                    return;
                add(total, around.beside);
                if (w.through != nullptr)
                    store_quad(w.through + place(i, j), total);
                GHEE_UNROLL
                for (int k = 0; k < 4; ++k)
                {
                    float const slope = slopes ? around.told.v[k] : slope_of_output(w.activation, around.told.v[k]);
                    total.v[k] = n + j + k < w.weights.columns ? total.v[k] * slope : 0.0F;
                }
                store_quad(w.below + place(i, j), total);
            });
    }

    GHEE_GPU static void add(Quad& to, Quad const& what)
    {
        GHEE_UNROLL
        for (int k = 0; k < 4; ++k)
            to.v[k] += what.v[k];
    }

    /// Of M neurons and N inputs.
    GHEE_GPU static void learn(Work const& w, int block)
    {
        int const m = block % w.neuron_tiles * LearnTile::M;
        int const n = block / w.neuron_tiles * LearnTile::N;
        std::uint32_t* const list = w.gathered ? Learn::list() : nullptr;
        if (w.gathered)
            list_rows(list, w.rows, 0, w.rows.count);
        Operand input = operand(w.input, list);
        input.rows = w.rows.count;
        int const neuron = machine::thread();
        bool const sums_biases = n == 0 && neuron < LearnTile::M;
        float bias = 0.0F;
        Learn::sum(operand(w.delta), input, m, n, w.rows.count,
                   [&](float const* deltas)
                   {
                       if (!sums_biases)
                           return;
                       float part[4] = {};  // each addition waits for the one before it in its part only
                       GHEE_UNROLL
                       for (int term = 0; term < slab; ++term)
                           part[term % 4] += deltas[Learn::A::at(neuron, term)];
                       bias += (part[0] + part[1]) + (part[2] + part[3]);
                   });
        StepRates const now = *w.step_rates;
        bool const has_bias = sums_biases && m + neuron < w.weights.rows;
        LearntBias const was = has_bias ? learnt_bias(w, m + neuron) : LearntBias{};
        Learn::for_each_quad([&](int i, int j) { return learnt(w, m + i, n + j); },
                             [&](int i, int j, Quad const& gradient, Learnt const& is) { learn_quad(w, now, m + i, n + j, gradient, is); });
        if (has_bias)
            learn_bias(w, now, m + neuron, bias, was);
    }

    /// A bias and its moments, fetched together with the weights and theirs.
    struct LearntBias
    {
        float bias;
        float first;
        float second;
    };
    GHEE_GPU static LearntBias learnt_bias(Work const& w, int at)
    {
        return {w.biases[at], w.first[1] != nullptr ? w.first[1][at] : 0.0F, w.second[1] != nullptr ? w.second[1][at] : 0.0F};
    }
    GHEE_GPU static void learn_bias(Work const& w, StepRates const& now, int at, float gradient, LearntBias const& was)
    {
        float const g[] = {gradient};
        float bias[] = {was.bias}, m[] = {was.first}, v[] = {was.second};
        update(w.rates, now, bias, g, m, v);
        w.new_biases[at] = bias[0];
        if (w.first[1] != nullptr)
            w.first[1][at] = m[0];
        if (w.second[1] != nullptr)
            w.second[1][at] = v[0];
    }

    /// Four weights and their moments.
    struct Learnt
    {
        Quad weights;
        Quad first;
        Quad second;
    };
    GHEE_GPU static bool inside(Work const& w, int neuron, int column) { return neuron < w.weights.rows && column < w.weights.columns; }
    GHEE_GPU static std::int64_t place(Work const& w, int neuron, int column)
    {
        return static_cast<std::int64_t>(neuron) * w.weights.stride() + column;
    }

    GHEE_GPU static Learnt learnt(Work const& w, int neuron, int column)
    {
        Learnt was{};
        if (!inside(w, neuron, column))
            return was;
        was.weights = load_quad(w.weights.data + place(w, neuron, column));
        if (w.first[0] != nullptr)
            was.first = load_quad(w.first[0] + place(w, neuron, column));
        if (w.second[0] != nullptr)
            was.second = load_quad(w.second[0] + place(w, neuron, column));
        return was;
    }

    /// What fills a row up has no gradient, no weight and no moment, and every optimiser leaves it 0.
    GHEE_GPU static void learn_quad(Work const& w, StepRates const& now, int neuron, int column, Quad gradient, Learnt is)
    {
        if (!inside(w, neuron, column))
            return;
        if (w.rates.l1 != 0.0F || w.rates.l2_twice != 0.0F)
            GHEE_UNROLL
        for (int k = 0; k < 4; ++k)
            gradient.v[k] += penalty_slope(w.rates, is.weights.v[k]);
        update(w.rates, now, is.weights.v, gradient.v, is.first.v, is.second.v);
        store_quad(w.new_weights + place(w, neuron, column), is.weights);
        if (w.first[0] != nullptr)
            store_quad(w.first[0] + place(w, neuron, column), is.first);
        if (w.second[0] != nullptr)
            store_quad(w.second[0] + place(w, neuron, column), is.second);
    }
};

}  // namespace ghee::mlp::cuda
