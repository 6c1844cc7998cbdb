// Whole numbers written as text: "7", "2^10", and the ranges "2^5..2^24" (powers of two) and "3..9" (every number).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "config/value.hpp"

namespace ghee::config {

/// Whether a text has one of the forms, be it sensible or not.
bool is_range(std::string_view text);
/// Whether it is more than plain digits: a power or a range.
bool is_power_or_range(std::string_view text);

/// The numbers of a text for which is_range holds, ascending. Throws UsageError for a range that runs backward, mixes the two
/// kinds, goes beyond 2^53 or has more than 100,000 members.
std::vector<std::int64_t> range_of(Value const&);

}  // namespace ghee::config
