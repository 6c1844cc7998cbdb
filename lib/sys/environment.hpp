// The environment a child gets: ours without the launcher's, with edits.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace ghee::sys {

/// Edits of a child's environment; a key in both lists is set.
struct EnvironmentEdits
{
    std::map<std::string, std::string> set;
    std::vector<std::string> unset;
};

/// "KEY=VALUE" of this process after the edits. PMIX_*, OMPI_*, PMI_* and PRTE_* are taken out: a child that saw them could
/// take itself for an MPI rank and its end for the rank's. Reads `environ`: no other thread may change it meanwhile.
std::vector<std::string> child_environment(EnvironmentEdits const&);

}  // namespace ghee::sys
