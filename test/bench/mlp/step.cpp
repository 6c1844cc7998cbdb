// Time of one training step (gather, forward, loss, backward, Adam) at batch 256, by parameters, depth and instruction set.
//
//   bench_mlp --benchmark_filter='v4.*/depth:4'
//
// Networks are the study's rectangles: 8 inputs, 1 output, MSE up to 2^11 parameters; beyond, 64 inputs, 10 outputs, softmax.
#include <string>

#include <benchmark/benchmark.h>

#include "base/random.hpp"
#include "mlp/cpu/cpu.hpp"
#include "mlp/cpu/instruction_sets.hpp"
#include "mlp/networks.hpp"
#include "mlp/topology.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

constexpr int batch = 256;
constexpr std::int64_t rows = 16384;

Network rectangle(std::int64_t size, int depth)
{
    bool const small = size <= 2048;
    Topology const topology = find_topology(Shape::rectangle, size, depth, small ? 8 : 64, small ? 1 : 10);
    return mlp::test::network(small ? 8 : 64, topology.widths, small ? Loss::mse : Loss::cross_entropy);
}

void step(benchmark::State& state, cpu::Kernels const& kernels, std::int64_t size, int depth)
{
    Network const network = rectangle(size, depth);
    mlp::test::Rows const data(network, rows, 1);
    CpuTrainer trainer({.network = network, .optimizer = {}, .seed = 1, .batch = batch}, kernels);
    trainer.load(data.samples(), data.samples());
    auto const order = permutation(static_cast<std::uint32_t>(rows), Random(1, 1));
    // Small networks train for many steps a call, as an epoch does; the time is that of one step.
    std::size_t const steps = size <= 16384 ? order.size() / batch : 1;
    std::span<std::uint32_t const> rest = order;
    trainer.train(rest.first(batch));
    while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(steps)))
    {
        benchmark::DoNotOptimize(trainer.train(rest.first(batch * steps)));
        rest = rest.size() > batch * steps ? rest.subspan(batch * steps) : std::span<std::uint32_t const>(order);
    }
    state.counters["parameters"] = static_cast<double>(network.parameters());
    state.counters["GFLOP/s"] =
        benchmark::Counter(flops_per_step(network, batch) * 1e-9 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
}  // namespace

int main(int argc, char** argv)
{
    for (cpu::Kernels const& kernels : cpu::instruction_sets())
        for (int const power : {5, 8, 11, 14, 17, 20})
            for (int const depth : {2, 4, 10})
            {
                std::string const name = std::string("step/") + kernels.name + "/2^" + std::to_string(power) + "/depth:" + std::to_string(depth);
                benchmark::RegisterBenchmark(name.c_str(), [&kernels, power, depth](benchmark::State& state)
                                             { step(state, kernels, std::int64_t(1) << power, depth); })
                    ->Unit(benchmark::kMicrosecond);
            }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
