// gpu_bench: time of one training step (gather, forward, loss, backward, Adam) at batch 256, over whole epochs, by wall clock.
//
//   gpu_bench [--backends cuda/layers,cuda/solo,cudnn] [--precisions fp32,tf32x3,tf32,bf16] [--seconds 90] [--each 0.15] [--cells 2^14]
//   gpu_bench --list      the cells, for peers in other languages
//
// A line of JSON a cell and subject: the median epoch counts. Subjects of one cell follow each other, so that ratios are of one moment. What
// trains many epochs in a launch (form solo) is timed so, as a group of one: the mean over whole launches counts.
#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
#include "cells.hpp"
#include "json_line.hpp"
#include "mlp/networks.hpp"
#include "mlp/topology.hpp"
#include "subjects.hpp"
#include "time_group.hpp"
#include "turns.hpp"

namespace ghee::gpu {

namespace {
using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

void describe(Cell const& cell)
{
    JsonLine line;
    line.put("kind", "cell").put("name", cell.name()).put("power", cell.power).put("depth", cell.depth).put("inputs", cell.network.inputs);
    line.put("loss", name_of(cell.network.loss)).put("parameters", cell.network.parameters()).put("steps", cell.steps).put("batch", batch);
    line.put("flops", mlp::flops_per_step(cell.network, batch)).list("widths", cell.network.widths).print();
}

/// An epoch after another in a new order each; microseconds a step.
std::vector<double> times(mlp::Trainer& trainer, Cell const& cell, double seconds, double& loss)
{
    constexpr int fewest = 5, most = 2000, warm_up = 2;
    std::vector<double> all;
    mlp::Pass pass;
    bool const draws = trainer.draws_order();
    for (std::int64_t epoch = 1; static_cast<int>(all.size()) < most; ++epoch)
    {
        std::vector<std::uint32_t> order;
        if (!draws)
            order = permutation(static_cast<std::uint32_t>(cell.rows()), Random(1, static_cast<std::uint64_t>(epoch)));
        auto const start = Clock::now();
        pass = draws ? trainer.train_epoch(1, epoch) : trainer.train(order);
        double const took = since(start);
        if (epoch <= warm_up)
            continue;
        all.push_back(took / cell.steps * 1e6);
        seconds -= took;
        if (seconds <= 0 && static_cast<int>(all.size()) >= fewest)
            break;
    }
    loss = pass.loss_sum / static_cast<double>(pass.samples);
    return all;
}

/// Adds to a line what came of it.
void measure_trainer(JsonLine& line, Subject const& subject, Cell const& cell, mlp::Samples samples, double seconds)
{
    auto const begin = Clock::now();
    auto const trainer = subject.backend->make(subject.ask({.network = cell.network, .optimizer = {}, .seed = 1, .batch = batch}));
    trainer->load(samples, samples);
    double const set_up = since(begin);
    double loss = 0;
    auto all = times(*trainer, cell, seconds, loss);
    std::sort(all.begin(), all.end());
    line.put("median_us", all[all.size() / 2]).put("best_us", all.front()).put("worst_us", all.back()).put("epochs", all.size());
    line.put("steps", cell.steps).put("loss", loss).put("memory_bytes", trainer->memory_bytes()).put("set_up_s", set_up);
    line.put("form", trainer->form());
}

/// The same of a group of one; false: there is none.
bool measure_group(JsonLine& line, Subject const& subject, Cell const& cell, mlp::Samples samples, double seconds)
{
    auto const begin = Clock::now();
    auto const group = endless_group(subject, cell, samples, 1);
    if (group == nullptr)
        return false;
    group->warm_up(Seconds(0.02));
    group->go_on();
    double const set_up = since(begin);
    GroupTimes const took = time_group(*group, seconds);
    auto const [best, worst] = std::minmax_element(took.step_us.begin(), took.step_us.end());
    line.put("median_us", took.seconds / static_cast<double>(took.steps) * 1e6).put("best_us", *best).put("worst_us", *worst);
    line.put("epochs", took.epochs).put("launches", took.launches).put("longest_go_on_s", took.longest_go_on).put("steps", cell.steps);
    line.put("loss", took.loss).put("memory_bytes", group->memory_bytes()).put("set_up_s", set_up).put("form", group->form());
    return true;
}

void measure(JsonLine& line, Subject const& subject, Cell const& cell, mlp::Samples samples, double seconds)
{
    if (std::string const why = subject.backend->refuses(group_spec(subject, cell, 1)); !why.empty())
        line.put("refused", why);
    else if (subject.form != Form::solo || !measure_group(line, subject, cell, samples, seconds))
        measure_trainer(line, subject, cell, samples, seconds);
}

/// Which form the backends would take, by their own word.
void tell_crossovers(std::vector<Subject> const& contenders)
{
    std::vector<mlp::Backend const*> asked;
    for (Subject const& one : contenders)
    {
        mlp::Backend const* const backend = one.backend;
        if (backend->crossovers == nullptr || !backend->absence().empty() || std::find(asked.begin(), asked.end(), backend) != asked.end())
            continue;
        asked.push_back(backend);
        mlp::Crossovers const told = backend->crossovers();
        std::string list;
        for (mlp::Crossover const& at : told.list)
        {
            JsonLine entry;
            entry.put("depth", at.depth).put("replicas", at.replicas).put("parameters", at.parameters);
            entry.put("below", name_of(at.below)).put("above", name_of(at.above));
            list += (list.empty() ? "" : ", ") + entry.text();
        }
        JsonLine line;
        line.put("kind", "crossovers").put("backend", backend->name).raw("list", "[" + list + "]");
        line.put("conditions", told.conditions).put("origin", told.origin).print();
    }
}

int bench(CommandLine& options)
{
    bool const list = options.flag("--list");
    auto const contenders =
        subjects(options.value("--backends", "cuda/layers,cuda/solo,cudnn"), options.value("--precisions", "fp32,tf32x3,tf32,bf16"));
    double const seconds = options.number("--seconds", 90);
    double const each = options.number("--each", 0.15);
    std::string const wanted = options.value("--cells", "");
    options.finish();

    std::vector<Cell> chosen;
    for (Cell& cell : cells())
        if (cell.name().find(wanted) != std::string::npos)
            chosen.push_back(std::move(cell));
    if (chosen.empty())
        throw UsageError("no cell has a name with '" + wanted + "'", {}, "they are 2^5/depth:2 to 2^25/depth:10");
    for (Cell const& cell : chosen)
        describe(cell);
    if (list)
        return 0;
    tell_crossovers(contenders);

    Turns turns(seconds);
    std::unique_ptr<mlp::test::Rows> rows;
    mlp::Samples samples;
    for (Cell const& cell : chosen)
    {
        if (rows == nullptr || samples.count != cell.rows() || samples.features != cell.network.inputs)
        {
            rows = std::make_unique<mlp::test::Rows>(cell.network, cell.rows(), 1);
            samples = rows->samples();
        }
        for (Subject const& contender : contenders)
        {
            JsonLine line;
            line.put("kind", "step").put("cell", cell.name()).put("contender", contender.name());
            turns.take(line, [&] { measure(line, contender, cell, samples, each); });
        }
    }
    return turns.exit_code();
}
}  // namespace

}  // namespace ghee::gpu

int main(int argc, char** argv) { return ghee::gpu::guarded("gpu_bench", ghee::gpu::bench, argc, argv); }
