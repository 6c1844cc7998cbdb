// What this node can be measured with, in words or as JSON.
#pragma once

#include <ostream>
#include <vector>

#include "power/source.hpp"

namespace ghee::powerd {

void list_text(std::ostream& out, std::vector<power::Discovered> const& all);
/// {"channels": [...], "absent": [{"source", "reason"}], "notes": [{"source", "note"}]}
void list_json(std::ostream& out, std::vector<power::Discovered> const& all);

}  // namespace ghee::powerd
