// campaign.toml, section by section.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "campaign/grid.hpp"
#include "campaign/plan.hpp"
#include "config/document.hpp"
#include "config/section.hpp"
#include "data/dataset.hpp"
#include "power/source.hpp"

template<>
struct ghee::Names<ghee::campaign::Order>
{
    static constexpr std::string_view what = "an order";
    static constexpr std::array<std::string_view, 3> names{"shuffled", "listed", "longest-first"};
};

namespace ghee::campaign {

namespace {

using config::above;
using config::at_least;
using config::between;
using config::Section;
using config::Value;

constexpr std::array<std::string_view, 8> sections{"campaign", "grid", "exclude", "training", "measure", "power", "run", "workload"};
constexpr std::array<std::string_view, 4> campaign_keys{"name", "seed", "repeats", "order"};
constexpr std::array<std::string_view, 13> training_keys{"test_fraction", "evaluate_every", "target_loss",  "target_accuracy", "patience",
                                                         "init",          "adam_epsilon",   "epsilon_form", "beta1",           "beta2",
                                                         "rho",           "weight_decay",   "task"};
constexpr std::array<std::string_view, 5> measure_keys{"idle_before_s", "idle_after_s", "min_window_s", "target_uncertainty", "phases"};
constexpr std::array<std::string_view, 3> power_keys{"meters", "period_ms", "primary"};
constexpr std::array<std::string_view, 3> run_keys{"deadline_s", "attempts", "memory_limit_gb"};
constexpr std::string_view size_error_key = "max_size_error";

constexpr config::Bounds inside_0_1{.least = 0, .most = 1, .least_open = true, .most_open = true};
constexpr config::Bounds from_0_below_1{.least = 0, .most = 1, .most_open = true};
constexpr double longest_wait_s = 1e6;
constexpr double most_runs = 5e6;

Section section_of(Value const& root, std::string_view name, std::span<std::string_view const> keys)
{
    auto const& entries = config::as_table(root);
    auto const found = entries.find(name);
    return found == entries.end() ? Section(keys) : Section(found->second, keys);
}

/// A table, or a list of tables ([[name]]); none where the file has none.
std::vector<Value const*> tables_of(Value const& root, std::string_view name)
{
    auto const& entries = config::as_table(root);
    auto const found = entries.find(name);
    if (found == entries.end())
        return {};
    if (auto const* list = std::get_if<config::List>(&found->second.content))
    {
        std::vector<Value const*> tables;
        for (Value const& element : *list)
        {
            config::as_table(element);
            tables.push_back(&element);
        }
        return tables;
    }
    config::as_table(found->second);
    return {&found->second};
}

template<class Enum>
Enum word(Section const& section, std::string_view key, Enum fallback)
{
    Value const* const value = section.find(key);
    return value ? as_word<Enum>(*value) : fallback;
}

void read_campaign_section(Section const& section, Campaign& campaign)
{
    campaign.name = section.text("name", campaign.path.stem().string());
    if (campaign.name.empty())
        refuse(*section.find("name"), "'campaign.name' is empty", {}, "leave it out for the file's own name");
    campaign.seed = static_cast<std::uint64_t>(section.integer("seed", 0, at_least(0)));
    campaign.repeats = static_cast<int>(section.integer("repeats", 1, between(1, 100'000)));
    campaign.order = word(section, "order", Order::shuffled);
}

void read_task(Section const& section, Configuration& base)
{
    Value const* const value = section.find("task");
    if (!value)
        return;
    std::string const& text = config::as_text(*value);
    if (text != "auto")
        as_word<data::TaskKind>(*value);
    base.task = text;
}

Configuration read_training(Section const& section)
{
    Configuration base;
    base.test_fraction = section.number("test_fraction", base.test_fraction, inside_0_1);
    base.evaluate_every = static_cast<int>(section.integer("evaluate_every", base.evaluate_every, between(1, 1e9)));
    if (section.find("target_loss"))
        base.stop.target_loss = section.number("target_loss", 0, {});
    if (section.find("target_accuracy"))
        base.stop.target_accuracy = section.number("target_accuracy", 0, {.least = 0, .most = 1, .least_open = true});
    base.stop.patience = static_cast<int>(section.integer("patience", base.stop.patience, between(0, 1e9)));
    base.initializer = word(section, "init", base.initializer);

    Optimizer& optimizer = base.optimizer;
    optimizer.epsilon_form = word(section, "epsilon_form", optimizer.epsilon_form);
    optimizer.epsilon = section.number("adam_epsilon", optimizer.epsilon_form == EpsilonForm::keras ? 1e-7 : 1e-8, above(0));
    optimizer.beta1 = section.number("beta1", optimizer.beta1, from_0_below_1);
    optimizer.beta2 = section.number("beta2", optimizer.beta2, from_0_below_1);
    optimizer.rho = section.number("rho", optimizer.rho, from_0_below_1);
    optimizer.weight_decay = section.number("weight_decay", optimizer.weight_decay, at_least(0));
    read_task(section, base);
    return base;
}

void read_measure(Section const& section, MeasureSettings& measure)
{
    measure.idle_before = Seconds(section.number("idle_before_s", measure.idle_before.count(), between(0, longest_wait_s)));
    measure.idle_after = Seconds(section.number("idle_after_s", measure.idle_after.count(), between(0, longest_wait_s)));
    measure.min_window = Seconds(section.number("min_window_s", measure.min_window.count(), between(0, longest_wait_s)));
    measure.target_uncertainty = section.number("target_uncertainty", measure.target_uncertainty, from_0_below_1);
    measure.phases = section.flag("phases", measure.phases);
}

void read_power(Section const& section, PowerSettings& settings)
{
    settings.meters = section.texts("meters", settings.meters);
    if (std::any_of(settings.meters.begin(), settings.meters.end(), [](auto const& meter) { return meter.empty(); }))
        refuse(*section.find("meters"), "'power.meters' has an empty name", {}, "write \"auto\" for all that are here");
    for (std::string const& meter : settings.meters)
        if (!power::is_meter(meter))
            refuse(*section.find("meters"), "no meter '" + meter + "'", "known: " + power::meter_names());
    settings.period =
        Seconds(section.number("period_ms", settings.period.count() * 1e3, between(power::shortest_period_ms, power::longest_period_ms)) / 1e3);
    settings.primary = section.text("primary", settings.primary);
    if (settings.primary.empty())
        refuse(*section.find("primary"), "'power.primary' is empty", {}, "write \"auto\" to let ghee choose");
}

void read_run(Section const& section, RunSettings& run)
{
    run.deadline = Seconds(section.number("deadline_s", run.deadline.count(), between(0, 1e8)));
    run.attempts = static_cast<int>(section.integer("attempts", run.attempts, between(1, 100)));
    run.memory_limit_bytes = static_cast<std::int64_t>(section.number("memory_limit_gb", 0, between(0, 1e6)) * 1e9);
}

std::map<std::string, Workload> read_workloads(Value const& root)
{
    std::map<std::string, Workload> workloads;
    auto const& entries = config::as_table(root);
    if (auto const found = entries.find("workload"); found != entries.end())
        for (auto const& [name, table] : config::as_table(found->second))
            workloads.emplace(name, read_workload(name, table));
    return workloads;
}

std::vector<Exclusion> read_exclusions(Value const& root, std::map<std::string, Workload> const& workloads, Campaign& campaign)
{
    std::vector<Workload const*> all;
    for (auto const& [name, workload] : workloads)
        all.push_back(&workload);
    bool size_error_given = false;
    std::vector<Exclusion> exclusions;
    for (Value const* const table : tables_of(root, "exclude"))
    {
        refuse_unknown_grid_keys(*table, all, {size_error_key});
        Exclusion exclusion;
        for (auto const& [name, value] : config::as_table(*table))
        {
            if (name == size_error_key)
            {
                if (std::exchange(size_error_given, true))
                    refuse(value, "'" + value.path + "' is given twice", {}, "say it in one [[exclude]] only");
                campaign.max_size_error = config::as_number(value, at_least(0));
                continue;
            }
            GridKey const* const key = find_grid_key(name);
            for (Value const& choice : grid_values(value, key))
            {
                Configuration scratch;
                if (key)
                    key->read(choice)(scratch);
                exclusion.keys[name].push_back(key ? key->text(scratch) : parameter_text(choice));
            }
        }
        exclusions.push_back(std::move(exclusion));
    }
    return exclusions;
}

/// Every data set a grid names must be known, and fit the task asked for; the complaint names its line.
void check_data_sets(Value const& grid, std::string const& task)
{
    auto const& entries = config::as_table(grid);
    auto const found = entries.find("dataset");
    if (found == entries.end() || entries.contains("workload"))
        return;
    for (Value const& choice : config::as_choices(found->second))
    {
        try
        {
            data::facts_of(config::as_text(choice), task);
        }
        catch (Error const& error)
        {
            refuse(choice, error.problem(), error.why(), error.suggestion());
        }
    }
}

std::string text_with_overrides(std::string text, std::vector<std::string> const& overrides)
{
    if (!overrides.empty() && !text.empty() && text.back() != '\n')
        text += '\n';
    for (std::string const& assignment : overrides)
        text += "# --set " + assignment + "\n";
    return text;
}

}  // namespace

Campaign read_campaign(std::filesystem::path const& path, std::vector<std::string> const& overrides)
{
    auto document = config::read_document(path);
    Value& root = document.root;
    for (std::string const& assignment : overrides)
        config::override_value(root, assignment);
    config::refuse_unknown_keys(root, sections);

    Campaign campaign;
    campaign.path = path;
    campaign.text = text_with_overrides(std::move(document.text), overrides);
    read_campaign_section(section_of(root, "campaign", campaign_keys), campaign);
    Configuration const base = read_training(section_of(root, "training", training_keys));
    read_measure(section_of(root, "measure", measure_keys), campaign.measure);
    read_power(section_of(root, "power", power_keys), campaign.power);
    read_run(section_of(root, "run", run_keys), campaign.run);
    auto const workloads = read_workloads(root);
    auto const exclusions = read_exclusions(root, workloads, campaign);

    auto const grids = tables_of(root, "grid");
    if (grids.empty())
        throw UsageError(path.string() + ": no [grid]", "it says what is to be trained", "add [grid] with dataset, shape, size, depth");
    for (Value const* const grid : grids)
    {
        auto cells = expand_grid(*grid, base, workloads, exclusions);
        check_data_sets(*grid, base.task);
        if (campaign.cells.size() + cells.size() > most_cells)
            refuse(*grid, fmt::format("the grids have more than {} cells together", most_cells));
        for (GridCell& cell : cells)
        {
            campaign.cells.push_back(std::move(cell.configuration));
            campaign.refusals.emplace_back(cell.excluded ? "excluded" : "");
        }
    }
    if (static_cast<double>(campaign.cells.size()) * campaign.repeats > most_runs)
        throw UsageError(path.string() +
                         fmt::format(": {} cells times {} repeats are more than {} runs", campaign.cells.size(), campaign.repeats, most_runs));
    return campaign;
}

std::vector<std::string> accepted_keys()
{
    std::vector<std::string> all;
    auto const add = [&](std::string_view section, auto const& keys)
    {
        for (std::string_view const key : keys)
            all.push_back(std::string(section) + "." + std::string(key));
    };
    add("campaign", campaign_keys);
    add("grid", grid_key_names());
    add("exclude", std::array<std::string_view, 1>{size_error_key});
    add("training", training_keys);
    add("measure", measure_keys);
    add("power", power_keys);
    add("run", run_keys);
    add("workload.NAME", std::array<std::string_view, 1>{"command"});
    return all;
}

}  // namespace ghee::campaign
