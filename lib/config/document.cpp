// toml++'s tree becomes ours; the only file that sees toml++.
#include "config/document.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>

#include <toml++/toml.h>

#include "base/error.hpp"
#include "config/toml_tree.hpp"

namespace ghee::config {

namespace {

struct Conversion
{
    std::string const& name;
    std::string const& fixed_place;
    std::optional<TomlFault> fault;

    [[nodiscard]] std::string place(toml::source_region const& source) const
    {
        return fixed_place.empty() ? name + ":" + std::to_string(source.begin.line) : fixed_place;
    }

    Value convert(toml::node const& node, std::string path)
    {
        Value value;
        value.place = place(node.source());
        value.path = std::move(path);
        if (auto const* table = node.as_table())
        {
            Table& entries = value.content.emplace<Table>();
            for (auto const& [key, child] : *table)
            {
                std::string const word(key.str());
                entries.emplace(word, convert(child, value.path.empty() ? word : value.path + "." + word));
            }
        }
        else if (auto const* array = node.as_array())
        {
            List& elements = value.content.emplace<List>();
            for (auto const& child : *array)
                elements.push_back(convert(child, value.path));
        }
        else if (auto const* text = node.as_string())
            value.content = text->get();
        else if (auto const* integer = node.as_integer())
            value.content = integer->get();
        else if (auto const* real = node.as_floating_point())
            value.content = real->get();
        else if (auto const* flag = node.as_boolean())
            value.content = flag->get();
        else if (!fault)
            fault = {"'" + value.path + "' is a date or a time, and no key takes one", node.source().begin.line};
        return value;
    }
};

std::string one_line(std::string_view text)
{
    std::string line(text);
    std::replace_if(line.begin(), line.end(), [](unsigned char c) { return c < ' '; }, ' ');
    return line;
}

}  // namespace

std::optional<TomlFault> read_toml(std::string_view text, std::string const& name, std::string const& fixed_place, Value& root)
{
    try
    {
        toml::table const table = toml::parse(text, name);
        Conversion conversion{name, fixed_place, std::nullopt};
        root = conversion.convert(table, {});
        if (fixed_place.empty())
            root.place = name;
        return conversion.fault;
    }
    catch (toml::parse_error const& error)
    {
        return TomlFault{one_line(error.description()), error.source().begin.line};
    }
}

Value parse_document(std::string_view text, std::string const& name)
{
    Value root;
    if (auto const fault = read_toml(text, name, {}, root))
        throw UsageError(name + ":" + std::to_string(fault->line) + ": " + fault->problem, "not the TOML that is expected here");
    return root;
}

Document read_document(std::filesystem::path const& path)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        throw UsageError(path.string() + ": cannot be read", "it is a directory");
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw UsageError(path.string() + ": cannot be read", errno_text(errno));
    Document document;
    document.text.assign(std::istreambuf_iterator<char>(file), {});
    if (file.bad())
        throw UsageError(path.string() + ": cannot be read to its end", errno_text(errno));
    document.root = parse_document(document.text, path.string());
    return document;
}

}  // namespace ghee::config
