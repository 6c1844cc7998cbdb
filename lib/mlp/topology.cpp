// The study's topology generator: widths by shape, first width by binary search.
#include "mlp/topology.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/contract.hpp"
#include "base/error.hpp"

namespace ghee::mlp {

namespace {

__extension__ using Wide = __int128;

/// Half to even, as the study's Python rounds: the rounding mode of every process that did not change it.
int rounded(double width) { return static_cast<int>(std::nearbyint(width)); }

int narrowing(Shape shape)
{
    switch (shape)
    {
        case Shape::wide_first_2x: return 2;
        case Shape::wide_first_4x: return 4;
        case Shape::wide_first_5x: return 5;
        case Shape::wide_first_8x: return 8;
        case Shape::wide_first_10x: return 10;
        case Shape::wide_first_16x: return 16;
        case Shape::wide_first_20x: return 20;
        default: return 1;
    }
}

/// Calls `visit` with each of the `depth` widths in order: the search counts parameters without building a list.
template<class Visit>
void each_width(Shape shape, int w0, int depth, int outputs, Visit const& visit)
{
    switch (shape)
    {
        case Shape::trapezoid:
        {
            double const beta = (static_cast<double>(w0) - outputs) / (depth - 1);
            for (int k = 0; k < depth; ++k)
                visit(rounded(w0 - beta * k));
            return;
        }
        case Shape::exponential:
        {
            double const beta = std::exp(std::log(static_cast<double>(outputs) / w0) / (depth - 1));
            for (int k = 0; k < depth; ++k)
                visit(std::max(outputs, rounded(w0 * std::pow(beta, k))));
            return;
        }
        default:
        {
            int const hidden = std::max(1, rounded(static_cast<double>(w0) / narrowing(shape)));
            visit(w0);
            for (int k = 1; k < depth - 1; ++k)
                visit(hidden);
            visit(outputs);
        }
    }
}

Wide count_parameters(Shape shape, int w0, int depth, int inputs, int outputs)
{
    Wide total = 0;
    Wide fan_in = inputs;
    each_width(shape, w0, depth, outputs,
               [&](int width)
               {
                   total += (fan_in + 1) * width;
                   fan_in = width;
               });
    return total;
}

void require(bool holds, std::string const& what, std::int64_t value, std::string const& least)
{
    if (!holds)
        throw UsageError(what + " is " + std::to_string(value), "must be at least " + least);
}

}  // namespace

std::vector<int> widths_of(Shape shape, int w0, int depth, int outputs)
{
    GHEE_EXPECT(depth >= 2 && w0 >= 1 && outputs >= 1);
    std::vector<int> widths;
    widths.reserve(static_cast<std::size_t>(depth));
    each_width(shape, w0, depth, outputs, [&](int width) { widths.push_back(width); });
    return widths;
}

Topology find_topology(Shape shape, std::int64_t size, int depth, int inputs, int outputs)
{
    require(depth >= 2, "depth", depth, "2: one hidden layer and the output layer");
    require(size >= 1, "size", size, "1 parameter");
    require(inputs >= 1, "the number of inputs", inputs, "1");
    require(outputs >= 1, "the number of outputs", outputs, "1");

    int low = 1, high = 1 << 30;
    int best = 0;
    Wide best_distance = 0, best_count = 0;
    while (low < high)
    {
        int const candidate = static_cast<int>((std::int64_t{low} + high) / 2);
        Wide const count = count_parameters(shape, candidate, depth, inputs, outputs);
        Wide const delta = count - size;
        Wide const distance = delta < 0 ? -delta : delta;
        if (best == 0 || distance < best_distance)
        {
            best = candidate;
            best_distance = distance;
            best_count = count;
        }
        if (delta == 0)
            break;
        if (delta < 0)
            low = candidate + 1;
        else
            high = candidate;
    }
    if (best_count > std::numeric_limits<std::int64_t>::max())
        throw UsageError("no network of " + std::to_string(inputs) + " inputs, " + std::to_string(outputs) + " outputs and depth " +
                             std::to_string(depth) + " can be counted",
                         "it has more than 2^63 parameters");
    return {widths_of(shape, best, depth, outputs), static_cast<std::int64_t>(best_count),
            static_cast<double>(best_distance) / static_cast<double>(size)};
}

}  // namespace ghee::mlp
