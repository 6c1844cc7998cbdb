// From a name or a path to encoded rows.
#include "data/dataset.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "data/encode.hpp"
#include "data/images.hpp"
#include "data/locate.hpp"
#include "data/registry.hpp"
#include "data/table.hpp"

namespace ghee::data {

namespace fs = std::filesystem;

namespace {
/// A word with a slash or a known ending is a path; anything else was meant as a name.
bool looks_like_path(std::string const& word) { return word.find('/') != std::string::npos || word.ends_with(".tsv") || word.ends_with(".tsv.gz"); }

[[noreturn]] void refuse_name(std::string const& name)
{
    throw UsageError("'" + name + "' is not a data set", "known: " + registered_names(),
                     "a file of your own is named by its path, ending in .tsv or .tsv.gz");
}

[[noreturn]] void refuse_absent(Registered const& entry, std::string const& file, std::vector<fs::path> const& folders)
{
    std::string places;
    for (auto const& folder : folders)
        places += (places.empty() ? "" : ", ") + folder.string() + (fs::is_directory(folder) ? "" : " [no such folder]");
    throw Error("data set '" + entry.name + "' is not here", "looked for " + file + " in " + (places.empty() ? "no folder" : places),
                "run 'ghee data fetch " + entry.name + "' or set GHEE_DATA to a folder that has it");
}

void append(Images& all, Images&& more, std::string const& name)
{
    if (all.count == 0)
        all = std::move(more);
    else
    {
        if (all.pixels != more.pixels)
            throw Error(name + ": images of " + std::to_string(more.pixels) + " pixels after images of " + std::to_string(all.pixels));
        all.count += more.count;
        all.bytes += more.bytes;
        all.labels.insert(all.labels.end(), more.labels.begin(), more.labels.end());
    }
}

Images read_images(Registered const& entry, std::vector<std::optional<fs::path>> const& files)
{
    Images all;
    if (entry.layout == Layout::idx)
        for (std::size_t i = 0; i + 1 < files.size(); i += 2)
            append(all, read_idx(*files[i], *files[i + 1]), entry.name);
    else
        for (auto const& file : files)
            if (file)
                append(all, read_cifar10(*file), entry.name);
    return all;
}

/// A file that is not what the registry says would carry a published name over other numbers.
void check(Registered const& entry, Dataset const& data, std::int64_t rows, int distinct, std::string const& where)
{
    auto const expect = [&](char const* what, std::int64_t found, std::int64_t expected)
    {
        if (found != expected)
            throw Error(where + ": not the published " + entry.name,
                        std::to_string(found) + " " + what + ", " + std::to_string(expected) + " expected",
                        "see 'ghee data verify " + entry.name + "', or name the file by its path");
    };
    expect("rows", data.rows, rows);
    expect("encoded inputs", data.features, entry.inputs);
    expect("outputs", data.outputs, distinct);
}

std::int64_t rows_here(Registered const& entry, std::vector<std::optional<fs::path>> const& files)
{
    auto const here = std::count_if(files.begin(), files.end(), [](auto const& file) { return file.has_value(); });
    if (entry.layout != Layout::cifar10 || here == 0)
        return entry.rows;
    return entry.rows / static_cast<std::int64_t>(files.size()) * here;
}

Dataset load_registered(Registered const& entry, std::optional<TaskKind> task)
{
    auto const folders = search_folders();
    auto const files = find_files(entry, folders);
    if (!is_here(entry, files))
    {
        auto const missing = std::find(files.begin(), files.end(), std::nullopt) - files.begin();
        refuse_absent(entry, entry.files[static_cast<std::size_t>(missing)].path, folders);
    }
    TaskKind const chosen = task.value_or(entry.task);
    auto const expected = code_of_target(entry.distinct_targets, chosen, entry.name);
    auto const first = *std::find_if(files.begin(), files.end(), [](auto const& file) { return file.has_value(); });
    auto const rows = rows_here(entry, files);
    Dataset data = entry.layout == Layout::tsv ? encode(read_tsv(*first), chosen, entry.name) : encode(read_images(entry, files), chosen, entry.name);
    check(entry, data, rows, expected.outputs, first->string());
    if (rows != entry.rows)
        log_warning(entry.name + ": only " + std::to_string(rows) + " of " + std::to_string(entry.rows) +
                    " rows are here; the rest comes with 'ghee data fetch " + entry.name + "'");
    return data;
}

DatasetFacts facts_of_registered(Registered const& entry, std::optional<TaskKind> task)
{
    auto const target = code_of_target(entry.distinct_targets, task.value_or(entry.task), entry.name);
    return {entry.name,
            rows_here(entry, find_files(entry, search_folders())),
            entry.raw_features,
            entry.inputs,
            target.outputs,
            target.task,
            target.output_activation,
            target.loss};
}
}  // namespace

Dataset load_dataset(std::string const& name_or_path, std::string const& task)
{
    auto const wanted = parse_task(task);
    if (auto const* const entry = find_registered(name_or_path))
        return load_registered(*entry, wanted);
    if (!looks_like_path(name_or_path))
        refuse_name(name_or_path);
    return encode(read_tsv(name_or_path), wanted, name_or_path);
}

DatasetFacts facts_of(std::string const& name_or_path, std::string const& task)
{
    auto const wanted = parse_task(task);
    if (auto const* const entry = find_registered(name_or_path))
        return facts_of_registered(*entry, wanted);
    if (!looks_like_path(name_or_path))
        refuse_name(name_or_path);
    Table const table = read_tsv(name_or_path);
    Dataset const data = encode(table, wanted, name_or_path);
    return {data.name, data.rows, static_cast<int>(table.columns.size()), data.features, data.outputs, data.task, data.output_activation, data.loss};
}

}  // namespace ghee::data
