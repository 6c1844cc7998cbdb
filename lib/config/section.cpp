// Typed access by key.
#include "config/section.hpp"

#include <algorithm>

#include "base/contract.hpp"
#include "config/suggestion.hpp"

namespace ghee::config {

void refuse_unknown_keys(Value const& table, std::span<std::string_view const> known, std::span<std::string const> more)
{
    std::vector<std::string_view> names(known.begin(), known.end());
    names.insert(names.end(), more.begin(), more.end());
    for (auto const& [key, value] : as_table(table))
    {
        if (std::find(names.begin(), names.end(), key) != names.end())
            continue;
        refuse(value, "'" + value.path + "' is not a key", "known" + (table.path.empty() ? "" : " in '" + table.path + "'") + ": " + joined(names),
               did_you_mean(key, names));
    }
}

Section::Section(Value const& table, std::span<std::string_view const> known) : table_(&table), known_(known) { refuse_unknown_keys(table, known); }

Section::Section(std::span<std::string_view const> known) : known_(known) {}

Value const* Section::find(std::string_view key) const
{
    GHEE_EXPECT(std::find(known_.begin(), known_.end(), key) != known_.end());
    if (!table_)
        return nullptr;
    Table const& entries = as_table(*table_);
    auto const found = entries.find(key);
    return found == entries.end() ? nullptr : &found->second;
}

std::string Section::text(std::string_view key, std::string const& fallback) const
{
    Value const* const value = find(key);
    return value ? as_text(*value) : fallback;
}

std::int64_t Section::integer(std::string_view key, std::int64_t fallback, Bounds bounds) const
{
    Value const* const value = find(key);
    return value ? as_integer(*value, bounds) : fallback;
}

double Section::number(std::string_view key, double fallback, Bounds bounds) const
{
    Value const* const value = find(key);
    return value ? as_number(*value, bounds) : fallback;
}

bool Section::flag(std::string_view key, bool fallback) const
{
    Value const* const value = find(key);
    return value ? as_flag(*value) : fallback;
}

std::vector<std::string> Section::texts(std::string_view key, std::vector<std::string> const& fallback) const
{
    Value const* const value = find(key);
    return value ? as_texts(*value) : fallback;
}

}  // namespace ghee::config
