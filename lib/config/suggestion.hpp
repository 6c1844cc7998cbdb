// What was probably meant: the nearest of the known names.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ghee::config {

/// Edits between two words: insertion, deletion, substitution, swap of neighbours (optimal string alignment distance).
int edit_distance(std::string_view, std::string_view);

/// "did you mean 'epochs'?" for the nearest known name if it is near (a third of its letters), else nothing.
std::string did_you_mean(std::string_view word, std::span<std::string_view const> known);

/// "a, b, c"
std::string joined(std::span<std::string_view const> names);

}  // namespace ghee::config
