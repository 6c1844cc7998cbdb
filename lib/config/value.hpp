// One value of a file the user wrote, with the place it stands at, so that every complaint can name it.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ghee::config {

struct Value;
using List = std::vector<Value>;
using Table = std::map<std::string, Value, std::less<>>;

struct Value
{
    std::variant<bool, std::int64_t, double, std::string, List, Table> content;
    std::string place;  ///< "campaign.toml:12", or "--set grid.epochs=3"
    std::string path;   ///< dotted: "grid.epochs"; empty for the whole file
};

/// What a number may be; the ends belong to it unless said otherwise.
struct Bounds
{
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
    bool least_open = false;
    bool most_open = false;

    [[nodiscard]] bool hold(double value) const;
    /// "must be above 0 and at most 1"
    [[nodiscard]] std::string text() const;
};
/// Integers up to 2^53, so that bounds lose nothing.
inline constexpr std::int64_t largest_integer = std::int64_t{1} << 53;
constexpr Bounds at_least(double least) { return {.least = least}; }
constexpr Bounds above(double least) { return {.least = least, .least_open = true}; }
constexpr Bounds between(double least, double most) { return {.least = least, .most = most}; }

/// Throws UsageError `place: problem (why) suggestion`.
[[noreturn]] void refuse(Value const&, std::string const& problem, std::string const& why = {}, std::string const& suggestion = {});

/// "text 'abc'", "3", "a list": what a value is, for messages; long text is cut.
std::string describe(Value const&);

// The value as a type; each throws UsageError for another type or a number out of bounds. A whole number is also a number.
bool as_flag(Value const&);
std::int64_t as_integer(Value const&, Bounds = {});
double as_number(Value const&, Bounds = {});
std::string const& as_text(Value const&);
Table const& as_table(Value const&);

/// The elements of a list, or the one value that stands for a list of one. Throws UsageError for an empty list, a table or lists
/// in a list.
std::vector<Value> as_choices(Value const&);
/// as_choices where every element is text.
std::vector<std::string> as_texts(Value const&);

}  // namespace ghee::config
