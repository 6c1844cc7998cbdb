// The keys of a grid: how each is read into a configuration and how it is told again.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/suggestion.hpp"
#include "config/value.hpp"
#include "record/configuration.hpp"

namespace ghee::campaign {

/// A value of a key, checked, ready to be put into configurations.
using Setter = std::function<void(Configuration&)>;

struct GridKey
{
    std::string_view name;
    bool whole_number = false;  ///< text such as "2^5..2^24" stands for whole numbers
    /// Throws UsageError naming the value's place for a wrong type or an impossible value.
    Setter (*read)(config::Value const&);
    std::string (*text)(Configuration const&);
};

/// All of them, outermost of the product first.
std::span<GridKey const> grid_keys();

/// Null for a key that only a command knows.
GridKey const* find_grid_key(std::string_view name);

/// Names of grid_keys().
std::vector<std::string_view> grid_key_names();

/// The values a key stands for: elements of a list, ranges unrolled. `key` null: a key that only a command knows, where powers
/// and ranges are unrolled and every other text stays as it is.
std::vector<config::Value> grid_values(config::Value const&, GridKey const* key);

/// A value of a key that only a command knows, as text: numbers in their shortest decimal form.
std::string parameter_text(config::Value const&);

/// A word out of an enumeration's names; throws UsageError with the known ones.
template<class Enum>
Enum as_word(config::Value const& value)
{
    std::string const& text = config::as_text(value);
    if (auto const found = find_name<Enum>(text))
        return *found;
    refuse(value, "'" + value.path + "' is " + describe(value) + ", which is not " + std::string(Names<Enum>::what), "known: " + all_names<Enum>(),
           config::did_you_mean(text, Names<Enum>::names));
}

}  // namespace ghee::campaign
