// Columns that tell the configurations apart, then figures.
#include "run_table.hpp"

#include <algorithm>
#include <ostream>

#include <nlohmann/json.hpp>

#include "record/json.hpp"
#include "text_table.hpp"

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
}  // namespace

void print_configurations(std::ostream& out, std::vector<campaign::ConfigurationSummary> const& rows)
{
    std::vector<std::vector<std::pair<std::string, std::string>>> flat;
    for (auto const& row : rows)
    {
        auto& cells = flat.emplace_back();
        flatten(nlohmann::json(row.configuration), cells);
        // Left out of a configuration's JSON where nothing was asked for.
        for (auto const& [key, value] :
             {std::pair("form", std::string(name_of(row.configuration.form))), std::pair("replicas", std::to_string(row.configuration.replicas))})
            if (cell_of(cells, key).empty())
                cells.emplace_back(key, value);
    }
    std::vector<std::string> keys;
    for (auto const& cells : flat)
        for (auto const& [key, value] : cells)
        {
            bool const differs = std::any_of(flat.begin(), flat.end(), [&](auto const& other) { return cell_of(other, key) != value; });
            bool const always = key == "dataset" || key == "workload";
            if ((differs || (always && !value.empty())) && std::find(keys.begin(), keys.end(), key) == keys.end())
                keys.push_back(key);
        }

    TextTable table;
    for (auto const& key : keys)
        table.columns.push_back({key, "", false});
    for (char const* const title : {"runs", "time", "gross", "idle", "net"})
        table.columns.push_back({title, "", true});
    table.columns.push_back({"quality", "", false});
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        auto const& row = rows[i];
        auto& line = table.rows.emplace_back();
        for (auto const& key : keys)
            line.push_back(cell_of(flat[i], key));
        line.push_back(std::to_string(row.runs));
        line.push_back(scaled(row.seconds.count(), "s"));
        line.push_back(scaled(row.gross.value(), "J"));
        line.push_back(scaled(row.idle.value(), "W"));
        line.push_back(with_uncertainty(row.net.value(), row.net_uncertainty.value(), "J"));
        std::string remark = row.quality;
        if (row.others > 0)
            remark += (remark.empty() ? "" : ", ") + std::to_string(row.others) + " without a figure";
        line.push_back(remark);
    }
    print(out, table);
}

}  // namespace ghee::app
