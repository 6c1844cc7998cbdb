// Environment of a child.
#include "sys/environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace ghee::sys {

std::vector<std::string> child_environment(EnvironmentEdits const& edits)
{
    static constexpr std::array<std::string_view, 4> launchers{"PMIX_", "OMPI_", "PMI_", "PRTE_"};
    std::vector<std::string> result;
    for (char** entry = environ; entry && *entry; ++entry)
    {
        std::string_view const text = *entry;
        std::string_view const key = text.substr(0, text.find('='));
        bool const of_launcher = std::any_of(launchers.begin(), launchers.end(), [&](auto prefix) { return key.starts_with(prefix); });
        bool const unset = std::find(edits.unset.begin(), edits.unset.end(), key) != edits.unset.end();
        if (!of_launcher && !unset && !edits.set.contains(std::string(key)))
            result.emplace_back(text);
    }
    for (auto const& [key, value] : edits.set)
        result.push_back(key + "=" + value);
    return result;
}

}  // namespace ghee::sys
