// What a campaign's configurations took and cost, as a table for people.
#pragma once

#include <iosfwd>
#include <vector>

#include "campaign/conduct.hpp"

namespace ghee::app {

/// One line per configuration: those keys that differ between them, then runs, time, gross, idle, net and its uncertainty.
void print_configurations(std::ostream&, std::vector<campaign::ConfigurationSummary> const&);

}  // namespace ghee::app
