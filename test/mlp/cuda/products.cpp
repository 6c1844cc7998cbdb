// Every tile with every arithmetic and every order of operands: sums of products of what the arithmetic makes of its operands.
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "emulated_gpu.hpp"
#include "emulated_machine.hpp"
#include "mlp/cuda/product.hpp"
#include "mlp/cuda/products_fp32.hpp"
#include "mlp/cuda/products_tensor.hpp"
#include "mlp/cuda/tiling.hpp"
#include "mlp/instrumented.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp::cuda;

struct ProductWork
{
    Matrix a;
    Matrix b;
    int lines = 0;
    int columns = 0;
    int terms = 0;
    float* c = nullptr;  ///< [line][column]
};

template<class Tile, class Arithmetic, Order a_order, Order b_order>
struct OneProduct
{
    using Work = ProductWork;
    using Made = Product<Tile, Arithmetic, a_order, b_order>;
    static constexpr std::size_t shared_bytes = Made::shared_bytes(0);
    static constexpr char const* name() { return "product"; }
    static void run(Work const& w)
    {
        int const across = tiles_of(w.columns, Tile::N);
        int const m = machine::block() / across * Tile::M, n = machine::block() % across * Tile::N;
        Made::sum(operand(w.a), operand(w.b), m, n, w.terms, [](float const*) {});
        Made::for_each_quad(
            [&](int i, int j, Quad const& sums)
            {
                for (int k = 0; k < 4; ++k)
                    if (m + i < w.lines && n + j + k < w.columns)
                        w.c[(m + i) * w.columns + n + j + k] = sums.v[k];
            });
    }
};

/// What an arithmetic makes of an operand before it multiplies, written down once more.
template<class Arithmetic>
double taken(double x)
{
    if constexpr (std::is_same_v<Arithmetic, Tf32>)
    {
        int exponent = 0;
        double const m = std::frexp(x, &exponent);
        return std::ldexp(std::round(std::ldexp(m, 11)), exponent - 11);  // 11 significant bits, ties away from 0
    }
    else if constexpr (std::is_same_v<Arithmetic, Bf16>)
    {
        int exponent = 0;
        double const m = std::frexp(x, &exponent);
        return std::ldexp(std::nearbyint(std::ldexp(m, 8)), exponent - 8);  // 8 significant bits, ties to even
    }
    else
        return x;
}

/// Some lines of numbers as they lie in the device's memory, and as they are meant.
struct Numbers
{
    std::vector<double> meant;  ///< [line][term]
    std::vector<float> stored;
    Matrix matrix;
    Numbers(Order order, int lines, int terms, std::uint64_t seed)
    {
        Random const random(seed, 1);
        int const rows = order == Order::by_term ? lines : terms, columns = order == Order::by_term ? terms : lines;
        matrix = {nullptr, rows, columns};
        stored.assign(static_cast<std::size_t>(rows) * static_cast<std::size_t>(matrix.stride()), 0.0F);
        for (int line = 0; line < lines; ++line)
            for (int term = 0; term < terms; ++term)
            {
                auto const x = static_cast<float>(random.normal(meant.size()));
                meant.push_back(static_cast<double>(x));
                int const row = order == Order::by_term ? line : term, column = order == Order::by_term ? term : line;
                stored[static_cast<std::size_t>(row * matrix.stride() + column)] = x;
            }
        matrix.data = stored.data();
    }
};

template<class Tile, class Arithmetic, Order a_order, Order b_order>
void check(int lines, int columns, int terms, double tolerance)
{
    Numbers const a(a_order, lines, terms, 1), b(b_order, columns, terms, 2);
    std::vector<float> c(static_cast<std::size_t>(lines * columns), std::nanf(""));
    ProductWork const work{a.matrix, b.matrix, lines, columns, terms, c.data()};
    for (auto const sequence : {emulated::Sequence::ascending, emulated::Sequence::descending})
    {
        std::vector<float> const before = c;
        emulated::EmulatedGpu gpu(emulated::facts_with(8), sequence);
        gpu.launch(kernel_of<OneProduct<Tile, Arithmetic, a_order, b_order>>(), tiles_of(lines, Tile::M) * tiles_of(columns, Tile::N), &work);
        if (sequence == emulated::Sequence::descending)
        {
            EXPECT_EQ(before, c) << "threads race";
        }
    }
    double off = 0.0, size = 0.0;
    for (int i = 0; i < lines; ++i)
        for (int j = 0; j < columns; ++j)
        {
            double want = 0.0;
            for (int k = 0; k < terms; ++k)
                want += taken<Arithmetic>(a.meant[static_cast<std::size_t>(i * terms + k)]) *
                        taken<Arithmetic>(b.meant[static_cast<std::size_t>(j * terms + k)]);
            double const got = static_cast<double>(c[static_cast<std::size_t>(i * columns + j)]);
            off += (got - want) * (got - want);
            size += want * want;
        }
    EXPECT_LE(std::sqrt(off / size), tolerance) << lines << " x " << columns << " x " << terms << ", tile " << Tile::M << " x " << Tile::N;
}

template<class Tile, class Arithmetic>
void check_all(double tolerance)
{
    using enum Order;
    struct Size
    {
        int lines, columns, terms;
    };
    for (auto const [lines, columns, terms] : {Size{1, 1, 1}, Size{Tile::M, Tile::N, slab}, Size{Tile::M + 1, Tile::N - 1, 3 * slab + 1},
                                               Size{2 * Tile::M - 3, Tile::N + 5, 2 * slab - 1}, Size{3, 2 * Tile::N + 2, 7 * slab}})
    {
        if (mlp::test::instrumented && lines != Tile::M + 1)
            continue;  // one with every kind of edge will do where fibers are slow
        check<Tile, Arithmetic, by_term, by_term>(lines, columns, terms, tolerance);
        check<Tile, Arithmetic, by_term, by_line>(lines, columns, terms, tolerance);
        check<Tile, Arithmetic, by_line, by_line>(lines, columns, terms, tolerance);
    }
}

template<class Arithmetic>
void check_tiles(double tolerance)
{
    check_all<Tile32, Arithmetic>(tolerance);
    check_all<Tile64, Arithmetic>(tolerance);
    check_all<Tile128x64, Arithmetic>(tolerance);
    check_all<Tile128, Arithmetic>(tolerance);
}

// The emulated tensor cores cut what does not fit off at every addition, as real ones do.
TEST(Products, OfFp32) { check_tiles<Fp32>(3e-7); }
TEST(Products, OfTf32) { check_tiles<Tf32>(2e-6); }
TEST(Products, OfThreeTimesTf32) { check_tiles<Tf32x3>(1e-6); }
TEST(Products, OfBf16) { check_tiles<Bf16>(2e-6); }
}  // namespace
