// A table as people read it: columns with their unit, numbers to the right, words to the left.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace ghee::app {

struct TextColumn
{
    std::string title;
    std::string unit;    ///< "": none
    bool right = false;  ///< numbers stand to the right
};

struct TextTable
{
    std::vector<TextColumn> columns;
    std::vector<std::vector<std::string>> rows;  ///< UTF-8, one cell per column
};

/// A line of titles with units, then the rows; two blanks between columns, none at the end of a line. Columns without any
/// content are left out. Control characters in cells are shown as '?'.
void print(std::ostream&, TextTable const&);

/// "12.3 kJ": four digits and a prefix (n to P); "-" for NaN.
std::string scaled(double value, std::string const& unit);

/// "90.00 +- 0.86 J": both with the prefix and the decimals of the larger; "-" for a value that is NaN, "?" for such an uncertainty.
std::string with_uncertainty(double value, double uncertainty, std::string const& unit);

/// "1h02m", "3m20s", "12.3s"; "-" for NaN.
std::string duration_text(double seconds);

/// One line of CSV (RFC 4180), without its end.
std::string csv_line(std::vector<std::string> const& cells);

}  // namespace ghee::app
