// Each kernel of a step alone, on square layers, and the products among them on the BLAS libraries.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "gemm_step.hpp"

namespace ghee::mlp::bench {

using Add = std::function<void(std::string const& name, std::function<void(benchmark::State&)>)>;
/// `libraries` outlive the benchmarks.
void add_parts(Add const&, std::vector<Library> const& libraries);

}  // namespace ghee::mlp::bench
