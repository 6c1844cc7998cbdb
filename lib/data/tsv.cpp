// Tab separated numbers under a header line.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "data/file_bytes.hpp"
#include "data/table.hpp"

namespace ghee::data {

namespace {
/// Lines of a text, without their ends (LF or CRLF). The last one needs no end.
class Lines
{
  public:
    explicit Lines(std::string_view text) : rest_(text) {}

    bool next(std::string_view& line)
    {
        if (rest_.empty())
            return false;
        auto const end = std::min(rest_.find('\n'), rest_.size());
        line = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        ++number_;
        return true;
    }
    [[nodiscard]] std::int64_t number() const { return number_; }

  private:
    std::string_view rest_;
    std::int64_t number_ = 0;
};

/// At most a few words of what the file holds, fit to stand in a one-line message.
std::string shown(std::string_view cell)
{
    std::string text;
    for (char const c : cell.substr(0, 24))
        text += (c >= ' ' && c < 127) ? c : '?';
    return "'" + text + (cell.size() > 24 ? "...'" : "'");
}

double number(std::string_view cell, std::string_view column, std::string const& name, std::int64_t line)
{
    double value = 0;
    // from_chars knows no plus; what stands behind one must not have a sign again.
    std::string_view const digits = cell.starts_with('+') && !cell.starts_with("+-") ? cell.substr(1) : cell;
    auto const [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (failure == std::errc{} && end == digits.data() + digits.size() && std::isfinite(value))
        return value;
    std::string const where = name + ":" + std::to_string(line) + ": column " + shown(column);
    if (cell.empty())
        throw Error(where + " is empty", "every cell needs a number", "fill it or leave the row out");
    throw Error(where + " has " + shown(cell) + ", which is not a finite number", "PMLB's layout holds numbers only", "write categories as numbers");
}

std::vector<std::string> header(std::string_view line, std::string const& name)
{
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin <= line.size();)
    {
        auto const end = std::min(line.find('\t', begin), line.size());
        names.emplace_back(line.substr(begin, end - begin));
        begin = end + 1;
    }
    auto const targets = std::count(names.begin(), names.end(), "target");
    if (targets != 1)
        throw Error(name + ":1: " + (targets == 0 ? "no column is named 'target'" : "several columns are named 'target'"),
                    "the header has " + std::to_string(names.size()) + " columns separated by tabs", "name the column to be learnt 'target'");
    if (names.size() < 2)
        throw Error(name + ":1: no column beside 'target'", "there is nothing to learn from");
    return names;
}
}  // namespace

Table parse_tsv(std::string_view text, std::string const& name)
{
    // Spreadsheets put a byte order mark in front of UTF-8; it is no part of the first column's name.
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    Lines lines(text);
    std::string_view line;
    if (!lines.next(line))
        throw Error(name + ": the file is empty", "a header line was expected");
    auto const names = header(line, name);

    Table table;
    std::vector<std::vector<double>> columns(names.size());
    auto const expected_rows = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    for (auto& column : columns)
        column.reserve(expected_rows);
    while (lines.next(line))
    {
        std::size_t cells = 0;
        for (std::size_t begin = 0; begin <= line.size(); ++cells)
        {
            auto const end = std::min(line.find('\t', begin), line.size());
            if (cells < names.size())
            {
                // An empty line is a row of the wrong length, not a row with an empty cell.
                if (line.empty())
                    break;
                columns[cells].push_back(number(line.substr(begin, end - begin), names[cells], name, lines.number()));
            }
            begin = end + 1;
        }
        if (cells != names.size())
            throw Error(name + ":" + std::to_string(lines.number()) + ": the row has " + std::to_string(cells) + " cells",
                        "the header has " + std::to_string(names.size()), "torn file? get it again");
    }
    table.rows = static_cast<std::int64_t>(columns.front().size());
    if (table.rows == 0)
        throw Error(name + ": there is no row under the header");
    for (std::size_t i = 0; i < names.size(); ++i)
    {
        if (names[i] == "target")
        {
            table.target = std::move(columns[i]);
            continue;
        }
        table.names.push_back(names[i]);
        table.columns.push_back(std::move(columns[i]));
    }
    return table;
}

Table read_tsv(std::filesystem::path const& file) { return parse_tsv(read_unpacked(file), file.string()); }

}  // namespace ghee::data
