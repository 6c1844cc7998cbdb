// Printing tables.
#include "text_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>

namespace ghee::app {

namespace {
/// Columns of a terminal, taking every character for one wide.
std::size_t width_of(std::string const& text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// A cell may come from a file: it must not steer the terminal.
std::string shown(std::string text)
{
    std::replace_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7F'; }, '?');
    return text;
}

std::string formatted(char const* format, auto... values)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, values...);
    return text.data();
}
}  // namespace

void print(std::ostream& out, TextTable const& table)
{
    std::vector<std::size_t> widths, kept;
    for (std::size_t c = 0; c < table.columns.size(); ++c)
    {
        TextColumn const& column = table.columns[c];
        std::size_t content = 0;
        for (auto const& row : table.rows)
            content = std::max(content, width_of(row.at(c)));
        if (content > 0 || table.rows.empty())
            kept.push_back(c);
        widths.push_back(std::max(content, width_of(column.title) + (column.unit.empty() ? 0 : width_of(column.unit) + 3)));
    }
    auto const line = [&](auto const& cell_of)
    {
        std::string text;
        for (std::size_t c : kept)
        {
            std::string const cell = shown(cell_of(c));
            std::string const pad(widths[c] - width_of(cell), ' ');
            text += (text.empty() && c == kept.front() ? "" : "  ") + (table.columns[c].right ? pad + cell : cell + pad);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out << text << "\n";
    };
    line(
        [&](std::size_t c)
        {
            TextColumn const& column = table.columns[c];
            return column.unit.empty() ? column.title : column.title + " [" + column.unit + "]";
        });
    for (auto const& row : table.rows)
        line([&](std::size_t c) { return row[c]; });
}

namespace {
/// How a number of this size is best written: 1000^power, and digits behind the point.
struct Scale
{
    int power = 0;
    int decimals = 3;
};
Scale scale_of(double value)
{
    Scale scale;
    double size = std::abs(value);
    for (; size >= 999.95 && scale.power < 5; ++scale.power)
        size /= 1000;
    for (; size != 0 && size < 0.99995 && scale.power > -3; --scale.power)
        size *= 1000;
    scale.decimals = size < 9.9995 ? 3 : size < 99.995 ? 2 : 1;
    return scale;
}
std::string prefix_of(Scale scale)
{
    static constexpr std::array<char const*, 9> prefixes{"n", "u", "m", "", "k", "M", "G", "T", "P"};
    return prefixes[static_cast<std::size_t>(scale.power + 3)];
}
std::string digits(double value, Scale scale) { return formatted("%.*f", scale.decimals, value / std::pow(1000.0, scale.power)); }
}  // namespace

std::string scaled(double value, std::string const& unit)
{
    if (!std::isfinite(value))
        return std::isnan(value) ? "-" : value > 0 ? "inf" : "-inf";
    Scale const scale = scale_of(value);
    return digits(value, scale) + " " + prefix_of(scale) + unit;
}

std::string with_uncertainty(double value, double uncertainty, std::string const& unit)
{
    if (!std::isfinite(value))
        return scaled(value, unit);
    Scale const scale = scale_of(std::isfinite(uncertainty) ? std::max(std::abs(value), std::abs(uncertainty)) : value);
    return digits(value, scale) + " +- " + (std::isfinite(uncertainty) ? digits(uncertainty, scale) : "?") + " " + prefix_of(scale) + unit;
}

std::string duration_text(double seconds)
{
    if (!std::isfinite(seconds))
        return "-";
    if (seconds < 59.95)
        return formatted(seconds < 1 ? "%.3fs" : "%.1fs", seconds);
    long long const whole = std::llround(seconds);
    if (whole < 3600)
        return formatted("%lldm%02llds", whole / 60, whole % 60);
    return formatted("%lldh%02lldm", whole / 3600, whole % 3600 / 60);
}

std::string csv_line(std::vector<std::string> const& cells)
{
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i)
    {
        std::string const& cell = cells[i];
        line += i == 0 ? "" : ",";
        if (cell.find_first_of(",\"\r\n") == std::string::npos)
        {
            line += cell;
            continue;
        }
        line += '"';
        for (char c : cell)
            line += c == '"' ? std::string("\"\"") : std::string(1, c);
        line += '"';
    }
    return line;
}

}  // namespace ghee::app
