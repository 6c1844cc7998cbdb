// The search order of data folders.
#include "data/locate.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"

namespace ghee::data {

namespace fs = std::filesystem;

namespace {
std::optional<fs::path> from_environment(char const* name)
{
    char const* const value = std::getenv(name);
    if (value == nullptr || *value == '\0')
        return std::nullopt;
    return fs::path(value);
}

std::optional<fs::path> users_folder()
{
    if (auto const data = from_environment("XDG_DATA_HOME"))
        return *data / "ghee";
    if (auto const home = from_environment("HOME"))
        return *home / ".local" / "share" / "ghee";
    return std::nullopt;
}

/// A moved installation keeps its own folder, so the program's place comes before what was true when it was built.
std::vector<fs::path> shipped_folders()
{
    std::vector<fs::path> folders;
    std::error_code failed;
    auto const program = fs::read_symlink("/proc/self/exe", failed);
    if (!failed)
        folders.push_back((program.parent_path() / GHEE_DATA_FROM_PROGRAM).lexically_normal());
    folders.emplace_back(GHEE_DATA_IN_SOURCE);
    return folders;
}
}  // namespace

std::vector<fs::path> search_folders()
{
    std::vector<fs::path> folders;
    if (auto const named = from_environment("GHEE_DATA"))
        folders.push_back(*named);
    std::error_code failed;
    for (auto const& shipped : shipped_folders())
        if (fs::is_directory(shipped, failed))
        {
            folders.push_back(shipped);
            break;
        }
    if (auto const own = users_folder())
        folders.push_back(*own);
    return folders;
}

fs::path fetch_folder()
{
    if (auto const named = from_environment("GHEE_DATA"))
        return *named;
    if (auto const own = users_folder())
        return *own;
    throw Error("no folder for data sets", "none of GHEE_DATA, XDG_DATA_HOME and HOME is set", "set GHEE_DATA to a folder");
}

std::optional<fs::path> find_file(std::string const& path, std::vector<fs::path> const& folders)
{
    std::string const other = path.ends_with(".gz") ? path.substr(0, path.size() - 3) : path + ".gz";
    for (auto const& folder : folders)
        for (auto const& form : {path, other})
        {
            std::error_code failed;
            if (fs::is_regular_file(folder / form, failed))
                return folder / form;
        }
    return std::nullopt;
}

std::vector<std::optional<fs::path>> find_files(Registered const& entry, std::vector<fs::path> const& folders)
{
    std::vector<std::optional<fs::path>> found;
    for (auto const& file : entry.files)
        found.push_back(find_file(file.path, folders));
    return found;
}

bool is_here(Registered const& entry, std::vector<std::optional<fs::path>> const& found)
{
    auto const has = [](auto const& file) { return file.has_value(); };
    return entry.layout == Layout::cifar10 ? std::any_of(found.begin(), found.end(), has) : std::all_of(found.begin(), found.end(), has);
}

}  // namespace ghee::data
