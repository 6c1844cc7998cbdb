// gpu_ways: form solo in each way and with each chunk.
//
//   gpu_ways [--replicas 1,132] [--seconds 20] [--each 0.03] [--cells 2^8]
#include "ways.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "json_line.hpp"
#include "mlp/cuda/solo/group.hpp"
#include "mlp/cuda/solo/plan.hpp"
#include "mlp/networks.hpp"
#include "time_group.hpp"
#include "turns.hpp"

namespace ghee::gpu {

namespace {
using namespace ghee::mlp;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

struct Trial
{
    Cell cell;
    Samples samples;
    TrainerSpec spec;
    cuda::SoloPlan plan;
    bool chosen = false;  ///< plan.cpp would take it
};

/// Every chunk that fits, in every way: first the one that would be taken, then those that are reckoned to be quicker before the others.
std::vector<Trial> trials_of(Cell const& cell, Samples samples, int replicas, std::size_t shared_bytes)
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
                all.push_back({cell, samples, spec, cuda::with_way(plan, way),
                               chunk == chosen.chunk && way.together == chosen.together && way.quads == chosen.quads});
    }
    std::ranges::stable_sort(all, {}, [](Trial const& one) { return one.chosen ? 0 : cuda::solo_cycles(one.plan, batch); });
    return all;
}

/// Launches are shorter than those that train: there are hundreds of trials. So a step's time is that of its chunks, whether or not epochs end.
void measure(JsonLine& line, Trial const& trial, std::unique_ptr<cuda::Gpu> gpu, double seconds)
{
    cuda::SoloGroup group(trial.spec, std::move(gpu), cuda::solo_kernels(), trial.samples, alike(trial.spec.replicas, trial.samples.count),
                          endless_lessons(trial.cell), &trial.plan);
    group.warm_up(Seconds(seconds / 4));
    int const chunks = (batch + trial.plan.chunk - 1) / trial.plan.chunk;
    std::vector<double> step_us;
    std::optional<double> loss;
    for (auto const begin = Clock::now(); since(begin) < seconds || !loss;)
    {
        if (group.over())
            throw Error("a group that has no end came to its end", "its losses are no longer finite");
        for (EpochDone const& done : group.go_on(Seconds(seconds / 3)))
            loss = done.trained.loss_sum / static_cast<double>(done.trained.samples);
        step_us.push_back(group.of_a_chunk().count() * chunks * 1e6);
    }
    auto const middle = step_us.begin() + static_cast<std::ptrdiff_t>(step_us.size() / 2);
    std::nth_element(step_us.begin(), middle, step_us.end());
    line.put("step_us", *middle).put("launches", step_us.size()).put("loss", *loss);
}

/// What a network alone becomes in one epoch.
Weights trained(Trial const& trial, std::unique_ptr<cuda::Gpu> gpu)
{
    TrainerSpec spec = trial.spec;
    spec.replicas = 1;
    Lessons lessons = endless_lessons(trial.cell);
    lessons.epochs = 1;
    cuda::SoloGroup group(spec, std::move(gpu), cuda::solo_kernels(), trial.samples, alike(1, trial.samples.count), lessons, &trial.plan);
    while (!group.over())
        group.go_on();
    return group.weights(0);
}

/// Every cell's trials in turn, one of each: if time runs out, it is the least promising ways of all cells that are left out, and not cells.
std::vector<Trial> in_turn(std::vector<std::vector<Trial>> const& of_cells)
{
    std::vector<Trial> all;
    std::size_t most = 0;
    for (auto const& some : of_cells)
        most = std::max(most, some.size());
    for (std::size_t turn = 0; turn < most; ++turn)
        for (auto const& some : of_cells)
            if (turn < some.size())
                all.push_back(some[turn]);
    return all;
}
}  // namespace

int time_ways(CommandLine& options, Place const& place)
{
    auto const replicas = numbers(options.value("--replicas", "1,132"));
    double const seconds = options.number("--seconds", 20), each = options.number("--each", 0.03);
    std::string const wanted = options.value("--cells", "");
    options.finish();
    if (std::string const why = place.absence(); !why.empty())
    {
        std::fprintf(stderr, "gpu_ways: %s\n", why.c_str());
        return 77;
    }
    std::size_t const shared_bytes = place.open()->facts().shared_bytes_a_block;
    Turns turns(seconds);
    std::vector<std::unique_ptr<mlp::test::Rows>> rows;
    std::vector<std::vector<Trial>> trials;
    for (int const power : {8, 5, 11, 12})
        for (int const depth : {2, 4, 10})
        {
            Cell cell = cell_of(power, depth);
            cell.steps = steps_of_small_cells;
            if (cell.name().find(wanted) == std::string::npos)
                continue;
            rows.push_back(std::make_unique<mlp::test::Rows>(cell.network, cell.rows(), 1));
            for (int const count : replicas)
                trials.push_back(trials_of(cell, rows.back()->samples(), count, shared_bytes));
        }
    std::map<std::pair<std::string, int>, Weights> bits;  // of a cell and chunk: every way is to give the same
    for (Trial const& trial : in_turn(trials))
    {
        JsonLine line;
        line.put("kind", "way").put("cell", trial.cell.name()).put("replicas", trial.spec.replicas).put("chunk", trial.plan.chunk);
        line.put("together", trial.plan.together).put("quads", trial.plan.quads).put("places", trial.plan.places);
        line.put("by_thread", trial.plan.by_thread != 0).put("shared_bytes", trial.plan.shared_floats * 4).put("chosen", trial.chosen);
        line.put("reckoned_cycles", cuda::solo_cycles(trial.plan, batch));
        turns.take(line,
                   [&]
                   {
                       measure(line, trial, place.open(), each);
                       Weights const weights = trained(trial, place.open());
                       bool const same = bits.try_emplace({trial.cell.name(), trial.plan.chunk}, weights).first->second == weights;
                       line.put("same_bits", same);
                       if (!same)
                           throw Error("this way gives other bits than those before it", "every way adds in the same order");
                   });
    }
    return turns.exit_code();
}

}  // namespace ghee::gpu
