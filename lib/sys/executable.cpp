// Finding programs of the same installation.
#include "sys/executable.hpp"

#include <unistd.h>

#include "base/error.hpp"

namespace ghee::sys {

std::filesystem::path own_executable()
{
    std::error_code fault;
    auto const path = std::filesystem::read_symlink("/proc/self/exe", fault);
    if (fault)
        throw Error("cannot tell where this program lies", "/proc/self/exe: " + fault.message());
    return path;
}

std::optional<std::filesystem::path> sibling_program(std::string const& name, std::filesystem::path const& own)
{
    auto const folder = own.parent_path();
    for (auto const& candidate : {folder / name, folder.parent_path() / name / name})
        if (std::filesystem::is_regular_file(candidate) && ::access(candidate.c_str(), X_OK) == 0)
            return candidate;
    return std::nullopt;
}

}  // namespace ghee::sys
