// Device, backend and threads against a node.
#include "campaign/capability.hpp"

#include <algorithm>

namespace ghee::campaign {

namespace {
std::string trainer_refusal(NodeInfo const& node, Configuration const& configuration)
{
    std::string const device(name_of(configuration.device));
    std::string reasons;
    for (BackendState const& backend : node.backends)
    {
        bool const wanted = configuration.backend == "auto" ? backend.device == device : backend.name == configuration.backend;
        if (!wanted)
            continue;
        if (backend.device != device)
            return "backend " + backend.name + " is for the " + backend.device + ", not the " + device;
        if (backend.refusal.empty())
            return {};
        reasons += (reasons.empty() ? "" : "; ") + backend.name + ": " + backend.refusal;
    }
    if (!reasons.empty())
        return reasons;
    return configuration.backend == "auto" ? "no backend for the " + device : "no backend of the name " + configuration.backend;
}
}  // namespace

std::string refusal(NodeInfo const& node, Configuration const& configuration)
{
    if (!configuration.workload.empty())
        return configuration.device == Device::gpu && node.gpus.empty() ? "no GPU" : "";
    return trainer_refusal(node, configuration);
}

}  // namespace ghee::campaign
