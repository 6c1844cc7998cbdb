// A whole number of the command line, plain or as a campaign file may write it: "2^14".
#pragma once

#include <cstdint>
#include <string>

namespace ghee::app {

/// Throws UsageError saying what is allowed for anything else, a range included, and for what lies outside [least, most].
std::int64_t whole_number(std::string const& option, std::string const& text, std::int64_t least, std::int64_t most);

}  // namespace ghee::app
