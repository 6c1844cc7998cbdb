// The regular files of a tar archive in memory: enough for archives of data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ghee::data {

struct TarFile
{
    std::string name;          ///< as stored, folders included
    std::string_view content;  ///< inside the archive
};

/// Regular files in the archive's order (ustar, GNU and pax; long names are cut to what the plain header holds). Throws Error,
/// `name` in front, for a torn or damaged archive.
std::vector<TarFile> tar_files(std::string_view archive, std::string const& name);

}  // namespace ghee::data
