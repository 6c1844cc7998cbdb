// Edit distance over a short list.
#include "config/suggestion.hpp"

#include <algorithm>
#include <vector>

namespace ghee::config {

namespace {
/// Longer words are nobody's slip of the finger, and the table below is quadratic.
constexpr std::size_t longest_word = 64;
}  // namespace

int edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::vector<int>> distance(a.size() + 1, std::vector<int>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i)
        distance[i][0] = static_cast<int>(i);
    for (std::size_t j = 0; j <= b.size(); ++j)
        distance[0][j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j)
        {
            int& here = distance[i][j];
            here = std::min({distance[i - 1][j] + 1, distance[i][j - 1] + 1, distance[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                here = std::min(here, distance[i - 2][j - 2] + 1);
        }
    return distance[a.size()][b.size()];
}

std::string did_you_mean(std::string_view word, std::span<std::string_view const> known)
{
    if (word.size() > longest_word)
        return {};
    std::string_view nearest;
    int least = 0;
    for (std::string_view name : known)
    {
        int const distance = edit_distance(word, name);
        if (distance <= std::max<int>(1, static_cast<int>(name.size()) / 3) && (nearest.empty() || distance < least))
        {
            nearest = name;
            least = distance;
        }
    }
    return nearest.empty() ? std::string{} : "did you mean '" + std::string(nearest) + "'?";
}

std::string joined(std::span<std::string_view const> names)
{
    std::string text;
    for (std::string_view name : names)
        text += (text.empty() ? "" : ", ") + std::string(name);
    return text;
}

}  // namespace ghee::config
