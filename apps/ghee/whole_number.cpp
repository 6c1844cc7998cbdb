// The campaign file's reading of numbers, for options.
#include "whole_number.hpp"

#include <bit>
#include <optional>

#include "base/error.hpp"
#include "config/range.hpp"

namespace ghee::app {

namespace {
/// "2^40" where that is shorter to read than its digits.
std::string told(std::int64_t number)
{
    auto const bits = static_cast<std::uint64_t>(number);
    return number >= 1024 && std::has_single_bit(bits) ? "2^" + std::to_string(std::countr_zero(bits)) : std::to_string(number);
}

std::optional<std::int64_t> read(std::string const& text)
{
    if (!config::is_range(text) || text.find("..") != std::string::npos)
        return std::nullopt;
    try
    {
        return config::range_of({text, "", ""}).front();
    }
    catch (UsageError const&)
    {
        return std::nullopt;  // more than any number may be
    }
}
}  // namespace

std::int64_t whole_number(std::string const& option, std::string const& text, std::int64_t least, std::int64_t most)
{
    if (auto const number = read(text); number && *number >= least && *number <= most)
        return *number;
    throw UsageError("--" + option + " cannot be '" + text + "'", "it is a whole number, " + told(least) + " to " + told(most),
                     "write digits, or a power of two as 2^14");
}

}  // namespace ghee::app
