// Blocks of 512 bytes: a header with octal numbers, then the content, padded. Layout: POSIX.1-1988 (ustar).
#include "data/tar.hpp"

#include <algorithm>
#include <optional>

#include "base/error.hpp"

namespace ghee::data {

namespace {
constexpr std::size_t block = 512;

std::string_view text_field(std::string_view header, std::size_t at, std::size_t length)
{
    auto const field = header.substr(at, length);
    return field.substr(0, field.find('\0'));
}

/// Octal digits between blanks; nothing for anything else (GNU's binary sizes above 8 GiB among them).
std::optional<std::size_t> octal_field(std::string_view header, std::size_t at, std::size_t length)
{
    auto field = text_field(header, at, length);
    while (field.starts_with(' '))
        field.remove_prefix(1);
    while (field.ends_with(' '))
        field.remove_suffix(1);
    if (field.empty() || field.find_first_not_of("01234567") != std::string_view::npos)
        return std::nullopt;
    std::size_t value = 0;
    for (char const digit : field)
        value = 8 * value + static_cast<std::size_t>(digit - '0');
    return value;
}

/// The sum of the header's bytes, its own checksum field taken as blanks.
std::size_t header_sum(std::string_view header)
{
    std::size_t sum = 0;
    for (std::size_t i = 0; i < block; ++i)
        sum += (i >= 148 && i < 156) ? ' ' : static_cast<unsigned char>(header[i]);
    return sum;
}
}  // namespace

std::vector<TarFile> tar_files(std::string_view archive, std::string const& name)
{
    std::vector<TarFile> files;
    for (std::size_t at = 0; at < archive.size();)
    {
        auto const torn = [&] { throw Error(name + ": the archive ends too early", "torn at byte " + std::to_string(at), "get the file again"); };
        if (archive.size() - at < block)
            torn();
        auto const header = archive.substr(at, block);
        if (std::all_of(header.begin(), header.end(), [](char c) { return c == '\0'; }))
            return files;
        auto const size = octal_field(header, 124, 12);
        if (!size || octal_field(header, 148, 8) != header_sum(header))
            throw Error(name + ": not a tar archive, or a damaged one", "no header at byte " + std::to_string(at), "get the file again");
        if (*size > archive.size() - at - block)
            torn();
        char const type = header[156];
        if (type == '0' || type == '\0')
        {
            bool const ustar = header.substr(257, 5) == "ustar" && header[262] == '\0';
            std::string const folder(ustar ? text_field(header, 345, 155) : "");
            files.push_back({(folder.empty() ? "" : folder + "/") + std::string(text_field(header, 0, 100)), archive.substr(at + block, *size)});
        }
        at += block + (*size + block - 1) / block * block;
    }
    // The two empty blocks at the end are missing: the archive was cut exactly between two files.
    throw Error(name + ": the archive has no end", "torn after " + std::to_string(files.size()) + " files", "get the file again");
}

}  // namespace ghee::data
