// gpu_ways: form solo in each way and with each chunk.
//
//   gpu_ways [--replicas 1,132] [--seconds 20] [--each 0.04] [--cells 2^8]
#include "ways.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "json_line.hpp"
#include "mlp/cuda/solo/group.hpp"
#include "mlp/cuda/solo/plan.hpp"
#include "mlp/networks.hpp"
#include "time_group.hpp"

namespace ghee::gpu {

namespace {
using namespace ghee::mlp;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

struct Trial
{
    Cell cell;
    TrainerSpec spec;
    cuda::SoloPlan plan;
    bool chosen = false;  ///< plan.cpp would take it
};

/// Every chunk that fits, in every way; the one that would be taken first.
std::vector<Trial> trials_of(Cell const& cell, int replicas, std::size_t shared_bytes)
{
    TrainerSpec spec{.network = cell.network, .optimizer = {}, .seed = 1, .batch = batch};
    spec.replicas = replicas;
    cuda::SoloPlan const chosen = cuda::plan_solo(spec, shared_bytes);
    std::vector<Trial> all;
    for (int const chunk : {256, 128, 64, 32})
    {
        cuda::SoloPlan const plan = cuda::plan_in_chunks(spec, shared_bytes, chunk);
        for (cuda::SoloWay const& way : cuda::solo_ways)
            if (plan.chunk > 0 && plan.chunk / way.together >= 8)
                all.push_back(
                    {cell, spec, cuda::with_way(plan, way), chunk == chosen.chunk && way.together == chosen.together && way.quads == chosen.quads});
    }
    // The one that counts goes first.
    std::ranges::stable_partition(all, [](Trial const& one) { return one.chosen; });
    return all;
}

void measure(JsonLine& line, Trial const& trial, std::unique_ptr<cuda::Gpu> gpu, Samples samples, double seconds)
{
    cuda::SoloGroup group(trial.spec, std::move(gpu), cuda::solo_kernels(), samples, alike(trial.spec.replicas, samples.count),
                          endless_lessons(trial.cell), &trial.plan);
    group.warm_up(Seconds(seconds / 4));
    group.go_on();
    GroupTimes times = time_group(group, seconds);
    auto const middle = times.step_us.begin() + static_cast<std::ptrdiff_t>(times.step_us.size() / 2);
    std::nth_element(times.step_us.begin(), middle, times.step_us.end());
    // Of the group's steps; every replica takes one in as many.
    line.put("step_us", *middle * trial.spec.replicas).put("launches", times.launches).put("loss", times.loss);
}
}  // namespace

int time_ways(CommandLine& options, Place const& place)
{
    auto const replicas = numbers(options.value("--replicas", "1,132"));
    double const seconds = options.number("--seconds", 20), each = options.number("--each", 0.04);
    std::string const wanted = options.value("--cells", "");
    options.finish();
    if (std::string const why = place.absence(); !why.empty())
    {
        std::fprintf(stderr, "gpu_ways: %s\n", why.c_str());
        return 77;
    }
    std::size_t const shared_bytes = place.open()->facts().shared_bytes_a_block;
    auto const begin = Clock::now();
    bool all_ran = true;
    for (int const power : {8, 5, 11, 12})
        for (int const depth : {2, 4, 10})
        {
            Cell const cell = cell_of(power, depth);
            if (cell.name().find(wanted) == std::string::npos)
                continue;
            mlp::test::Rows const rows(cell.network, cell.rows(), 1);
            for (int const count : replicas)
                for (Trial const& trial : trials_of(cell, count, shared_bytes))
                {
                    JsonLine line;
                    line.put("kind", "way").put("cell", cell.name()).put("replicas", count).put("chunk", trial.plan.chunk);
                    line.put("together", trial.plan.together).put("quads", trial.plan.quads).put("places", trial.plan.places);
                    line.put("shared_bytes", trial.plan.shared_floats * 4).put("chosen", trial.chosen);
                    line.put("reckoned_cycles", cuda::solo_cycles(trial.plan, batch));
                    if (since(begin) < seconds)
                        measure(line, trial, place.open(), rows.samples(), each);
                    else
                    {
                        all_ran = false;
                        line.put("not_run", "out of time");
                    }
                    line.print();
                }
        }
    return all_ran ? 0 : 3;
}

}  // namespace ghee::gpu
