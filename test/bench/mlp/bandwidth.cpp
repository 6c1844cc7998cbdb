// Bytes a second that one core reads from each level of memory: the slopes of the roofline.
#include "bandwidth.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace ghee::mlp::bench {

void read_memory(benchmark::State& state, std::size_t bytes)
{
    typedef float Line __attribute__((vector_size(64), may_alias));
    constexpr std::size_t chains = 8;  // enough sums under way to wait for loads only
    // Whole cache lines: a vector across two of them costs two loads.
    std::size_t const lines = bytes / sizeof(Line);
    std::size_t const passes = std::max<std::size_t>(1, (std::size_t{1} << 20) / bytes);  // what is near is read often, that its start costs nothing
    std::unique_ptr<void, decltype(&std::free)> const memory(std::aligned_alloc(sizeof(Line), bytes), std::free);
    Line* const line = static_cast<Line*>(memory.get());
    std::fill_n(line, lines, Line{} + 1.0F);
    for (auto _ : state)
    {
        Line sums[chains] = {};
        for (std::size_t pass = 0; pass < passes; ++pass)
            for (std::size_t i = 0; i + chains <= lines; i += chains)
#pragma GCC unroll 8
                for (std::size_t c = 0; c < chains; ++c)
                    sums[c] += line[i + c];
        // A sum whose address somebody took would be stored each time.
        Line total{};
        for (Line const& sum : sums)
            total += sum;
        benchmark::DoNotOptimize(total);
    }
    state.counters["bytes"] = static_cast<double>(passes * lines * sizeof(Line));
}

}  // namespace ghee::mlp::bench
