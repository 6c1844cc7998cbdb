// Names that end in a number, as the kernel gives them: accel3, Esocket0. (std::regex does not compile under GCC 12's
// sanitizers.)
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace ghee::power {

inline bool is_number(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "accel3" -> "accel" and "3"; "cpu" -> "cpu" and "".
struct Numbered
{
    std::string word;
    std::string number;
};
inline Numbered split_number(std::string_view name)
{
    auto const last = name.find_last_not_of("0123456789");
    auto const length = last == std::string_view::npos ? 0 : last + 1;
    return {std::string(name.substr(0, length)), std::string(name.substr(length))};
}

}  // namespace ghee::power
