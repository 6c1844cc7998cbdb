// Identity of configurations and tasks.
#include "record/configuration.hpp"

#include <nlohmann/json.hpp>

#include "base/identity.hpp"
#include "record/json.hpp"

namespace ghee {

std::string config_id(Configuration const& configuration) { return hex(stable_hash(nlohmann::json(configuration).dump())); }

Task make_task(Configuration const& configuration, int repeat, std::uint64_t campaign_seed)
{
    Task task;
    task.config_id = config_id(configuration);
    task.repeat = repeat;
    task.configuration = configuration;
    std::string const identity = task.config_id + "/" + std::to_string(repeat);
    task.run_id = hex(stable_hash(identity));
    task.seed = stable_hash(std::to_string(campaign_seed) + "/" + identity);
    return task;
}

}  // namespace ghee
