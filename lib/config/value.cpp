// Types, bounds and complaints of values.
#include "config/value.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ghee::config {

namespace {
[[noreturn]] void refuse_type(Value const& value, std::string const& wanted)
{
    refuse(value, fmt::format("'{}' is {}", value.path, describe(value)), "must be " + wanted);
}
}  // namespace

bool Bounds::hold(double value) const
{
    // Written so that NaN holds nowhere.
    return (least_open ? value > least : value >= least) && (most_open ? value < most : value <= most);
}

std::string Bounds::text() const
{
    std::string text;
    if (std::isfinite(least))
        text = fmt::format("{} {}", least_open ? "above" : "at least", least);
    if (std::isfinite(most))
        text += fmt::format("{}{} {}", text.empty() ? "" : " and ", most_open ? "below" : "at most", most);
    return "must be " + (text.empty() ? "a number" : text);
}

void refuse(Value const& value, std::string const& problem, std::string const& why, std::string const& suggestion)
{
    throw UsageError(value.place + ": " + problem, why, suggestion);
}

std::string describe(Value const& value)
{
    struct Describe
    {
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
        std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
        std::string operator()(double number) const { return fmt::format("{}", number); }
        std::string operator()(std::string const& text) const { return "text '" + (text.size() > 40 ? text.substr(0, 40) + "..." : text) + "'"; }
        std::string operator()(List const& list) const { return list.empty() ? "an empty list" : "a list"; }
        std::string operator()(Table const&) const { return "a table"; }
    };
    return std::visit(Describe{}, value.content);
}

bool as_flag(Value const& value)
{
    if (auto const* flag = std::get_if<bool>(&value.content))
        return *flag;
    refuse_type(value, "true or false");
}

std::int64_t as_integer(Value const& value, Bounds bounds)
{
    auto const* number = std::get_if<std::int64_t>(&value.content);
    if (!number)
        refuse_type(value, "a whole number");
    if (*number > largest_integer || *number < -largest_integer)
        refuse(value, fmt::format("'{}' is {}", value.path, *number), "whole numbers go up to 2^53");
    if (!bounds.hold(static_cast<double>(*number)))
        refuse(value, fmt::format("'{}' is {}", value.path, *number), bounds.text());
    return *number;
}

double as_number(Value const& value, Bounds bounds)
{
    double number = 0;
    if (auto const* whole = std::get_if<std::int64_t>(&value.content))
        number = static_cast<double>(*whole);
    else if (auto const* real = std::get_if<double>(&value.content))
        number = *real;
    else
        refuse_type(value, "a number");
    if (!std::isfinite(number))
        refuse(value, fmt::format("'{}' is {}", value.path, number), "must be finite");
    if (!bounds.hold(number))
        refuse(value, fmt::format("'{}' is {}", value.path, number), bounds.text());
    return number;
}

std::string const& as_text(Value const& value)
{
    if (auto const* text = std::get_if<std::string>(&value.content))
        return *text;
    refuse_type(value, "text in quotes");
}

Table const& as_table(Value const& value)
{
    if (auto const* table = std::get_if<Table>(&value.content))
        return *table;
    refuse_type(value, "a table");
}

std::vector<Value> as_choices(Value const& value)
{
    if (std::holds_alternative<Table>(value.content))
        refuse_type(value, "a value or a list of values");
    auto const* list = std::get_if<List>(&value.content);
    if (!list)
        return {value};
    if (list->empty())
        refuse(value, "'" + value.path + "' is an empty list", "it leaves nothing to choose from", "leave the key out for its default");
    for (Value const& element : *list)
        if (std::holds_alternative<List>(element.content) || std::holds_alternative<Table>(element.content))
            refuse(element, fmt::format("'{}' holds {}", value.path, describe(element)), "must be a plain list of values");
    return *list;
}

std::vector<std::string> as_texts(Value const& value)
{
    std::vector<std::string> texts;
    for (Value const& choice : as_choices(value))
        texts.push_back(as_text(choice));
    return texts;
}

}  // namespace ghee::config
