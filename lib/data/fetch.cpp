// Download, check, then publish: in this order, so that no broken file ever has a data set's name.
#include "data/fetch.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "data/download.hpp"
#include "data/file_bytes.hpp"
#include "data/sha256.hpp"
#include "data/tar.hpp"
#include "data/verify.hpp"

namespace ghee::data {

namespace fs = std::filesystem;

namespace {
std::string address_of(RegisteredFile const& file, std::string const& from)
{
    if (from.empty())
        return file.address;
    if (from.find("://") != std::string::npos)
        return from + (from.ends_with('/') ? "" : "/") + file.path;
    if (!fs::is_directory(from))
        throw Error("'" + from + "' is not a folder", "--from takes a folder or an address with '://'");
    return file_address(fs::path(from) / file.path);
}

std::string fetch_checked(RegisteredFile const& file, std::string const& from, FetchProgress const& progress)
{
    auto const address = address_of(file, from);
    auto bytes = download(address, file.bytes,
                          [&](std::int64_t got, std::int64_t expected)
                          {
                              if (progress)
                                  progress(file.path, got, expected);
                          });
    if (static_cast<std::int64_t>(bytes.size()) != file.bytes)
        throw Error(address + ": " + std::to_string(bytes.size()) + " bytes came, " + std::to_string(file.bytes) + " were published",
                    "torn, or another version", "try again, or take another source with --from");
    if (auto const sum = sha256(bytes); sum != file.sha256)
        throw Error(address + ": wrong checksum", "SHA-256 " + sum + ", published is " + file.sha256,
                    "damaged, or another version: take another source with --from");
    return bytes;
}

fs::path write(fs::path const& folder, std::string const& path, std::string_view content, Publish const& publish)
{
    auto const file = folder / path;
    std::error_code failed;
    fs::create_directories(file.parent_path(), failed);
    if (failed)
        throw Error(file.parent_path().string() + ": cannot be made", failed.message(), "set GHEE_DATA to a folder you may write to");
    publish(file, content);
    return file;
}

std::vector<fs::path> fetch_archive(Registered const& entry, std::string const& from, fs::path const& folder, Publish const& publish,
                                    FetchProgress const& progress)
{
    auto const archive = unpack_gzip(fetch_checked(*entry.archive, from, progress), entry.archive->path);
    auto const held = tar_files(archive, entry.archive->path);
    std::vector<fs::path> written;
    for (auto const& file : entry.files)
    {
        auto const found = std::find_if(held.begin(), held.end(),
                                        [&](TarFile const& inside) { return fs::path(inside.name).filename() == fs::path(file.path).filename(); });
        if (found == held.end() || static_cast<std::int64_t>(found->content.size()) != file.bytes)
            throw Error(entry.archive->path + ": no whole " + fs::path(file.path).filename().string() + " inside");
        written.push_back(write(folder, file.path, found->content, publish));
    }
    return written;
}
}  // namespace

std::vector<fs::path> fetch(Registered const& entry, std::string const& from, fs::path const& folder, Publish const& publish,
                            FetchProgress const& progress)
{
    auto const checks = verify(entry, {folder});
    if (entry.archive)
    {
        bool const whole = std::all_of(checks.begin(), checks.end(),
                                       [](FileCheck const& check) { return check.state == FileState::right || check.state == FileState::unchecked; });
        return whole ? std::vector<fs::path>{} : fetch_archive(entry, from, folder, publish, progress);
    }
    std::vector<fs::path> written;
    for (std::size_t i = 0; i < entry.files.size(); ++i)
    {
        auto const& file = entry.files[i];
        if (checks[i].state == FileState::right)
            continue;
        if (file.address.empty() && from.empty())
            throw Error(entry.name + " cannot be downloaded", "it ships with ghee and is published nowhere else",
                        "see the folder data/ of ghee's sources, or take a copy with --from");
        written.push_back(write(folder, file.path, fetch_checked(file, from, progress), publish));
    }
    return written;
}

}  // namespace ghee::data
