// A layer forward, bias and activation in the same launch; the last one goes on with the loss where its outputs fit into a tile.
#pragma once

#include "mlp/cuda/judge.hpp"

namespace ghee::mlp::cuda {

template<class Tile>
constexpr bool tile_judges = Tile::M * Tile::N <= 64 * 64;

template<class Tile, class Arithmetic>
struct Forward
{
    using Work = ForwardWork;
    using Made = Product<Tile, Arithmetic, Order::by_term, Order::by_term>;
    static constexpr std::size_t shared_bytes = Made::shared_bytes(Tile::M);
    static constexpr char const* name() { return "forward"; }
    /// Whether all sums of the tile fit into registers once more.
    static constexpr bool may_judge = tile_judges<Tile>;
    /// For the loss rows are kept so far apart that eight of them meet in no bank.
    static constexpr int judged_row = Tile::N + 1;
    static_assert(!may_judge || Tile::M * judged_row <= Made::list_at);

    /// Blocks beside each other take samples, so that they read the same weights at the same time.
    GHEE_GPU static void run(Work const& w)
    {
        int const tiles = w.row_tiles * ((w.weights.rows + Tile::N - 1) / Tile::N);
        int const split = machine::block() / tiles, tile = machine::block() % tiles;
        int const m = tile % w.row_tiles * Tile::M;
        int const n = tile / w.row_tiles * Tile::N;
        std::uint32_t* const list = w.gathered ? Made::list() : nullptr;
        if (w.gathered)
            list_rows(list, w.rows, m, Tile::M);
        Operand input = operand(w.input, list), weights = operand(w.weights);
        input.rows = w.rows.count;
        if (w.splits > 1)
        {
            int const begin = split * w.terms_a_split, left = w.weights.columns - begin;
            input.data += begin;
            weights.data += begin;
            input.columns = weights.columns = left < w.terms_a_split ? left : w.terms_a_split;
        }
        Made::sum(input, weights, m, n, weights.columns, [](float const*) {});
        if (w.splits > 1)
            return Made::for_each_quad([&](int i, int j, Quad const& sums) { put_part(w, split, m + i, n + j, sums); });
        if constexpr (may_judge)
            if (w.judges)
                return finish_with_loss(w, m);
        with_kind(w.hidden ? w.activation : Activation::linear,
                  [&](auto kind)
                  {
                      Made::for_each_quad([&](int i, int j) { return beside(w, m + i, n + j); }, [&](int i, int j, Quad const& sums, Quad const& more)
                                          { finish<decltype(kind)::value>(w, m + i, n + j, sums, more); });
                  });
    }

  private:
    GHEE_GPU static Quad with_biases(Work const& w, int n, Quad sums)
    {
        GHEE_UNROLL
        for (int i = 0; i < 4; ++i)
            sums.v[i] = n + i < w.weights.rows ? sums.v[i] + w.biases[n + i] : 0.0F;
        return sums;
    }

    GHEE_GPU static void put_part(Work const& w, int split, int m, int n, Quad const& sums)
    {
        if (inside(w, m, n))
            store_quad(w.output + split * w.split_floats + place(w, m, n), sums);
    }

    GHEE_GPU static bool inside(Work const& w, int m, int n) { return m < w.rows.count && n < w.weights.rows; }
    GHEE_GPU static std::int64_t place(Work const& w, int m, int n) { return static_cast<std::int64_t>(m) * stride_of(w.weights.rows) + n; }

    /// What goes round the layer.
    GHEE_GPU static Quad beside(Work const& w, int m, int n)
    {
        return w.adds_input && inside(w, m, n) ? load_quad(w.input.data + place(w, m, n)) : Quad{};
    }

    template<Activation kind>
    GHEE_GPU static void finish(Work const& w, int m, int n, Quad const& sums, Quad const& beside)
    {
        if (!inside(w, m, n))
            return;
        Quad const z = with_biases(w, n, sums);
        Quad y, slope;
        GHEE_UNROLL
        for (int i = 0; i < 4; ++i)
        {
            bool const there = n + i < w.weights.rows;
            y.v[i] = there ? activated(kind, z.v[i]) + beside.v[i] : 0.0F;
            slope.v[i] = there && w.slope != nullptr ? slope_at(kind, z.v[i]) : 0.0F;
        }
        store_quad(w.output + place(w, m, n), y);
        if (w.slope != nullptr)
            store_quad(w.slope + place(w, m, n), slope);
    }

    GHEE_GPU static void finish_with_loss(Work const& w, int m)
    {
        constexpr int quads = Tile::M * Tile::N / 4 / threads_a_block;
        Quad mine[quads];
        GHEE_UNROLL
        for (int q = 0; q < quads; ++q)
        {
            mine[q] = with_biases(w, Made::column_of(q), Made::total(Made::line_of(q), Made::column_of(q)));
        }
        machine::barrier();  // all have read the sums that these replace
        float* const z = machine::shared();
        GHEE_UNROLL
        for (int q = 0; q < quads; ++q)
        {
            GHEE_UNROLL
            for (int i = 0; i < 4; ++i)
                z[Made::line_of(q) * judged_row + Made::column_of(q) + i] = mine[q].v[i];
        }
        machine::barrier();
        int const left = w.rows.count - m;
        judge(w.loss, m, left < Tile::M ? left : Tile::M, [&](int i, int o) { return z[i * judged_row + o]; });
    }
};

struct Judge
{
    using Work = JudgeWork;
    static constexpr std::size_t shared_bytes = 0;
    static constexpr char const* name() { return "judge"; }
    GHEE_GPU static void run(Work const& w)
    {
        int const first = machine::block() * judged_at_once;
        int const left = w.loss.rows.count - first;
        int const stride = stride_of(w.loss.targets.columns);
        judge(w.loss, first, left < judged_at_once ? left : judged_at_once,
              [&](int i, int o)
              {
                  float const* const at = w.sums + static_cast<std::int64_t>(first + i) * stride + o;
                  float sum = *at;
                  constexpr int at_once = 16;  // so many loads are under way
                  for (int split = 1; split < w.splits; split += at_once)
                  {
                      float parts[at_once];
                      GHEE_UNROLL
                      for (int k = 0; k < at_once; ++k)
                          parts[k] = split + k < w.splits ? at[(split + k) * w.split_floats] : 0.0F;
                      GHEE_UNROLL
                      for (int k = 0; k < at_once; ++k)
                          sum += parts[k];
                  }
                  return w.biases != nullptr ? sum + w.biases[o] : sum;
              });
    }
};

}  // namespace ghee::mlp::cuda
