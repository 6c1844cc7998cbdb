// The result file: records to HDF5 and back. The only HDF5 in the house; docs/reference/file-format.md is its contract.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "record/configuration.hpp"
#include "record/node.hpp"
#include "record/run.hpp"

namespace ghee::store {

/// What the root attributes hold.
struct Provenance
{
    std::string campaign_name;
    std::string campaign_text;  ///< the campaign file as it was read, --set lines appended as comments
    std::string command_line;
    std::string host;
    std::int64_t start_unix_ns = 0;
    std::int64_t planned_runs = 0;
    bool complete = false;  ///< every planned run has a row
    bool operator==(Provenance const&) const = default;
};

/// A configuration with what follows from it, for /configs.
struct ConfigurationRow
{
    std::string config_id;
    Configuration configuration;
    int inputs = 0, outputs = 0;
    std::vector<int> widths;
    std::int64_t parameters = 0;
    double size_error = 0;
    double flops_per_step = 0;
    double layer_bytes = 0, forward_bytes = 0, backward_bytes = 0, epoch_bytes = 0;
    bool operator==(ConfigurationRow const&) const = default;
};

struct NodeRow
{
    NodeInfo node;
    int worker = 0;
    std::vector<Channel> channels;
    bool operator==(NodeRow const&) const = default;
};

/// A failed attempt of a run that has no row (yet); those of finished runs are in their reports.
struct OpenAttempt
{
    std::string run_id;
    FailedAttempt attempt;
};

/// Everything a file holds except the runs, which are streamed.
struct Contents
{
    Provenance provenance;
    std::vector<ConfigurationRow> configurations;
    std::vector<NodeRow> nodes;
    std::vector<OpenAttempt> open_attempts;
};

/// Calls its argument once per run, in the order rows shall have.
using RunStream = std::function<void(std::function<void(RunReport const&)> const&)>;

/// Writes the whole file under a temporary name beside `path`, syncs and renames it, so that readers always see a complete file.
/// Samples are held one run at a time. Throws Error (unwritable, disk full, another process writes it, a foreign file in its place);
/// the old file is then untouched and the temporary one gone.
void publish(std::filesystem::path const& path, Contents const&, RunStream const&);

/// A table of a result file as text cells, for `ghee show`. Reals in as few digits as give the same number back; undefined is "nan".
struct Table
{
    std::vector<std::string> columns;
    std::vector<std::string> units;  ///< "" where a column has none
    std::vector<bool> numeric;       ///< whether a column holds numbers (truth values are 0 and 1)
    std::vector<std::vector<std::string>> rows;
};
/// Any table of schema(). Throws Error on a foreign, torn, damaged or newer file, UsageError on an unknown table.
Table read_table(std::filesystem::path const& path, std::string const& table);

struct FileDescription
{
    Provenance provenance;
    std::string ghee_version, ghee_commit;  ///< that wrote the file
};
FileDescription read_description(std::filesystem::path const& path);
Provenance read_provenance(std::filesystem::path const& path);

/// Raised whenever a reader of the former version could misread the new one; added fields do not count.
inline constexpr std::int64_t format_version = 1;

/// Names and units of all tables' fields, as the file-format page must list them. `type`: i8, u4, u8, f8, bool, text, textN.
struct FieldDescription
{
    std::string table, field, type, unit, meaning;
};
std::vector<FieldDescription> const& schema();

}  // namespace ghee::store
