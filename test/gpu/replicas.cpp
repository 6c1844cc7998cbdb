// gpu_replicas: steps a second of many small networks at once, against the same networks one at a time and against one core of this machine.
//
//   gpu_replicas [--groups cuda/solo] [--singles cuda/layers,cpu] [--replicas 132,264,528] [--seconds 30] [--each 0.15] [--cells 2^8]
//
// A line of JSON a cell, contender and number of replicas. The first number of replicas is tried on every cell, the others on those that are
// well within. Singles train one network after another: so many replicas of them take so many times as long.
#include <algorithm>
#include <chrono>

#include "base/random.hpp"
#include "cells.hpp"
#include "json_line.hpp"
#include "mlp/networks.hpp"
#include "subjects.hpp"
#include "time_group.hpp"
#include "turns.hpp"

namespace ghee::gpu {

namespace {
using Clock = std::chrono::steady_clock;

constexpr int well_within = 11;  ///< powers of two for which more than one number of replicas is tried: 5, 8 and this

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// A network alone, the median epoch.
void measure_single(JsonLine& line, Subject const& subject, Cell const& cell, mlp::Samples samples, double seconds)
{
    auto const trainer = subject.backend->make(group_spec(subject, cell, 1));
    trainer->load(samples, samples);
    std::vector<double> took;
    auto const begin = Clock::now();
    for (std::int64_t epoch = 1; epoch <= 4 || since(begin) < seconds; ++epoch)
    {
        std::vector<std::uint32_t> order;
        if (!trainer->draws_order())
            order = permutation(static_cast<std::uint32_t>(cell.rows()), Random(1, static_cast<std::uint64_t>(epoch)));
        auto const start = Clock::now();
        trainer->draws_order() ? trainer->train_epoch(1, epoch) : trainer->train(order);
        if (epoch > 1)
            took.push_back(since(start));
    }
    std::nth_element(took.begin(), took.begin() + static_cast<std::ptrdiff_t>(took.size() / 2), took.end());
    line.put("steps_per_s", cell.steps / took[took.size() / 2]).put("epochs", took.size()).put("form", trainer->form());
}

void measure_group(JsonLine& line, Subject const& subject, Cell const& cell, mlp::Samples samples, int replicas, double seconds)
{
    auto const begin = Clock::now();
    auto const group = endless_group(subject, cell, samples, replicas);
    if (group == nullptr)
    {
        line.put("refused", "it has no groups of this network");
        return;
    }
    group->warm_up(Seconds(0.02));
    group->go_on();
    double const set_up = since(begin);
    GroupTimes const took = time_group(*group, seconds);
    line.put("steps_per_s", static_cast<double>(took.steps) / took.seconds).put("longest_go_on_s", took.longest_go_on).put("epochs", took.epochs);
    line.put("mean_go_on_s", took.seconds / static_cast<double>(took.launches))
        .put("set_up_s", set_up)
        .put("loss", took.loss)
        .put("memory_bytes", group->memory_bytes())
        .put("form", group->form());
}

struct Turn
{
    Subject subject;
    int replicas = 1;
    bool group = false;
};

/// What a cell is timed with, one after another.
std::vector<Turn> turns_of(Cell const& cell, std::vector<Subject> const& singles, std::vector<Subject> const& groups,
                           std::vector<int> const& replicas)
{
    std::vector<Turn> all;
    for (Subject const& one : singles)
        all.push_back({one});
    for (Subject const& one : groups)
    {
        all.push_back({one, 1, true});
        for (std::size_t i = 0; i < replicas.size(); ++i)
            if (i == 0 || cell.power == 5 || cell.power == 8 || cell.power == well_within)
                all.push_back({one, replicas[i], true});
    }
    return all;
}

int measure_all(CommandLine& options)
{
    auto const groups = subjects(options.value("--groups", "cuda/solo"), "fp32");
    auto const singles = subjects(options.value("--singles", "cuda/layers,cpu"), "fp32");
    auto const replicas = numbers(options.value("--replicas", "132,264,528"));
    double const seconds = options.number("--seconds", 30), each = options.number("--each", 0.15);
    std::string const wanted = options.value("--cells", "");
    options.finish();

    Turns turns(seconds);
    for (Cell const& cell : small_cells())
    {
        if (cell.name().find(wanted) == std::string::npos)
            continue;
        JsonLine()
            .put("kind", "small_cell")
            .put("name", cell.name())
            .put("power", cell.power)
            .put("depth", cell.depth)
            .put("parameters", cell.network.parameters())
            .print();
        mlp::test::Rows const rows(cell.network, cell.rows(), 1);
        for (Turn const& turn : turns_of(cell, singles, groups, replicas))
        {
            JsonLine line;
            line.put("kind", "replicas").put("cell", cell.name()).put("contender", turn.subject.name()).put("replicas", turn.replicas);
            // A refusal takes no time, and tells how far the sizes go.
            if (std::string const why = turn.subject.backend->refuses(group_spec(turn.subject, cell, turn.replicas)); !why.empty())
                line.put("refused", why).print();
            else
                turns.take(line,
                           [&]
                           {
                               if (turn.group)
                                   measure_group(line, turn.subject, cell, rows.samples(), turn.replicas, each);
                               else
                                   measure_single(line, turn.subject, cell, rows.samples(), each / 3);
                           });
        }
    }
    return turns.exit_code();
}
}  // namespace

}  // namespace ghee::gpu

int main(int argc, char** argv) { return ghee::gpu::guarded("gpu_replicas", ghee::gpu::measure_all, argc, argv); }
