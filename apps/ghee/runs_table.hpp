// The runs of a campaign as one readable table: what `ghee show` prints, and `ghee run` at its end.
#pragma once

#include <iosfwd>

#include "store/result_file.hpp"

namespace ghee::app {

/// `runs`: the table "runs" of a result file (store::read_table). Prints configuration, outcome, time, gross, idle, net with its
/// uncertainty and quality, then a footer that says what is estimated, unmetered or failed. A column that is the same
/// for every run is told once above the table; one that means nothing to any of them is left out. `at_most` rows, 0: all; what is left out is counted in the footer.
void print_runs(std::ostream&, store::Table const& runs, std::size_t at_most = 0);

}  // namespace ghee::app
