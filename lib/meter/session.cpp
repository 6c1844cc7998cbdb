// One connection of the server.
#include "meter/session.hpp"

#include <sys/socket.h>

#include <cerrno>

#include "base/error.hpp"

namespace ghee::meter {

Session::Session(sys::UniqueFd fd, sys::Peer peer, Instant now) : fd_(std::move(fd)), peer_(peer), since_(now), moved_(now) {}

void Session::receive()
{
    switch (sys::fill(in_, fd_.value()))
    {
        case sys::LineState::line: has_line_ = true; break;
        case sys::LineState::timeout: break;
        case sys::LineState::closed: peer_ended_ = true; break;
        default: drop("its connection broke: " + errno_text(errno));
    }
}

std::optional<std::string> Session::next_line()
{
    if (finishing_ || over_ || clogged())
        return std::nullopt;
    auto line = in_.next();
    has_line_ = line.has_value();
    if (!line && in_.overflown())
    {
        say({0, ErrorAnswer{"malformed", "a request has at most " + std::to_string(longest_request) + " bytes"}});
        finish("its request was longer than " + std::to_string(longest_request) + " bytes");
    }
    return line;
}

void Session::say(Answer const& answer)
{
    // What was sent is thrown away when it is the larger part, so that every byte is moved once on average.
    if (sent_ > out_.size() / 2)
    {
        out_.erase(0, sent_);
        sent_ = 0;
    }
    out_ += write(answer);
    out_ += '\n';
}

void Session::flush(Instant now)
{
    if (over_)
        return;
    if (unsent() == 0)
        moved_ = now;
    while (unsent() > 0)
    {
        auto const put = ::send(fd_.value(), out_.data() + sent_, unsent(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put > 0)
        {
            sent_ += static_cast<std::size_t>(put);
            moved_ = now;
        }
        else if (put < 0 && errno == EAGAIN)
            return;
        else if (put < 0 && errno != EINTR)
            return drop("it hung up");
    }
    out_.clear();
    sent_ = 0;
    if (finishing_)
        over_ = true;
}

void Session::finish(std::string reason)
{
    if (finishing_ || over_)
        return;
    finishing_ = true;
    reason_ = std::move(reason);
}

void Session::drop(std::string reason)
{
    if (over_)
        return;
    over_ = true;
    if (!finishing_)
        reason_ = std::move(reason);
}

}  // namespace ghee::meter
