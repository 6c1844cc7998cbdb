// ghee plan: the cells of a campaign, accepted and refused, without running them.
#include <iostream>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "campaign/grid_key.hpp"
#include "campaign/plan.hpp"
#include "verb.hpp"

namespace ghee::app {

namespace po = boost::program_options;

namespace {

using campaign::Campaign;
using campaign::Cell;
using Cells = std::vector<Cell const*>;

/// Longer lists are for --csv.
constexpr std::size_t longest_list = 60;

/// Columns of --csv and keys of --json, in order; `text` is empty where there is no such figure. Numbers are bare in JSON.
struct Column
{
    std::string name;
    bool number;
    std::function<std::string(Cell const&)> text;
};

std::string figure(double value) { return std::isfinite(value) ? fmt::format("{}", value) : std::string(); }

std::string figure_or_nothing(std::int64_t value, bool is_there) { return is_there ? fmt::format("{}", value) : std::string(); }

bool has_network(Cell const& cell) { return !cell.widths.empty(); }

Column grid_column(std::string_view name, bool number)
{
    auto const* const key = campaign::find_grid_key(name);
    return {std::string(name), number, [key](Cell const& cell) { return key->text(cell.configuration); }};
}

/// A key of the network, which a command may have no use for.
Column network_column(std::string_view name, bool number)
{
    auto const* const key = campaign::find_grid_key(name);
    return {std::string(name), number,
            [key](Cell const& cell) { return has_network(cell) || cell.configuration.size > 0 ? key->text(cell.configuration) : std::string(); }};
}

std::string parameters_text(Cell const& cell)
{
    std::string text;
    for (auto const& [key, value] : cell.configuration.parameters)
        text += (text.empty() ? "" : ";") + key + "=" + value;
    return text;
}

std::vector<Column> const& columns()
{
    static std::vector<Column> const list = {
        {"config_id", false, [](Cell const& c) { return c.config_id; }},
        grid_column("dataset", false),
        network_column("shape", false),
        network_column("size", true),
        network_column("depth", true),
        {"inputs", true, [](Cell const& c) { return figure_or_nothing(c.inputs, has_network(c)); }},
        {"outputs", true, [](Cell const& c) { return figure_or_nothing(c.outputs, has_network(c)); }},
        {"widths", false, [](Cell const& c) { return fmt::format("{}", fmt::join(c.widths, " ")); }},
        {"parameters", true, [](Cell const& c) { return figure_or_nothing(c.parameters, has_network(c)); }},
        {"size_error", true, [](Cell const& c) { return figure(c.size_error); }},
        {"accepted", true, [](Cell const& c) { return std::string(c.reason.empty() ? "1" : "0"); }},
        grid_column("batch", true),
        grid_column("optimizer", false),
        grid_column("learning_rate", true),
        grid_column("momentum", true),
        grid_column("activation", false),
        grid_column("l1", true),
        grid_column("l2", true),
        grid_column("label_noise", true),
        grid_column("precision", false),
        grid_column("backend", false),
        grid_column("device", false),
        grid_column("form", false),
        grid_column("threads", true),
        grid_column("replicas", true),
        grid_column("epochs", true),
        {"rows", true, [](Cell const& c) { return figure_or_nothing(c.rows, has_network(c)); }},
        {"flops_per_step", true, [](Cell const& c) { return figure(c.flops_per_step); }},
        {"layer_bytes", true, [](Cell const& c) { return figure(c.layer.value()); }},
        {"forward_bytes", true, [](Cell const& c) { return figure(c.forward.value()); }},
        {"backward_bytes", true, [](Cell const& c) { return figure(c.backward.value()); }},
        {"epoch_bytes", true, [](Cell const& c) { return figure(c.epoch.value()); }},
        grid_column("workload", false),
        {"workload_parameters", false, parameters_text},
        {"reason", false, [](Cell const& c) { return c.reason; }},
    };
    return list;
}

std::string csv_field(std::string const& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (char const c : text)
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

void print_csv(Cells const& cells)
{
    std::string line;
    for (Column const& column : columns())
        line += (line.empty() ? "" : ",") + column.name;
    std::cout << line << "\n";
    for (Cell const* const cell : cells)
    {
        line.clear();
        for (Column const& column : columns())
        {
            line += csv_field(column.text(*cell));
            line += ',';
        }
        line.back() = '\n';
        std::cout << line;
    }
}

nlohmann::ordered_json json_of(Cell const& cell)
{
    nlohmann::ordered_json j;
    for (Column const& column : columns())
    {
        std::string const text = column.text(cell);
        if (column.number)
            j[column.name] = text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json::parse(text);
        else
            j[column.name] = text;
    }
    j["widths"] = cell.widths;
    j["accepted"] = cell.reason.empty();
    j["workload_parameters"] = cell.configuration.parameters;
    j["command"] = cell.configuration.command;
    return j;
}

/// What a row of the summary counts.
struct Count
{
    std::size_t accepted = 0, refused = 0;
};

std::string subject(Cell const& cell)
{
    Configuration const& c = cell.configuration;
    return c.workload.empty() ? c.dataset : "workload " + c.workload;
}

void print_summary(Campaign const& campaign, std::vector<Cell> const& cells)
{
    std::map<std::pair<std::string, std::string>, Count> counts;
    Count total;
    for (Cell const& cell : cells)
        for (Count* const count : {&counts[{subject(cell), std::string(name_of(cell.configuration.device))}], &total})
            ++(cell.reason.empty() ? count->accepted : count->refused);

    auto const row = [&](std::string const& name, std::string const& device, Count const& count)
    {
        std::cout << fmt::format("{:<28} {:<6} {:>10} {:>10} {:>10}\n", name, device, count.accepted, count.refused,
                                 count.accepted * static_cast<std::size_t>(campaign.repeats));
    };
    std::cout << fmt::format("campaign {}: {} repeat{}, seed {}\n\n", campaign.name, campaign.repeats, campaign.repeats == 1 ? "" : "s",
                             campaign.seed);
    std::cout << fmt::format("{:<28} {:<6} {:>10} {:>10} {:>10}\n", "data set", "device", "accepted", "refused", "runs");
    for (auto const& [key, count] : counts)
        row(key.first, key.second, count);
    row("total", "", total);
}

/// Keys that most campaigns leave alone: said wherever they are used.
bool asked_for(campaign::GridKey const& key, Cells const& cells)
{
    static Configuration const untouched;
    return (key.name == "form" || key.name == "replicas") && key.text(cells.front()->configuration) != key.text(untouched);
}

/// Grid keys whose values differ among the cells, or are to be said anyway, and that the list has no column for.
std::vector<campaign::GridKey const*> keys_to_say(Cells const& cells)
{
    std::vector<campaign::GridKey const*> keys;
    for (auto const& key : campaign::grid_keys())
    {
        if (key.name == "dataset" || key.name == "workload" || key.name == "shape" || key.name == "size" || key.name == "depth")
            continue;
        if (asked_for(key, cells))
        {
            keys.push_back(&key);
            continue;
        }
        for (Cell const* const cell : cells)
            if (key.text(cell->configuration) != key.text(cells.front()->configuration))
            {
                keys.push_back(&key);
                break;
            }
    }
    return keys;
}

void print_list(Cells const& cells)
{
    auto const keys = keys_to_say(cells);
    std::cout << fmt::format("\n{:<16}  {:<20} {:<18} {:>10} {:>5} {:>10} {:>7}  {}\n", "config_id", "data set", "shape", "size", "depth",
                             "parameters", "error", "widths");
    for (Cell const* const cell : cells)
    {
        Configuration const& c = cell->configuration;
        std::string rest = parameters_text(*cell);
        if (has_network(*cell))
            std::cout << fmt::format("{:<16}  {:<20} {:<18} {:>10} {:>5} {:>10} {:>6.2f}%  {}", cell->config_id, c.dataset, name_of(c.shape), c.size,
                                     c.depth, cell->parameters, 100 * cell->size_error, fmt::join(cell->widths, " "));
        else
            std::cout << fmt::format("{:<16}  {}", cell->config_id, subject(*cell));
        for (auto const* const key : keys)
            rest += fmt::format("{}{}={}", rest.empty() ? "" : " ", key->name, key->text(c));
        std::cout << (rest.empty() ? "" : "  ") << rest << (cell->reason.empty() ? "" : "  REFUSED: ") << cell->reason << "\n";
    }
}

}  // namespace

ExitCode plan(std::vector<std::string> const& arguments)
{
    po::options_description options("options");
    auto add = options.add_options();
    add("campaign", po::value<std::string>(), "the campaign file");
    add("csv", "one line per cell on stdout");
    add("json", "the same as one JSON object");
    add("all", "list refused cells too, with the reason");
    add("set", po::value<std::vector<std::string>>()->composing(), "KEY=VALUE instead of what the file says; may be repeated");
    po::positional_options_description positional;
    positional.add("campaign", 1);
    auto const parsed = parse("plan", "CAMPAIGN.toml [--csv | --json] [--all] [--set KEY=VALUE]...", arguments, options, positional);
    if (parsed.help)
        return ExitCode::done;
    if (!parsed.values.count("campaign"))
        throw UsageError("ghee plan: no campaign file", {}, "see 'ghee plan --help'");
    if (parsed.values.count("csv") && parsed.values.count("json"))
        throw UsageError("ghee plan: --csv and --json exclude each other");
    auto const overrides = parsed.values.count("set") ? parsed.values["set"].as<std::vector<std::string>>() : std::vector<std::string>();

    Campaign const campaign = campaign::read_campaign(parsed.values["campaign"].as<std::string>(), overrides);
    auto const cells = campaign::expand(campaign);
    Cells listed;
    std::size_t accepted = 0;
    for (Cell const& cell : cells)
    {
        accepted += cell.reason.empty();
        if (cell.reason.empty() || parsed.values.count("all"))
            listed.push_back(&cell);
    }

    if (parsed.values.count("csv"))
        print_csv(listed);
    else if (parsed.values.count("json"))
    {
        nlohmann::ordered_json j{{"campaign", campaign.name},          {"seed", campaign.seed},
                                 {"repeats", campaign.repeats},        {"accepted", accepted},
                                 {"refused", cells.size() - accepted}, {"runs", accepted * static_cast<std::size_t>(campaign.repeats)}};
        auto& array = j["cells"] = nlohmann::ordered_json::array();
        for (Cell const* const cell : listed)
            array.push_back(json_of(*cell));
        std::cout << j.dump(1) << "\n";
    }
    else
    {
        print_summary(campaign, cells);
        if (!listed.empty() && listed.size() <= longest_list)
            print_list(listed);
        else if (!listed.empty())
            std::cout << "\nthe list has " << listed.size() << " cells: see --csv\n";
    }
    return ExitCode::done;
}

}  // namespace ghee::app
