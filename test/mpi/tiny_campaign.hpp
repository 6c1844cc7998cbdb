// Small campaigns for the real program, and its result file as text.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/result_file.hpp"
#include "support/command.hpp"

namespace ghee::test {

/// Three small trainings on a data set that comes with ghee, in about a second each.
inline std::string trainings(int repeats = 1)
{
    return "[campaign]\nname = \"tiny\"\nseed = 3\nrepeats = " + std::to_string(repeats) +
           "\n[grid]\ndataset = \"banana\"\nsize = [64, 128, 256]\nepochs = 2\n"
           "[measure]\nidle_before_s = 0.3\nidle_after_s = 0.3\nmin_window_s = 0.3\n[power]\nperiod_ms = 50\n";
}

/// A shell script as workload, $0 over `values` (TOML, integers from 1): they stand in the column `size`.
inline std::string script(std::string const& text, std::string const& values, std::string const& run = {})
{
    return "[campaign]\nname = \"tiny\"\norder = \"listed\"\n[workload.script]\ncommand = [\"/bin/sh\", \"-c\", '''" + text +
           "''', \"{size}\"]\n[grid]\nworkload = \"script\"\nsize = " + values +
           "\n[measure]\nidle_before_s = 0.2\nidle_after_s = 0.2\n[power]\nperiod_ms = 50\n[run]\n" + run;
}

/// One column of /runs.
inline std::vector<std::string> column(store::Table const& table, std::string const& name)
{
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        if (table.columns[i] == name)
            for (auto const& row : table.rows)
                cells.push_back(row[i]);
    return cells;
}

inline std::vector<std::string> runs(std::filesystem::path const& file, std::string const& name)
{
    return column(store::read_table(file, "runs"), name);
}

/// One column of /runs in the order of `size`; rows stand in the order in which runs ended.
inline std::vector<std::string> runs_by_size(std::filesystem::path const& file, std::string const& name)
{
    std::map<int, std::string> cells;
    auto const sizes = runs(file, "size");
    auto const values = runs(file, name);
    for (std::size_t i = 0; i < sizes.size(); ++i)
        cells[std::stoi(sizes[i])] = values[i];
    std::vector<std::string> list;
    for (auto const& [size, cell] : cells)
        list.push_back(cell);
    return list;
}

}  // namespace ghee::test
