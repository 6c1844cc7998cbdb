// A campaign file, read strictly and expanded: which configurations, in what order, and why others are refused.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/quantity.hpp"
#include "record/configuration.hpp"

namespace ghee::campaign {

enum class Order { shuffled, listed, longest_first };

struct MeasureSettings
{
    Seconds idle_before{2};
    Seconds idle_after{2};
    Seconds min_window{2};           ///< short trainings are repeated until the train phase lasts this long
    double target_uncertainty = 0;   ///< relative; 0: none asked
    bool phases = true;              ///< accounts per phase, not only of the whole
};

struct PowerSettings
{
    std::vector<std::string> meters{"auto"};
    Seconds period{0.1};
    std::string primary = "auto";
};

struct RunSettings
{
    Seconds deadline{0};  ///< of one child; 0: none asked, a generous one is derived
    int attempts = 2;     ///< how often a run is tried when its child dies
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
    double max_size_error = 0.20;
    std::string text;  ///< the file as read
    std::filesystem::path path;
    /// Every cell of every grid before exclusion by topology; in file order.
    std::vector<Configuration> cells;
};

/// A cell with its topology. `reason` empty: accepted.
struct Cell
{
    std::string config_id;
    Configuration configuration;
    int inputs = 0, outputs = 0;
    std::int64_t rows = 0;
    std::vector<int> widths;
    std::int64_t parameters = 0;
    double size_error = 0;
    double flops_per_step = 0;
    std::string reason;
};

/// Reads and checks; throws UsageError `file:line: problem (why) suggestion`. `overrides`: KEY=VALUE, KEY as "grid.epochs".
Campaign read_campaign(std::filesystem::path const&, std::vector<std::string> const& overrides = {});

/// All cells with their topology, accepted or not, in file order; equal configurations once.
std::vector<Cell> expand(Campaign const&);

/// Accepted cells times repeats, in the order asked for (shuffled by the campaign's seed).
std::vector<Task> order_tasks(Campaign const&, std::vector<Cell> const&);

}  // namespace ghee::campaign
