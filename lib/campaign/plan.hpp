// A campaign file, read strictly and expanded: which configurations, in what order, and why others are refused.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "base/quantity.hpp"
#include "mlp/topology.hpp"
#include "record/configuration.hpp"

namespace ghee::campaign {

enum class Order { shuffled, listed, longest_first };

struct MeasureSettings
{
    Seconds idle_before{2};
    Seconds idle_after{2};
    Seconds min_window{2};          ///< short trainings are repeated until the train phase lasts this long
    double target_uncertainty = 0;  ///< relative; 0: none asked
    bool phases = true;             ///< accounts per phase, not only of the whole
};

struct PowerSettings
{
    std::vector<std::string> meters{"auto"};
    Seconds period{0.1};
    std::string primary = "auto";
};

struct RunSettings
{
    Seconds deadline{0};                  ///< of one child; 0: none asked, a generous one is derived
    int attempts = 2;                     ///< how often a run is tried when its child dies
    std::int64_t memory_limit_bytes = 0;  ///< of one child's address space growth; 0: none
};

struct Campaign
{
    std::string name;
    std::uint64_t seed = 0;
    int repeats = 1;
    Order order = Order::shuffled;
    MeasureSettings measure;
    PowerSettings power;
    RunSettings run;
    double max_size_error = mlp::usual_size_error;
    std::string text;  ///< the file as read, then one comment line `# --set KEY=VALUE` per override
    std::filesystem::path path;
    /// Every cell of every grid before exclusion by topology; in file order.
    std::vector<Configuration> cells;
    /// Why the file itself leaves a cell out, "" where it does not: one per cell, or none at all.
    std::vector<std::string> refusals;
};

/// A cell with its topology. `reason` empty: accepted. A command's cell has no network: no widths, and NaN for what follows from them.
struct Cell
{
    std::string config_id;
    Configuration configuration;
    int inputs = 0, outputs = 0;
    std::int64_t rows = 0;
    std::vector<int> widths;
    std::int64_t parameters = 0;
    double size_error = std::numeric_limits<double>::quiet_NaN();
    double flops_per_step = std::numeric_limits<double>::quiet_NaN();
    Bytes layer, forward, backward, epoch;  ///< working sets (docs/method/working-sets.md)
    std::string reason;
};

/// Reads and checks; throws UsageError `file:line: problem (why) suggestion`. `overrides`: KEY=VALUE, KEY as "grid.epochs".
Campaign read_campaign(std::filesystem::path const&, std::vector<std::string> const& overrides = {});

/// All cells with their topology, accepted or not, in file order; equal configurations once.
std::vector<Cell> expand(Campaign const&);

/// Accepted cells times repeats, in the order asked for. shuffled: every repeat of the whole campaign is shuffled by itself, by the
/// campaign's seed. listed: in file order, the whole list once per repeat. longest_first: by predicted_seconds.
std::vector<Task> order_tasks(Campaign const&, std::vector<Cell> const&);

/// A rough guess of one training's duration, for ordering only; infinite for a command, of which nothing is known.
Seconds predicted_seconds(Cell const&);

/// The command of a workload's task: {seed}, {repeat}, {run_id} and {config_id} filled in, {{word}} turned into {word}. What the worker
/// starts; Configuration::command has the grid's values only, so that repeats share a configuration.
std::vector<std::string> command_of(Task const&);

/// Every key a campaign file may have, dotted ("grid.size", "workload.NAME.command"), as docs/user/campaign-file.md must list them.
std::vector<std::string> accepted_keys();

}  // namespace ghee::campaign
