// Time of one training step (gather, forward, loss, backward, Adam) at batch 256 on one core: ghee's kernels, by instruction set, and
// beside them the same step on the BLAS libraries that were found. The best of some repetitions counts, which others cannot spoil.
//
//   bench_mlp --benchmark_filter='2^14/depth:4' --benchmark_enable_random_interleaving=true
//
// Networks are the study's rectangles: 8 inputs, 1 output, MSE up to 2^11 parameters; beyond, 64 inputs, 10 outputs, softmax.
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <benchmark/benchmark.h>

#include "bandwidth.hpp"
#include "base/random.hpp"
#include "gemm_step.hpp"
#include "mlp/cpu/amx/machine.hpp"
#include "mlp/cpu/cpu.hpp"
#include "mlp/cpu/instruction_sets.hpp"
#include "mlp/networks.hpp"
#include "mlp/topology.hpp"
#include "parts.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

constexpr int batch = 256;
constexpr std::int64_t rows = 16384;
constexpr int repetitions = 5;

struct Cell
{
    std::int64_t size;
    int depth;
    [[nodiscard]] std::string name() const { return "2^" + std::to_string(std::lround(std::log2(size))) + "/depth:" + std::to_string(depth); }
    [[nodiscard]] Network network() const
    {
        bool const small = size <= 2048;
        Topology const topology = find_topology(Shape::rectangle, size, depth, small ? 8 : 64, small ? 1 : 10);
        return test::network(small ? 8 : 64, topology.widths, small ? Loss::mse : Loss::cross_entropy);
    }
};

/// One after another over a shuffled order, as an epoch goes.
class Rows
{
  public:
    explicit Rows(Network const& network) : data_(network, rows, 1), order_(permutation(static_cast<std::uint32_t>(rows), Random(1, 1))) {}
    [[nodiscard]] Samples samples() const { return data_.samples(); }
    std::span<std::uint32_t const> next(std::size_t steps)
    {
        if (at_ + steps * batch > order_.size())
            at_ = 0;
        at_ += steps * batch;
        return std::span<std::uint32_t const>(order_).subspan(at_ - steps * batch, steps * batch);
    }

  private:
    test::Rows data_;
    std::vector<std::uint32_t> order_;
    std::size_t at_ = 0;
};

void rates(benchmark::State& state, Network const& network)
{
    state.counters["parameters"] = static_cast<double>(network.parameters());
    state.counters["flops"] = flops_per_step(network, batch);
}

void ghee_step(benchmark::State& state, cpu::Kernels const& kernels, Network const& network, int threads = 1)
{
    Rows data(network);
    CpuTrainer trainer({.network = network, .optimizer = {}, .precision = kernels.precision, .seed = 1, .batch = batch, .threads = threads}, kernels);
    trainer.load(data.samples(), data.samples());
    // Small networks train for many steps a call, as an epoch does; the time is that of one step.
    std::size_t const steps = network.parameters() <= 32768 ? rows / batch : 1;
    trainer.train(data.next(1));
    while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(steps)))
        benchmark::DoNotOptimize(trainer.train(data.next(steps)));
    rates(state, network);
}

void library_step(benchmark::State& state, bench::Library const& library, Network const& network)
{
    Rows data(network);
    CpuTrainer const start({.network = network, .optimizer = {}, .seed = 1, .batch = batch}, cpu::instruction_sets().front());
    bench::GemmStep trainer(network, start.weights(), batch, library.product);
    trainer.step(data.samples(), data.next(1));
    for (auto _ : state)
        benchmark::DoNotOptimize(trainer.step(data.samples(), data.next(1)));
    rates(state, network);
}

void peak(benchmark::State& state, cpu::Kernels const& kernels)
{
    constexpr std::int64_t rounds = 100'000;
    for (auto _ : state)
        benchmark::DoNotOptimize(kernels.multiply_add(rounds));
    state.counters["flops"] = static_cast<double>(rounds) * kernels.flops_per_round;
}

