// Cells with their topology; what cannot be is refused with its reason.
#include <cmath>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "campaign/plan.hpp"
#include "data/dataset.hpp"
#include "mlp/spec.hpp"
#include "mlp/topology.hpp"

namespace ghee::campaign {

namespace {

std::int64_t test_rows(Configuration const& configuration, std::int64_t rows)
{
    return static_cast<std::int64_t>(std::ceil(configuration.test_fraction * static_cast<double>(rows)));
}

void fill_topology(Cell& cell, data::DatasetFacts const& facts)
{
    Configuration const& wanted = cell.configuration;
    cell.inputs = facts.inputs;
    cell.outputs = facts.outputs;
    cell.rows = facts.rows;
    auto topology = mlp::find_topology(wanted.shape, wanted.size, wanted.depth, facts.inputs, facts.outputs);
    cell.widths = std::move(topology.widths);
    cell.parameters = topology.parameters;
    cell.size_error = topology.size_error;

    Network network;
    network.inputs = cell.inputs;
    network.widths = cell.widths;
    cell.flops_per_step = mlp::flops_per_step(network, wanted.batch);
    auto const sets = mlp::working_sets(network, wanted.optimizer, wanted.batch, cell.rows);
    cell.layer = Bytes(sets.layer);
    cell.forward = Bytes(sets.forward);
    cell.backward = Bytes(sets.backward);
    cell.epoch = Bytes(sets.epoch);
}

/// Every worker would refuse it, run after run.
std::string target_refusal(Cell const& cell, data::DatasetFacts const& facts)
{
    if (cell.configuration.stop.target_accuracy && facts.task == data::TaskKind::regression)
        return "target_accuracy has no meaning: the task is regression";
    return {};
}

std::string topology_refusal(Cell const& cell, double max_size_error)
{
    if (cell.size_error > max_size_error)
        return fmt::format("size error {:.3g} exceeds {:.3g}: the nearest network has {} parameters", cell.size_error, max_size_error,
                           cell.parameters);
    if (test_rows(cell.configuration, cell.rows) >= cell.rows)
        return fmt::format("test_fraction {:.3g} leaves none of {} rows to train on", cell.configuration.test_fraction, cell.rows);
    return {};
}

/// What the trainer of any node would refuse, run after run.
std::string training_refusal(Configuration const& wanted)
{
    if (wanted.replicas > 1 && wanted.epochs > most_epochs_of_a_group / wanted.replicas)
        return fmt::format("{} replicas times {} epochs are more than 2^22: each epoch of each is reported", wanted.replicas, wanted.epochs);
    return mlp::no_choice_of_forms(wanted.form, wanted.backend, wanted.device);
}

}  // namespace

std::vector<Cell> expand(Campaign const& campaign)
{
    std::vector<Cell> cells;
    cells.reserve(campaign.cells.size());
    std::unordered_map<std::string, std::size_t> seen;
    std::map<std::pair<std::string, std::string>, data::DatasetFacts> facts;
    for (std::size_t i = 0; i < campaign.cells.size(); ++i)
    {
        Configuration const& configuration = campaign.cells[i];
        std::string const refusal = i < campaign.refusals.size() ? campaign.refusals[i] : std::string();
        std::string id = config_id(configuration);
        if (auto const [twin, is_new] = seen.emplace(id, cells.size()); !is_new)
        {
            if (cells[twin->second].reason.empty())
                cells[twin->second].reason = refusal;
            continue;
        }
        Cell& cell = cells.emplace_back();
        cell.config_id = std::move(id);
        cell.configuration = configuration;
        cell.reason = refusal;
        if (!configuration.workload.empty())
            continue;
        std::pair const source{configuration.dataset, configuration.task};
        auto found = facts.find(source);
        if (found == facts.end())
            found = facts.emplace(source, data::facts_of(source.first, source.second)).first;
        fill_topology(cell, found->second);
        if (cell.reason.empty())
            cell.reason = topology_refusal(cell, campaign.max_size_error);
        if (cell.reason.empty())
            cell.reason = target_refusal(cell, found->second);
        if (cell.reason.empty())
            cell.reason = training_refusal(configuration);
    }
    return cells;
}

}  // namespace ghee::campaign
