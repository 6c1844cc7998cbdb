// Bytes a second that one core reads from each level of memory: the slopes of the roofline.
#include "bandwidth.hpp"

#include <vector>

namespace ghee::mlp::bench {

void read_memory(benchmark::State& state, std::size_t bytes)
{
    std::vector<float> const memory(bytes / sizeof(float), 1.0F);
    constexpr std::size_t chains = 128;  // independent sums: vectors of any width, and enough of them
    for (auto _ : state)
    {
        float sums[chains] = {};
        for (std::size_t i = 0; i + chains <= memory.size(); i += chains)
            for (std::size_t c = 0; c < chains; ++c)
                sums[c] += memory[i + c];
        float total = 0;
        for (float const sum : sums)
            total += sum;
        benchmark::DoNotOptimize(total);
    }
    state.counters["bytes"] = static_cast<double>(memory.size() * sizeof(float));
}

}  // namespace ghee::mlp::bench
