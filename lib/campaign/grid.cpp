// Keys times values, less what is excluded.
#include "campaign/grid.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/section.hpp"

namespace ghee::campaign {

namespace {

using config::Value;

/// A key of this grid with its checked values.
struct Axis
{
    std::string name;
    std::vector<Setter> setters;
};

Axis read_axis(std::string const& name, Value const& value)
{
    Axis axis{name, {}};
    GridKey const* const key = find_grid_key(name);
    for (Value const& choice : grid_values(value, key))
    {
        if (key)
            axis.setters.push_back(key->read(choice));
        else
            axis.setters.push_back([name, text = parameter_text(choice)](Configuration& c) { c.parameters[name] = text; });
    }
    return axis;
}

/// In the order of grid_keys(), then the command's own keys by name.
std::vector<Axis> read_axes(Value const& table)
{
    auto const& entries = config::as_table(table);
    std::vector<Axis> axes;
    for (GridKey const& key : grid_keys())
        if (auto const found = entries.find(key.name); found != entries.end())
            axes.push_back(read_axis(found->first, found->second));
    for (auto const& [name, value] : entries)
        if (!find_grid_key(name))
            axes.push_back(read_axis(name, value));
    return axes;
}

std::vector<Workload const*> named_workloads(Value const& table, std::map<std::string, Workload> const& workloads)
{
    auto const& entries = config::as_table(table);
    auto const found = entries.find("workload");
    if (found == entries.end())
        return {};
    std::vector<std::string_view> names;
    for (auto const& [name, workload] : workloads)
        names.push_back(name);
    std::vector<Workload const*> named;
    for (Value const& choice : config::as_choices(found->second))
    {
        std::string const& name = config::as_text(choice);
        auto const workload = workloads.find(name);
        if (workload == workloads.end())
            refuse(choice, "'" + name + "' is not a workload",
                   names.empty() ? "the file has no [workload." + name + "]" : "known: " + config::joined(names), config::did_you_mean(name, names));
        named.push_back(&workload->second);
    }
    return named;
}

void require_words(Value const& table, std::vector<Workload const*> const& workloads)
{
    auto const& entries = config::as_table(table);
    for (Workload const* const workload : workloads)
        for (std::string const& word : workload->words)
            if (!entries.contains(word))
                throw UsageError(workload->place + ": {" + word + "} has no value", "the grid at " + table.place + " does not give '" + word + "'",
                                 "add it to the grid, or write {{" + word + "}} for the plain text");
}

/// momentum beside optimizers that have none would be dropped in silence.
void refuse_useless_momentum(Value const& table)
{
    auto const& entries = config::as_table(table);
    auto const momentum = entries.find("momentum");
    if (momentum == entries.end())
        return;
    bool const used =
        std::any_of(entries.begin(), entries.end(),
                    [](auto const& entry)
                    {
                        if (entry.first != "optimizer")
                            return false;
                        auto const words = config::as_texts(entry.second);
                        return std::any_of(words.begin(), words.end(), [](auto const& word) { return word == "sgd" || word == "momentum"; });
                    });
    for (Value const& choice : config::as_choices(momentum->second))
        if (!used && config::as_number(choice) != 0.0)
            refuse(choice, "'" + momentum->second.path + "' has no use here", "only sgd and momentum have it", "add optimizer = \"sgd\"");
}

bool matches(Configuration const& configuration, Exclusion const& exclusion)
{
    return !exclusion.keys.empty() &&
           std::all_of(exclusion.keys.begin(), exclusion.keys.end(),
                       [&](auto const& entry)
                       {
                           auto const& [name, texts] = entry;
                           std::string text;
                           if (GridKey const* const key = find_grid_key(name))
                               text = key->text(configuration);
                           else if (auto const found = configuration.parameters.find(name); found != configuration.parameters.end())
                               text = found->second;
                           else
                               return false;
                           return std::find(texts.begin(), texts.end(), text) != texts.end();
                       });
}

void fill(Configuration& configuration, Workload const& workload)
{
    std::map<std::string, std::string> values = configuration.parameters;
    for (GridKey const& key : grid_keys())
        values.emplace(key.name, key.text(configuration));
    configuration.command = fill_command(workload.command, values);
    // A key of another workload of the same grid is not this one's.
    std::erase_if(configuration.parameters, [&](auto const& entry) { return !workload.words.contains(entry.first); });
}

}  // namespace

void settle(Optimizer& optimizer, bool momentum_given)
{
    Optimizer const untouched;
    using enum OptimizerKind;
    if (optimizer.kind == momentum && !momentum_given)
        optimizer.momentum = 0.9;
    if (optimizer.kind == sgd || optimizer.kind == momentum)
        optimizer.kind = optimizer.momentum > 0 ? momentum : sgd;
    else
        optimizer.momentum = untouched.momentum;

    bool const adaptive = optimizer.kind == adam || optimizer.kind == adamw;
    if (!adaptive)
    {
        optimizer.beta1 = untouched.beta1;
        optimizer.beta2 = untouched.beta2;
        optimizer.epsilon_form = untouched.epsilon_form;
    }
    if (optimizer.kind != rmsprop)
        optimizer.rho = untouched.rho;
    if (optimizer.kind != adamw)
        optimizer.weight_decay = untouched.weight_decay;
    if (!adaptive && optimizer.kind != rmsprop)
        optimizer.epsilon = untouched.epsilon;
}

void refuse_unknown_grid_keys(Value const& table, std::vector<Workload const*> const& workloads, std::vector<std::string_view> const& further)
{
    auto known = grid_key_names();
    known.insert(known.end(), further.begin(), further.end());
    std::set<std::string> words;
    for (Workload const* const workload : workloads)
        words.insert(workload->words.begin(), workload->words.end());
    std::vector<std::string> const more(words.begin(), words.end());
    config::refuse_unknown_keys(table, known, more);
}

std::vector<GridCell> expand_grid(Value const& table, Configuration const& base, std::map<std::string, Workload> const& workloads,
                                  std::vector<Exclusion> const& exclusions)
{
    auto const& entries = config::as_table(table);
    auto const named = named_workloads(table, workloads);
    refuse_unknown_grid_keys(table, named);
    require_words(table, named);
    if (named.empty())
    {
        for (char const* const key : {"dataset", "size"})
            if (!entries.contains(key))
                refuse(table, std::string("the grid has no '") + key + "'", "the built-in trainer needs it",
                       "add it, or name a [workload.NAME] by the key 'workload'");
    }

    auto const axes = read_axes(table);
    if (named.empty())
        refuse_useless_momentum(table);
    std::size_t count = 1;
    for (Axis const& axis : axes)
    {
        count *= axis.setters.size();
        if (count > most_cells)
            refuse(table, fmt::format("the grid has more than {} cells", most_cells), "its keys are multiplied with each other");
    }

    // A command's cell knows nothing of [training].
    std::vector<GridCell> cells{{named.empty() ? base : Configuration{}, false}};
    for (Axis const& axis : axes)
    {
        std::vector<GridCell> longer;
        longer.reserve(cells.size() * axis.setters.size());
        for (GridCell const& cell : cells)
            for (Setter const& set : axis.setters)
                set(longer.emplace_back(cell).configuration);
        cells = std::move(longer);
    }

    bool const momentum_given = entries.contains("momentum");
    for (GridCell& cell : cells)
    {
        Configuration& configuration = cell.configuration;
        auto const is_excluded = [&]
        { return std::any_of(exclusions.begin(), exclusions.end(), [&](Exclusion const& e) { return matches(configuration, e); }); };
        // As it is written and as it is meant: "sgd" with momentum answers to both names.
        cell.excluded = is_excluded();
        if (configuration.workload.empty())
        {
            settle(configuration.optimizer, momentum_given);
            cell.excluded = cell.excluded || is_excluded();
        }
        else
            fill(configuration, workloads.at(configuration.workload));
    }
    return cells;
}

}  // namespace ghee::campaign
