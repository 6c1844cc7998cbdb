// What Boost.Program_options finds wrong with a command line, as an error of ours: problem (why) suggestion.
#pragma once

#include <string>
#include <string_view>

#include <boost/program_options.hpp>

#include "base/error.hpp"

namespace ghee {

/// `program`: as typed, "ghee run"; `usage`: what stands behind it; `known`: its options, of which the nearest is suggested.
UsageError option_error(boost::program_options::error const&, std::string_view program, std::string_view usage,
                        boost::program_options::options_description const& known);

}  // namespace ghee
