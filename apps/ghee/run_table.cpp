// Columns that tell the configurations apart, then figures.
#include "run_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "record/json.hpp"

namespace ghee::app {

namespace {
/// Keys of a configuration with their values as words, nested ones by their own name.
void flatten(nlohmann::json const& json, std::vector<std::pair<std::string, std::string>>& cells)
{
    for (auto const& [key, value] : json.items())
    {
        if (value.is_object())
            flatten(value, cells);
        else if (!value.is_array())
            cells.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
    }
}

std::string cell_of(std::vector<std::pair<std::string, std::string>> const& cells, std::string const& key)
{
    auto const found = std::find_if(cells.begin(), cells.end(), [&](auto const& cell) { return cell.first == key; });
    return found == cells.end() ? "" : found->second;
}

std::string figure(double value)
{
    return std::isnan(value) ? "-" : fmt::format("{:.4g}", value);
}
}  // namespace

std::string run_table(std::vector<campaign::ConfigurationSummary> const& rows)
{
    std::vector<std::vector<std::pair<std::string, std::string>>> flat;
    for (auto const& row : rows)
        flatten(nlohmann::json(row.configuration), flat.emplace_back());
    std::vector<std::string> keys;
    for (auto const& cells : flat)
        for (auto const& [key, value] : cells)
        {
            bool const differs = std::any_of(flat.begin(), flat.end(), [&](auto const& other) { return cell_of(other, key) != value; });
            bool const always = key == "dataset" || key == "workload";
            if ((differs || (always && !value.empty())) && std::find(keys.begin(), keys.end(), key) == keys.end())
                keys.push_back(key);
        }

    std::vector<std::vector<std::string>> table;
    table.push_back(keys);
    for (char const* const head : {"runs", "time_s", "gross_j", "idle_w", "net_j", "+-_j", ""})
        table.front().emplace_back(head);
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        auto const& row = rows[i];
        auto& line = table.emplace_back();
        for (auto const& key : keys)
            line.push_back(cell_of(flat[i], key));
        line.push_back(fmt::format("{}", row.runs));
        line.push_back(figure(row.seconds.count()));
        line.push_back(figure(row.gross.value()));
        line.push_back(figure(row.idle.value()));
        line.push_back(figure(row.net.value()));
        line.push_back(figure(row.net_uncertainty.value()));
        std::string remark = row.estimated ? "estimated" : "";
        if (row.others > 0)
            remark += fmt::format("{}{} without a figure", remark.empty() ? "" : ", ", row.others);
        line.push_back(remark);
    }

    std::vector<std::size_t> widths(table.front().size());
    for (auto const& line : table)
        for (std::size_t column = 0; column < line.size(); ++column)
            widths[column] = std::max(widths[column], line[column].size());
    std::string text;
    for (auto const& line : table)
    {
        std::string out;
        for (std::size_t column = 0; column < line.size(); ++column)
            // Words to the left, figures to the right.
            out += column < keys.size() || column + 1 == line.size() ? fmt::format("{:<{}}  ", line[column], widths[column])
                                                                     : fmt::format("{:>{}}  ", line[column], widths[column]);
        out.erase(out.find_last_not_of(' ') + 1);
        text += out + "\n";
    }
    return text;
}

}  // namespace ghee::app
