// Lines over sockets and pipes.
#include "sys/line_stream.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "sys/unix_socket.hpp"

namespace ghee::sys {

std::optional<std::string> LineBuffer::next()
{
    std::size_t const end = bytes_.find('\n', searched_);
    if (end == std::string::npos)
    {
        searched_ = bytes_.size();
        overflown_ = overflown_ || bytes_.size() - begin_ > limit_;
        if (begin_ > 0)
        {
            bytes_.erase(0, begin_);
            searched_ -= begin_;
            begin_ = 0;
        }
        return std::nullopt;
    }
    if (overflown_ || end - begin_ > limit_)
    {
        overflown_ = true;
        return std::nullopt;
    }
    std::string line = bytes_.substr(begin_, end - begin_);
    begin_ = searched_ = end + 1;
    return line;
}

LineState fill(LineBuffer& buffer, int fd)
{
    std::array<char, 65536> block;
    for (;;)
    {
        auto const got = ::read(fd, block.data(), block.size());
        if (got > 0)
        {
            buffer.append({block.data(), static_cast<std::size_t>(got)});
            return LineState::line;
        }
        if (got == 0 || errno == ECONNRESET)
            return LineState::closed;
        if (errno == EAGAIN)
            return LineState::timeout;
        if (errno != EINTR)
            return LineState::broken;
    }
}

LineStream::LineStream(UniqueFd fd, std::size_t limit) : fd_(std::move(fd)), buffer_(limit)
{
    int const flags = ::fcntl(fd_.value(), F_GETFL);
    if (flags < 0 || ::fcntl(fd_.value(), F_SETFL, flags | O_NONBLOCK) != 0)
        throw Error("cannot use a descriptor as a stream of lines", errno_text(errno));
}

LineRead LineStream::read(Instant deadline)
{
    for (;;)
    {
        if (auto line = buffer_.next())
            return {LineState::line, *std::move(line)};
        if (buffer_.overflown())
            return {LineState::too_long, {}};
        switch (fill(buffer_, fd_.value()))
        {
            case LineState::line: break;
            case LineState::timeout:
                if (!wait_ready(fd_.value(), POLLIN, deadline))
                    return {LineState::timeout, {}};
                break;
            case LineState::closed: return {LineState::closed, {}};
            default: return {LineState::broken, errno_text(errno)};
        }
    }
}

LineState LineStream::write(std::string_view line, Instant deadline)
{
    std::string text(line);
    text += '\n';
    std::string_view rest = text;
    while (!rest.empty())
    {
        // MSG_NOSIGNAL: a peer that hung up is an answer, not a signal. A pipe has no such flag; its writer ignores SIGPIPE.
        auto put = ::send(fd_.value(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (put < 0 && errno == ENOTSOCK)
            put = ::write(fd_.value(), rest.data(), rest.size());
        if (put >= 0)
            rest.remove_prefix(static_cast<std::size_t>(put));
        else if (errno == EPIPE || errno == ECONNRESET)
            return LineState::closed;
        else if (errno == EAGAIN)
        {
            if (!wait_ready(fd_.value(), POLLOUT, deadline))
                return LineState::timeout;
        }
        else if (errno != EINTR)
            return LineState::broken;
    }
    return LineState::line;
}

}  // namespace ghee::sys