/// An opponent that computes something else is no opponent.
void check(bench::Library const& library)
{
    for (Cell const cell : {Cell{256, 4}, Cell{16384, 4}})
    {
        Network const network = cell.network();
        Rows data(network);
        CpuTrainer ours({.network = network, .optimizer = {}, .seed = 1, .batch = batch}, cpu::instruction_sets().front());
        ours.load(data.samples(), data.samples());
        bench::GemmStep theirs(network, ours.weights(), batch, library.product);
        for (int i = 0; i < 10; ++i)
        {
            auto const chosen = data.next(1);
            double const a = ours.train(chosen).loss_sum, b = theirs.step(data.samples(), chosen);
            if (!(std::abs(a - b) <= 1e-4 * std::abs(a)))
                throw std::runtime_error(library.name + " trains otherwise: loss " + std::to_string(b) + ", ours " + std::to_string(a));
        }
    }
}

std::vector<Cell> cells()
{
    std::vector<Cell> all;
    for (int const power : {5, 8, 11, 14, 17, 20, 22})
        for (int const depth : {2, 4, 10})
            all.push_back({std::int64_t(1) << power, depth});
    return all;
}

/// For peers in other languages (test/bench/peers).
void print_cells()
{
    char const* comma = "[";
    for (Cell const& cell : cells())
    {
        Network const network = cell.network();
        std::printf("%s{\"name\": \"%s\", \"inputs\": %d, \"loss\": \"%s\", \"parameters\": %lld, \"flops\": %.17g, \"widths\": ", comma,
                    cell.name().c_str(), network.inputs, std::string(name_of(network.loss)).c_str(), static_cast<long long>(network.parameters()),
                    flops_per_step(network, batch));
        char const* between = "[";
        for (int const width : network.widths)
            std::printf("%s%d", std::exchange(between, ", "), width);
        std::printf("]}");
        comma = ",\n ";
    }
    std::printf("]\n");
}

template<class Step>
void add(std::string const& name, Step step)
{
    benchmark::RegisterBenchmark(name.c_str(), step)
        ->Unit(benchmark::kMicrosecond)
        ->Repetitions(repetitions)
        ->MinTime(0.05)
        ->ComputeStatistics("best", [](std::vector<double> const& all) { return *std::min_element(all.begin(), all.end()); })
        ->ReportAggregatesOnly();
}

/// A whole step with all of ghee's kernels and on all libraries. `all_sets`: not only the best of its instruction sets.
void add_steps(std::string const& name, Network const& network, std::vector<bench::Library> const& libraries, bool all_sets)
{
    std::vector<cpu::Kernels> kernels(cpu::instruction_sets().begin(), cpu::instruction_sets().end());
    if (!all_sets)
        kernels.resize(1);
    kernels.insert(kernels.end(), cpu::bf16_kernels().begin(), cpu::bf16_kernels().end());
    for (cpu::Kernels const& each : kernels)
        add(name + "/ghee-" + each.name, [each, network](benchmark::State& state) { ghee_step(state, each, network); });
    for (bench::Library const& library : libraries)
        add(name + "/" + library.name, [&library, network](benchmark::State& state) { library_step(state, library, network); });
}
}  // namespace

int main(int argc, char** argv)
{
    if (argc == 2 && std::string(argv[1]) == "--cells")
        return print_cells(), 0;
    static auto const opponents = bench::libraries();
    for (bench::Library const& library : opponents)
        check(library);
    for (cpu::Kernels const& kernels : cpu::instruction_sets())
        add(std::string("peak/") + kernels.name, [&kernels](benchmark::State& state) { peak(state, kernels); });
    for (Cell const& cell : cells())
        for (int const threads : {1, 2, 4, 8})
            if (threads <= static_cast<int>(std::thread::hardware_concurrency()))
                add("threads/" + cell.name() + "/" + std::to_string(threads),
                    [cell, threads](benchmark::State& state) { ghee_step(state, cpu::instruction_sets().front(), cell.network(), threads); });
    for (auto const& [level, bytes] :
         {std::pair<char const*, std::size_t>{"16KiB", 16U << 10}, {"256KiB", 256U << 10}, {"8MiB", 8U << 20}, {"256MiB", 256U << 20}})
        add(std::string("read/") + level, [bytes = bytes](benchmark::State& state) { bench::read_memory(state, bytes); });
    bench::add_parts([](std::string const& name, auto step) { add(name, step); }, opponents);
    // Four square layers, Adam included: what trainers of fused layers are judged by.
    for (int const width : {64, 96, 128, 192, 256, 384, 512, 704, 1024, 1408})
        add_steps("square/width:" + std::to_string(width), test::network(width, {width, width, width, width}, Loss::mse), opponents, false);
    for (Cell const& cell : cells())
        add_steps("step/" + cell.name(), cell.network(), opponents, true);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
