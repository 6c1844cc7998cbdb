// One sentence per kind of mistake.
#include "option_error.hpp"

#include <typeinfo>
#include <vector>

#include "config/suggestion.hpp"

namespace ghee {

namespace {
namespace po = boost::program_options;

/// The nearest known option, with its dashes; empty where none is near.
std::string nearest(std::string_view word, po::options_description const& known)
{
    std::vector<std::string> names;
    for (auto const& option : known.options())
        names.push_back("--" + option->long_name());
    std::vector<std::string_view> const views(names.begin(), names.end());
    return config::did_you_mean(word, views);
}

/// What its value must be.
std::string wanted(std::string const& name, po::options_description const& known)
{
    auto const* option = known.find_nothrow(name.substr(name.find_first_not_of('-')), false);
    auto const* value = option ? dynamic_cast<po::typed_value_base const*>(option->semantic().get()) : nullptr;
    if (value && value->value_type() == typeid(double))
        return "it must be a number";
    if (value && (value->value_type() == typeid(int) || value->value_type() == typeid(std::int64_t)))
        return "it must be a whole number";
    return "it is not of the form that is wanted";
}

std::string list(std::vector<std::string> const& words)
{
    std::string text;
    for (std::string const& word : words)
        text += (text.empty() ? "" : " or ") + ("--" + word.substr(word.find_first_not_of('-')));
    return text;
}
}  // namespace

UsageError option_error(po::error const& error, std::string_view program, std::string_view usage, po::options_description const& known)
{
    std::string const typed = "'" + std::string(program) + "'";
    std::string const help = "see '" + std::string(program) + " --help'";
    std::string name;
    if (auto const* named = dynamic_cast<po::error_with_option_name const*>(&error))
        name = named->get_option_name();
    name = name.substr(0, name.find('='));
    if (dynamic_cast<po::unknown_option const*>(&error))
    {
        auto const meant = nearest(name, known);
        return UsageError("unknown option '" + name + "'", "of " + typed, meant.empty() ? help : meant + " " + help);
    }
    if (auto const* ambiguous = dynamic_cast<po::ambiguous_option const*>(&error))
        return UsageError("option '" + name + "' has several meanings", list(ambiguous->alternatives()), "write it out");
    if (dynamic_cast<po::required_option const*>(&error))
        return UsageError("no " + name.substr(name.find_first_not_of('-')) + " is named", std::string(program) + " " + std::string(usage), help);
    if (dynamic_cast<po::multiple_occurrences const*>(&error))
        return UsageError("option '" + name + "' is there twice", typed + " takes one", "leave one out");
    if (auto const* syntax = dynamic_cast<po::invalid_syntax const*>(&error))
    {
        if (syntax->kind() == po::invalid_syntax::missing_parameter || syntax->kind() == po::invalid_syntax::empty_adjacent_parameter)
            return UsageError("option '" + name + "' has no value", typed + " needs one", help);
        if (syntax->kind() == po::invalid_syntax::extra_parameter)
            return UsageError("option '" + name + "' has a value", typed + " takes none", "leave the value out");
    }
    if (dynamic_cast<po::validation_error const*>(&error))
        return UsageError("option '" + name + "' cannot be read", wanted(name, known), help);
    if (dynamic_cast<po::too_many_positional_options_error const*>(&error))
        return UsageError("too many words", std::string(program) + " " + std::string(usage), help);
    return UsageError(error.what(), "of " + typed, help);
}

}  // namespace ghee
