// One [grid] table: the product of its keys.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "campaign/command.hpp"
#include "campaign/grid_key.hpp"
#include "config/value.hpp"
#include "record/configuration.hpp"

namespace ghee::campaign {

/// Leave out every cell whose keys have one of these values, as text.
struct Exclusion
{
    std::map<std::string, std::vector<std::string>, std::less<>> keys;
};

struct GridCell
{
    Configuration configuration;
    bool excluded = false;
};

/// More cells than this in one file are a slip of the finger.
inline constexpr std::size_t most_cells = 1'000'000;

/// Cells of a grid in the order of grid_keys(), the last key running fastest. `base` holds what [training] says.
/// Throws UsageError for unknown keys, impossible values, missing dataset or size, words of a command that the grid does not
/// give.
std::vector<GridCell> expand_grid(config::Value const& table, Configuration const& base, std::map<std::string, Workload> const& workloads,
                                  std::vector<Exclusion> const& exclusions);

/// Keys of a grid's or an exclusion's table outside the known ones throw; `workloads`: those whose words are keys too.
void refuse_unknown_grid_keys(config::Value const& table, std::vector<Workload const*> const& workloads,
                              std::vector<std::string_view> const& further = {});

/// The one spelling of an optimiser: sgd with momentum is momentum, momentum without it is sgd, parameters that the kind does not
/// use have their default, so that equal trainings have equal ids. `momentum_given`: else momentum means 0.9.
void settle(Optimizer&, bool momentum_given);

}  // namespace ghee::campaign
