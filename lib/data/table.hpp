// A data set as its file has it: one number per cell, column by column.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ghee::data {

struct Table
{
    std::vector<std::string> names;            ///< of the features, in the file's order
    std::vector<std::vector<double>> columns;  ///< [feature][row], all finite
    std::vector<double> target;                ///< [row]
    std::int64_t rows = 0;
};

/// Reads PMLB's layout: tab separated, one header line, a column `target` anywhere, finite numbers only; gzip or plain.
/// Throws Error `file:line: ...` for a row of the wrong length or a cell that is no number.
Table read_tsv(std::filesystem::path const& file);

/// The same from `text`; `name` stands in front of errors.
Table parse_tsv(std::string_view text, std::string const& name);

}  // namespace ghee::data
