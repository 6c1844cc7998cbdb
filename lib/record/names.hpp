// One spelling per enumerator: the words of campaign files, the command line, JSON and HDF5.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace ghee {

/// Specialised beside each enum: `static constexpr std::array names{...}` in the enumerators' order, and `what`.
template<class Enum>
struct Names;

template<class Enum>
constexpr std::string_view name_of(Enum value)
{
    return Names<Enum>::names[static_cast<std::size_t>(value)];
}

template<class Enum>
constexpr std::optional<Enum> find_name(std::string_view text)
{
    for (std::size_t i = 0; i < Names<Enum>::names.size(); ++i)
        if (Names<Enum>::names[i] == text)
            return static_cast<Enum>(i);
    return std::nullopt;
}

/// All spellings, comma separated, for messages.
template<class Enum>
std::string all_names()
{
    std::string text;
    for (std::string_view name : Names<Enum>::names)
        text += (text.empty() ? "" : ", ") + std::string(name);
    return text;
}

/// Throws UsageError naming the possible words.
template<class Enum>
Enum parse_name(std::string_view text)
{
    if (auto const value = find_name<Enum>(text))
        return *value;
    throw UsageError("'" + std::string(text) + "' is not " + std::string(Names<Enum>::what), "known: " + all_names<Enum>());
}

}  // namespace ghee
