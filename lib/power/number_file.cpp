// Reading a kernel file from its start without opening it again.
#include "power/number_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

namespace ghee::power {

NumberFile::NumberFile(std::filesystem::path path) : path_(std::move(path)), fd_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC))
{
    error_ = fd_ ? 0 : errno;
}

std::optional<std::string> NumberFile::text()
{
    if (!fd_)
    {
        fd_.reset(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
        if (!fd_)
        {
            error_ = errno;
            return std::nullopt;
        }
    }
    char buffer[256];
    ssize_t const count = ::pread(fd_.value(), buffer, sizeof buffer - 1, 0);
    if (count < 0)
    {
        error_ = errno;
        fd_.reset();  // a driver that went away and came back has a new file
        return std::nullopt;
    }
    error_ = 0;
    std::string text(buffer, static_cast<std::size_t>(count));
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    return text;
}

std::optional<double> NumberFile::number()
{
    auto const content = text();
    if (!content)
    {
        return std::nullopt;
    }
    double value = 0.0;
    auto const [end, problem] = std::from_chars(content->data(), content->data() + content->size(), value);
    if (problem != std::errc{})
    {
        error_ = EINVAL;
        return std::nullopt;
    }
    return value;
}

}  // namespace ghee::power
