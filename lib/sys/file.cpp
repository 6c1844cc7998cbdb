// Reading, writing and publishing whole files.
#include "sys/file.hpp"

#include <fcntl.h>
#include <poll.h>

#include <array>
#include <cerrno>

#include "base/error.hpp"

namespace ghee::sys {

namespace {
UniqueFd open_retrying(std::filesystem::path const& path, int flags, unsigned mode = 0)
{
    int fd = -1;
    do
        fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    while (fd < 0 && errno == EINTR);
    return UniqueFd(fd);
}

/// The content of an open file; nothing and errno when a read fails.
std::optional<std::string> read_to_end(int fd)
{
    std::string text;
    std::array<char, 16384> block;
    for (;;)
    {
        auto const got = ::read(fd, block.data(), block.size());
        if (got == 0)
            return text;
        if (got > 0)
            text.append(block.data(), static_cast<std::size_t>(got));
        else if (errno != EINTR)
            return std::nullopt;
    }
}

std::filesystem::path folder_of(std::filesystem::path const& path)
{
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}
}  // namespace

std::optional<std::string> find_text(std::filesystem::path const& path)
{
    UniqueFd const file = open_retrying(path, O_RDONLY);
    return file ? read_to_end(file.value()) : std::nullopt;
}

std::string read_text(std::filesystem::path const& path)
{
    if (auto text = find_text(path))
        return *std::move(text);
    throw path_error("cannot read '" + path.string() + "'", errno);
}

std::optional<std::string> find_word(std::filesystem::path const& path)
{
    auto text = find_text(path);
    if (text)
        text->erase(text->find_last_not_of(" \t\r\n") + 1);
    return text;
}

void write_all(int fd, std::string_view bytes, std::string_view what)
{
    while (!bytes.empty())
    {
        auto const put = ::write(fd, bytes.data(), bytes.size());
        if (put >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(put));
        else if (errno == EAGAIN)
        {
            pollfd room{fd, POLLOUT, 0};
            ::poll(&room, 1, -1);
        }
        else if (errno != EINTR)
            throw Error("cannot write " + std::string(what), errno_text(errno));
    }
}

std::filesystem::path temporary_folder()
{
    std::error_code fault;
    auto folder = std::filesystem::temp_directory_path(fault);
    return fault ? "/tmp" : folder;
}

Pipe make_pipe()
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw Error("cannot make a pipe", errno_text(errno));
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void sync_file(std::filesystem::path const& path)
{
    UniqueFd const file = open_retrying(path, O_RDONLY);
    if (!file || ::fsync(file.value()) != 0)
        throw Error("cannot sync '" + path.string() + "'", errno_text(errno));
}

void publish(std::filesystem::path const& finished, std::filesystem::path const& path)
{
    sync_file(finished);
    if (::rename(finished.c_str(), path.c_str()) != 0)
        throw Error("cannot publish '" + path.string() + "'", errno_text(errno));
    sync_file(folder_of(path));
}

void publish_text(std::filesystem::path const& path, std::string_view content)
{
    std::filesystem::path const temporary = path.string() + "." + std::to_string(::getpid()) + ".tmp";
    try
    {
        UniqueFd const file = open_retrying(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (!file)
            throw Error("cannot create '" + temporary.string() + "'", errno_text(errno));
        write_all(file.value(), content, "'" + temporary.string() + "'");
        publish(temporary, path);
    }
    catch (...)
    {
        ::unlink(temporary.c_str());
        throw;
    }
}

}  // namespace ghee::sys
