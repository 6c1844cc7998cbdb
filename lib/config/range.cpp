// Reads "2^5..2^24".
#include "config/range.hpp"

#include <charconv>
#include <optional>

namespace ghee::config {

namespace {

constexpr std::int64_t most_members = 100'000;

bool is_digits(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos; }
bool is_power(std::string_view text) { return text.starts_with("2^") && is_digits(text.substr(2)); }
bool is_term(std::string_view text) { return is_digits(text) || is_power(text); }

struct Ends
{
    std::string_view first, last;
};
std::optional<Ends> ends_of(std::string_view text)
{
    auto const dots = text.find("..");
    if (dots == std::string_view::npos)
        return std::nullopt;
    return Ends{text.substr(0, dots), text.substr(dots + 2)};
}

std::int64_t term(Value const& value, std::string_view text)
{
    bool const power = is_power(text);
    std::string_view const digits = power ? text.substr(2) : text;
    std::int64_t number = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || number > (power ? 53 : largest_integer))
        refuse(value, "'" + value.path + "' has the number " + std::string(text), "whole numbers go up to 2^53");
    return power ? std::int64_t{1} << number : number;
}

}  // namespace

bool is_range(std::string_view text)
{
    auto const ends = ends_of(text);
    return ends ? is_term(ends->first) && is_term(ends->last) : is_term(text);
}

bool is_power_or_range(std::string_view text) { return is_range(text) && !is_digits(text); }

std::vector<std::int64_t> range_of(Value const& value)
{
    std::string const& text = as_text(value);
    auto const ends = ends_of(text);
    if (!ends)
        return {term(value, text)};

    std::string const problem = "'" + value.path + "' has the range '" + text + "'";
    bool const powers = is_power(ends->first);
    if (powers != is_power(ends->last))
        refuse(value, problem, "one end is a power of two and the other is not", "write 2^5..2^24 or 3..9");
    std::int64_t const first = term(value, ends->first), last = term(value, ends->last);
    if (last < first)
        refuse(value, problem, "it runs backward");
    if (!powers && last - first >= most_members)
        refuse(value, problem, "it has more than 100000 members");

    std::vector<std::int64_t> numbers;
    for (std::int64_t number = first; number <= last; number = powers ? number * 2 : number + 1)
        numbers.push_back(number);
    return numbers;
}

}  // namespace ghee::config
