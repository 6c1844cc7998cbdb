// Device, backend and threads against a node.
#include "campaign/capability.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "mlp/reasons.hpp"

namespace ghee::campaign {

namespace {
std::string trainer_refusal(NodeInfo const& node, Configuration const& configuration)
{
    std::string const device(name_of(configuration.device));
    std::vector<mlp::Refusal> refusals;
    for (BackendState const& backend : node.backends)
    {
        bool const wanted = configuration.backend == "auto" ? backend.device == device : backend.name == configuration.backend;
        if (!wanted)
            continue;
        if (backend.device != device)
            return "backend " + backend.name + " is for the " + backend.device + ", not the " + device;
        if (backend.refusal.empty())
            return {};
        refusals.push_back({backend.name, backend.refusal});
    }
    if (auto const [why, remedy] = mlp::sum_up(refusals); !why.empty())
        return why + (remedy.empty() ? "" : "; " + remedy);
    return configuration.backend == "auto" ? "no backend for the " + device : "no backend of the name " + configuration.backend;
}
}  // namespace

std::string refusal(NodeInfo const& node, Configuration const& configuration)
{
    bool const command = !configuration.workload.empty();
    if (auto reasons = command ? std::string() : trainer_refusal(node, configuration); !reasons.empty())
        return reasons;
    std::size_t const wanted = gpus_wanted(configuration);
    std::size_t const visible = node.visible_gpus.size();
    // Where the driver shows no GPU and the trainer runs all the same, it knows better.
    if (wanted <= visible || (!command && node.gpus.empty()))
        return {};
    if (node.gpus.empty() && visible == 0)
        return "no GPU";
    return fmt::format("{} of its GPUs asked for, {} to be had (CUDA_VISIBLE_DEVICES)", wanted, visible);
}

std::size_t gpus_wanted(Configuration const& configuration)
{
    if (configuration.device != Device::gpu)
        return 0;
    auto const key = configuration.parameters.find("gpus");
    if (configuration.workload.empty() || key == configuration.parameters.end())
        return 1;
    std::size_t number = 0;
    auto const& text = key->second;
    auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc() && end == text.data() + text.size() && number > 0 ? number : 1;
}

}  // namespace ghee::campaign
