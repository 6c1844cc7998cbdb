// Each kernel of a step alone, on square layers.
#pragma once

#include <functional>
#include <string>

#include <benchmark/benchmark.h>

namespace ghee::mlp::bench {

using Add = std::function<void(std::string const& name, std::function<void(benchmark::State&)>)>;
void add_parts(Add const&);

}  // namespace ghee::mlp::bench
