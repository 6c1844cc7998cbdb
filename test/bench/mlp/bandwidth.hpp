#pragma once

#include <cstddef>

#include <benchmark/benchmark.h>

namespace ghee::mlp::bench {

/// Reads `bytes` again and again.
void read_memory(benchmark::State&, std::size_t bytes);

}  // namespace ghee::mlp::bench
