// Can this node run that configuration? Judged from what the node said of itself.
#pragma once

#include <string>

#include "record/configuration.hpp"
#include "record/node.hpp"

namespace ghee::campaign {

/// Empty: it can. Else why not. What only the child can know (a precision its backend does not have) is not judged here.
std::string refusal(NodeInfo const&, Configuration const&);

/// How many GPUs a run is to be given: none on the CPU, else one; a command gets as many as the grid's key `gpus` says, where the
/// command has that word.
std::size_t gpus_wanted(Configuration const&);

}  // namespace ghee::campaign
