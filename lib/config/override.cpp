// --set KEY=VALUE: one value of a file, said on the command line.
#include <algorithm>
#include <string_view>

#include "base/error.hpp"
#include "config/document.hpp"
#include "config/toml_tree.hpp"

namespace ghee::config {

namespace {

/// A shell takes the quotes away: what could only be a word may do without them.
bool is_bare_word(std::string_view text)
{
    auto const of_a_word = [](unsigned char c)
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_-./^+:").find(static_cast<char>(c)) != std::string_view::npos;
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), of_a_word);
}

void merge(Value& into, Value&& from)
{
    auto* const additions = std::get_if<Table>(&from.content);
    if (!additions)
    {
        into = std::move(from);
        return;
    }
    if (auto* const list = std::get_if<List>(&into.content))
    {
        bool const of_tables = !list->empty() && std::all_of(list->begin(), list->end(),
                                                             [](Value const& element) { return std::holds_alternative<Table>(element.content); });
        if (of_tables)
        {
            for (Value& element : *list)
                merge(element, Value(from));
            return;
        }
    }
    auto* const entries = std::get_if<Table>(&into.content);
    if (!entries)
    {
        into = std::move(from);
        return;
    }
    for (auto& [key, child] : *additions)
    {
        if (auto const found = entries->find(key); found != entries->end())
            merge(found->second, std::move(child));
        else
            entries->emplace(key, std::move(child));
    }
}

}  // namespace

void override_value(Value& root, std::string const& assignment)
{
    std::string const place = "--set " + assignment;
    auto const equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0 || assignment.find_first_of("\r\n") != std::string::npos)
        throw UsageError(place + ": this is not KEY=VALUE", {}, "write --set grid.epochs=3");
    std::string const key = assignment.substr(0, equals), text = assignment.substr(equals + 1);

    Value change;
    auto fault = read_toml(key + " = " + text, "--set", place, change);
    if (fault && is_bare_word(text))
        fault = read_toml(key + " = \"" + text + "\"", "--set", place, change);
    if (fault)
        throw UsageError(place + ": " + fault->problem, "KEY=VALUE is read as a line of the campaign file",
                         "write lists as [1, 2] and text with spaces in quotes");
    merge(root, std::move(change));
}

}  // namespace ghee::config
