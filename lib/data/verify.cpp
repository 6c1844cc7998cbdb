// Checksums of what is here against the registry's.
#include "data/verify.hpp"

#include "base/error.hpp"
#include "data/file_bytes.hpp"
#include "data/locate.hpp"
#include "data/sha256.hpp"

namespace ghee::data {

namespace {
void compare(FileCheck& check, RegisteredFile const& file)
{
    bool const published_packed = file.path.ends_with(".gz");
    bool const packed = check.found->extension() == ".gz";
    if (published_packed && !packed)
    {
        check.state = FileState::unchecked;
        check.detail = "unpacked, while the published checksum is that of the packed file";
        return;
    }
    // What is published unpacked and lies here packed is compared by its content.
    auto const bytes = published_packed ? read_file(*check.found) : read_unpacked(*check.found);
    if (static_cast<std::int64_t>(bytes.size()) != file.bytes)
    {
        check.state = FileState::wrong;
        check.detail = std::to_string(bytes.size()) + " bytes, " + std::to_string(file.bytes) + " were published";
    }
    else if (file.sha256.empty())
    {
        check.state = FileState::unchecked;
        check.detail = "the right size, and no checksum of this file is known";
    }
    else if (auto const sum = sha256(bytes); sum != file.sha256)
    {
        check.state = FileState::wrong;
        check.detail = "SHA-256 " + sum + ", published is " + file.sha256;
    }
    else
        check.state = FileState::right;
}
}  // namespace

std::vector<FileCheck> verify(Registered const& entry, std::vector<std::filesystem::path> const& folders)
{
    std::vector<FileCheck> checks;
    for (auto const& file : entry.files)
    {
        FileCheck check;
        check.file = file.path;
        check.found = find_file(file.path, folders);
        if (check.found)
        {
            try
            {
                compare(check, file);
            }
            catch (Error const& error)
            {
                check.state = FileState::wrong;
                check.detail = error.what();
            }
        }
        checks.push_back(std::move(check));
    }
    return checks;
}

}  // namespace ghee::data
