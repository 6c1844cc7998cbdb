// ghee data: which data sets there are, getting them, checking them.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>

#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/log.hpp"
#include "data/dataset.hpp"
#include "data/fetch.hpp"
#include "data/locate.hpp"
#include "data/registry.hpp"
#include "data/verify.hpp"
#include "sys/file.hpp"
#include "verb.hpp"

namespace ghee::app {

namespace po = boost::program_options;
using data::Registered;

namespace {
/// Where a data set is, in words for a reader: one folder, "part of it in ...", or nothing.
struct Presence
{
    bool here = false;
    std::vector<std::string> files;
    std::string words;
};

Presence presence_of(Registered const& entry, std::vector<std::filesystem::path> const& folders)
{
    auto const found = data::find_files(entry, folders);
    Presence presence;
    presence.here = data::is_here(entry, found);
    std::set<std::string> places;
    for (auto const& file : found)
        if (file)
        {
            presence.files.push_back(file->string());
            places.insert(file->parent_path().string());
        }
    std::string where;
    for (auto const& place : places)
        where += (where.empty() ? "" : ", ") + place;
    bool const part = presence.files.size() < found.size();
    if (!presence.files.empty())
        presence.words = part ? fmt::format("{} of {} files in {}", presence.files.size(), found.size(), where) : where;
    if (!presence.here)
        presence.words = presence.files.empty() ? "no: ghee data fetch " + entry.name : "incomplete: " + presence.words;
    return presence;
}

ExitCode list(std::vector<std::string> const& arguments)
{
    po::options_description options("options");
    auto add = options.add_options();
    add("json", po::bool_switch(), "as JSON");
    auto const parsed = parse("data list", "[--json]", arguments, options);
    if (parsed.help)
        return ExitCode::done;
    auto const folders = data::search_folders();
    auto all = nlohmann::json::array();
    std::string table = fmt::format("{:<20} {:>7} {:>8} {:>6} {:>7}  {:<14} {}\n", "name", "rows", "features", "inputs", "outputs", "task", "here");
    for (auto const& entry : data::registry())
    {
        auto const facts = data::facts_of(entry.name);
        auto const presence = presence_of(entry, folders);
        table += fmt::format("{:<20} {:>7} {:>8} {:>6} {:>7}  {:<14} {}\n", facts.name, facts.rows, facts.raw_features, facts.inputs, facts.outputs,
                             name_of(facts.task), presence.words);
        all.push_back({{"name", facts.name},
                       {"rows", facts.rows},
                       {"raw_features", facts.raw_features},
                       {"inputs", facts.inputs},
                       {"outputs", facts.outputs},
                       {"task", name_of(facts.task)},
                       {"output_activation", name_of(facts.output_activation)},
                       {"loss", name_of(facts.loss)},
                       {"here", presence.here},
                       {"files", presence.files},
                       {"files_published", entry.files.size()}});
    }
    std::cout << (parsed.values["json"].as<bool>() ? all.dump(2) + "\n" : table);
    return ExitCode::done;
}

/// The registered data sets of these names. Throws UsageError for one that is none, before anything is done.
std::vector<Registered const*> named(std::vector<std::string> const& names)
{
    std::vector<Registered const*> entries;
    for (auto const& name : names)
    {
        auto const* const entry = data::find_registered(name);
        if (!entry)
            throw UsageError("'" + name + "' is not a data set", "known: " + data::registered_names());
        if (std::find(entries.begin(), entries.end(), entry) == entries.end())
            entries.push_back(entry);
    }
    return entries;
}

/// Percent on a terminal, silence elsewhere: a batch log gets one line per finished file.
void show_progress(std::string const& file, std::int64_t got, std::int64_t expected)
{
    static bool const terminal = isatty(STDERR_FILENO) == 1;
    static std::int64_t shown = -1;
    std::int64_t const percent = expected > 0 ? 100 * got / expected : 100;
    if (!terminal || percent == shown)
        return;
    shown = percent;
    std::cerr << "\r" << file << ": " << percent << " %" << (got >= expected ? "\n" : "") << std::flush;
}

bool is_right(Registered const& entry, std::vector<std::filesystem::path> const& folders)
{
    auto const checks = data::verify(entry, folders);
    // A file without a known checksum came out of an archive that had one.
    return std::all_of(checks.begin(), checks.end(), [&](data::FileCheck const& check)
                       { return check.state == data::FileState::right || (entry.archive && check.state == data::FileState::unchecked); });
}

ExitCode fetch(std::vector<std::string> const& arguments)
{
    po::options_description options("options");
    auto add = options.add_options();
    add("all", po::bool_switch(), "every data set that is published somewhere");
    add("from", po::value<std::string>()->default_value("", "where it is published"),
        "a folder, or an address (https, http, file), with the same file names");
    add("name", po::value<std::vector<std::string>>()->default_value({}, ""), "data sets");
    auto const parsed =
        parse("data fetch", "NAME... [--all] [--from FOLDER-OR-ADDRESS]", arguments, options, po::positional_options_description().add("name", -1));
    if (parsed.help)
        return ExitCode::done;
    auto entries = named(parsed.values["name"].as<std::vector<std::string>>());
    if (parsed.values["all"].as<bool>())
        for (auto const& entry : data::registry())
            if ((entry.archive || !entry.files.front().address.empty()) && std::find(entries.begin(), entries.end(), &entry) == entries.end())
                entries.push_back(&entry);
    if (entries.empty())
        throw UsageError("ghee data fetch: no data set is named", "known: " + data::registered_names(), "name some, or say --all");
    auto const folder = data::fetch_folder();
    bool failed = false;
    for (auto const* const entry : entries)
    {
        try
        {
            if (is_right(*entry, data::search_folders()))
            {
                log_info(entry->name + " is already here, with the published checksum");
                continue;
            }
            for (auto const& file : data::fetch(*entry, parsed.values["from"].as<std::string>(), folder, sys::publish_text, show_progress))
            {
                log_info(entry->name + ": " + file.string() + " is here, its checksum right");
                std::cout << file.string() << "\n";
            }
        }
        catch (Error const& error)
        {
            // The others may still come; the exit code tells.
            log_error(error.what());
            failed = true;
        }
    }
    return failed ? ExitCode::failed : ExitCode::done;
}

ExitCode verify(std::vector<std::string> const& arguments)
{
    po::options_description options("options");
    auto add = options.add_options();
    add("json", po::bool_switch(), "as JSON");
    add("name", po::value<std::vector<std::string>>()->default_value({}, ""), "data sets; none: whatever is here");
    auto const parsed = parse("data verify", "[NAME...] [--json]", arguments, options, po::positional_options_description().add("name", -1));
    if (parsed.help)
        return ExitCode::done;
    auto entries = named(parsed.values["name"].as<std::vector<std::string>>());
    bool const asked = !entries.empty();
    if (!asked)
        for (auto const& entry : data::registry())
            entries.push_back(&entry);
    auto const folders = data::search_folders();
    auto all = nlohmann::json::array();
    std::string table;
    bool good = true;
    for (auto const* const entry : entries)
        for (auto const& check : data::verify(*entry, folders))
        {
            bool const absent = check.state == data::FileState::absent;
            good = good && check.state != data::FileState::wrong && !(absent && asked);
            if (absent && !asked)
                continue;
            table += fmt::format("{:<9} {}{}\n", name_of(check.state), check.found ? check.found->string() : check.file,
                                 check.detail.empty() ? "" : " (" + check.detail + ")");
            all.push_back({{"name", entry->name},
                           {"file", check.file},
                           {"found", check.found ? nlohmann::json(check.found->string()) : nlohmann::json(nullptr)},
                           {"state", name_of(check.state)},
                           {"detail", check.detail}});
        }
    std::cout << (parsed.values["json"].as<bool>() ? all.dump(2) + "\n" : table);
    return good ? ExitCode::done : ExitCode::failed;
}

constexpr char const* usage = "usage: ghee data list [--json]                      what there is, and what of it is here\n"
                              "       ghee data fetch NAME... [--all] [--from X]   download, with checksum\n"
                              "       ghee data verify [NAME...] [--json]          compare what is here with the published checksums\n";
}  // namespace

ExitCode data(std::vector<std::string> const& arguments)
{
    if (arguments.empty())
    {
        std::cerr << usage;
        return ExitCode::usage;
    }
    std::vector<std::string> const rest(arguments.begin() + 1, arguments.end());
    if (arguments.front() == "list")
        return list(rest);
    if (arguments.front() == "fetch")
        return fetch(rest);
    if (arguments.front() == "verify")
        return verify(rest);
    if (arguments.front() == "--help" || arguments.front() == "-h")
    {
        std::cout << usage;
        return ExitCode::done;
    }
    throw UsageError("ghee data: '" + arguments.front() + "' is not known", "list, fetch and verify are", "see 'ghee data --help'");
}

}  // namespace ghee::app
