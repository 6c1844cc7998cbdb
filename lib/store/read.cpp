// Looking into a result file.
#include <algorithm>
#include <mutex>

#include "base/error.hpp"
#include "store/hdf5.hpp"
#include "store/library_lock.hpp"
#include "store/result_file.hpp"

namespace ghee::store {

namespace {
/// Open, ours, and not newer than what this program knows.
h5::ReadFile open_result(std::filesystem::path const& path)
{
    h5::ReadFile file(path);
    if (!file.has_attribute("format_version") || !file.has_attribute("ghee_version"))
        throw Error(path.string() + ": not a result file of ghee", "an HDF5 file without format_version and ghee_version");
    if (std::int64_t const found = file.integer("format_version"); found != format_version)
        throw Error(path.string() + ": written by " + (found > format_version ? "a newer" : "another") + " ghee",
                    "format " + std::to_string(found) + ", this ghee reads " + std::to_string(format_version),
                    "use ghee " + file.text("ghee_version") + " or later");
    return file;
}
}  // namespace

Table read_table(std::filesystem::path const& path, std::string const& table)
{
    std::vector<std::string> names;
    for (FieldDescription const& field : schema())
        if (names.empty() || names.back() != field.table)
            names.push_back(field.table);
    if (std::find(names.begin(), names.end(), table) == names.end())
    {
        std::string known;
        for (std::string const& name : names)
            known += (known.empty() ? "" : ", ") + name;
        throw UsageError("'" + table + "' is not a table", "known: " + known);
    }
    std::lock_guard const alone(library_lock());
    return open_result(path).table(table);
}

FileDescription read_description(std::filesystem::path const& path)
{
    std::lock_guard const alone(library_lock());
    h5::ReadFile const file = open_result(path);
    FileDescription description;
    description.ghee_version = file.text("ghee_version");
    description.ghee_commit = file.text("ghee_commit");
    Provenance& provenance = description.provenance;
    provenance.campaign_name = file.text("campaign_name");
    provenance.campaign_text = file.text("campaign_text");
    provenance.command_line = file.text("command_line");
    provenance.host = file.text("host");
    provenance.start_unix_ns = file.integer("start_unix_ns");
    provenance.planned_runs = file.integer("planned_runs");
    provenance.complete = file.truth("complete");
    return description;
}

Provenance read_provenance(std::filesystem::path const& path) { return read_description(path).provenance; }

}  // namespace ghee::store
