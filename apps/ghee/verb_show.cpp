// ghee show: look inside a result file.
#include <algorithm>
#include <iostream>

#include <nlohmann/json.hpp>

#include "runs_table.hpp"
#include "store/result_file.hpp"
#include "store/utc.hpp"
#include "text_table.hpp"
#include "verb.hpp"

namespace ghee::app {

namespace {
namespace po = boost::program_options;
using nlohmann::json;

/// The columns asked for, in the order asked for.
store::Table chosen(store::Table const& table, std::string const& list)
{
    if (list.empty())
        return table;
    store::Table result;
    std::vector<std::size_t> indices;
    for (std::size_t begin = 0; begin <= list.size();)
    {
        std::size_t const end = std::min(list.find(',', begin), list.size());
        std::string const name = list.substr(begin, end - begin);
        auto const found = std::find(table.columns.begin(), table.columns.end(), name);
        if (found == table.columns.end())
        {
            std::string known;
            for (std::string const& column : table.columns)
                known += (known.empty() ? "" : ", ") + column;
            throw UsageError("'" + name + "' is not a column of this table", "known: " + known);
        }
        indices.push_back(static_cast<std::size_t>(found - table.columns.begin()));
        begin = end + 1;
    }
    for (std::size_t index : indices)
    {
        result.columns.push_back(table.columns[index]);
        result.units.push_back(table.units[index]);
        result.numeric.push_back(table.numeric[index]);
    }
    for (auto const& row : table.rows)
        for (auto& cells = result.rows.emplace_back(); std::size_t index : indices)
            cells.push_back(row[index]);
    return result;
}

/// Undefined numbers are null; infinite ones, which JSON does not have, texts.
json value_of(std::string const& cell, bool numeric)
{
    if (!numeric || cell.find("inf") != std::string::npos)
        return cell;
    return cell == "nan" ? json(nullptr) : json::parse(cell);
}

void print_json(store::FileDescription const& file, std::string const& name, store::Table const& table)
{
    json rows = json::array();
    for (auto const& row : table.rows)
    {
        json object = json::object();
        for (std::size_t i = 0; i < row.size(); ++i)
            object[table.columns[i]] = value_of(row[i], table.numeric[i]);
        rows.push_back(std::move(object));
    }
    json units = json::object();
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        if (table.numeric[i])
            units[table.columns[i]] = table.units[i];
    json const result{{"campaign_name", file.provenance.campaign_name},
                      {"host", file.provenance.host},
                      {"start", store::utc_text(file.provenance.start_unix_ns)},
                      {"command_line", file.provenance.command_line},
                      {"planned_runs", file.provenance.planned_runs},
                      {"complete", file.provenance.complete},
                      {"ghee_version", file.ghee_version},
                      {"ghee_commit", file.ghee_commit},
                      {"table", name},
                      {"units", units},
                      {"rows", rows}};
    std::cout << result.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
}

void print_plain(store::Table const& table)
{
    TextTable text;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        text.columns.push_back({table.columns[i], table.units[i] == "1" ? "" : table.units[i], table.numeric[i]});
    text.rows = table.rows;
    for (auto& row : text.rows)
        std::replace(row.begin(), row.end(), std::string("nan"), std::string("-"));
    print(std::cout, text);
}

void print_provenance(store::FileDescription const& file, std::size_t rows)
{
    auto const& provenance = file.provenance;
    std::cout << "campaign  " << provenance.campaign_name << ", " << rows << " of " << provenance.planned_runs << " runs"
              << (provenance.complete ? "" : " (INCOMPLETE: 'ghee run --resume' does the others)") << "\n"
              << "begun     " << store::utc_text(provenance.start_unix_ns) << " on " << provenance.host << "\n"
              << "by        " << provenance.command_line << "\n"
              << "written   by ghee " << file.ghee_version << " (" << file.ghee_commit << ")\n\n";
}
}  // namespace

ExitCode show(std::vector<std::string> const& arguments)
{
    po::options_description options("options");
    auto add = options.add_options();
    add("file", po::value<std::string>()->required(), "the result file");
    add("table,t", po::value<std::string>(),
        "runs, energy, replicas, epochs, nodes, channels, configs, attempts, marks, traces or trace_index: all its columns");
    add("columns,c", po::value<std::string>()->default_value(""), "only these, separated by commas");
    add("csv", "as CSV");
    add("json", "as JSON: provenance, units and rows");
    add("all,a", "all runs, not the first 40 only");
    po::positional_options_description positional;
    positional.add("file", 1);
    auto const parsed = parse("show", "FILE.h5 [OPTIONS]", arguments, options, positional);
    if (parsed.help)
        return ExitCode::done;
    auto const& values = parsed.values;
    if (values.count("csv") && values.count("json"))
        throw UsageError("--csv and --json exclude each other");
    std::filesystem::path const path = values["file"].as<std::string>();
    std::string const name = values.count("table") ? values["table"].as<std::string>() : "runs";
    std::string const columns = values["columns"].as<std::string>();
    store::Table const table = chosen(store::read_table(path, name), columns);

    if (values.count("json"))
        print_json(store::read_description(path), name, table);
    else if (values.count("csv"))
    {
        std::cout << csv_line(table.columns) << "\n";
        for (auto const& row : table.rows)
            std::cout << csv_line(row) << "\n";
    }
    else if (values.count("table") || !columns.empty())
        print_plain(table);
    else
    {
        print_provenance(store::read_description(path), table.rows.size());
        print_runs(std::cout, table, values.count("all") ? 0 : 40);
    }
    return ExitCode::done;
}

}  // namespace ghee::app
