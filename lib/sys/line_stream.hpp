// Lines over a stream: pieces in, whole lines out, and a bound on how much an unfinished one may take.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "sys/unique_fd.hpp"

namespace ghee::sys {

/// Cuts a stream of bytes into lines. For servers with their own poll loop.
class LineBuffer
{
  public:
    /// `limit`: bytes of the longest line, newline excluded.
    explicit LineBuffer(std::size_t limit) : limit_(limit) {}

    void append(std::string_view bytes) { bytes_.append(bytes); }
    /// The next whole line without its newline.
    std::optional<std::string> next();
    /// A line grows beyond the limit: the peer is broken or hostile, drop it.
    [[nodiscard]] bool overflown() const { return overflown_; }
    /// An unfinished line waits for its end.
    [[nodiscard]] bool partial() const { return begin_ < bytes_.size(); }

  private:
    std::size_t limit_;
    std::string bytes_;
    std::size_t begin_ = 0;     ///< of what has not been given out
    std::size_t searched_ = 0;  ///< no newline in [begin_, searched_)
    bool overflown_ = false;
};

enum class LineState { line, timeout, closed, too_long, broken };

struct LineRead
{
    LineState state = LineState::closed;
    std::string text;  ///< the line, or for `broken` what errno says
};

/// Reads from `fd` (socket or pipe) what is there, at most one read of 64 KiB, into `buffer`. Never blocks on a descriptor that does not block.
/// `line`: something came; `timeout`: nothing was there; `closed`, `broken`: as it says.
LineState fill(LineBuffer& buffer, int fd);

/// Both directions of one connection, with deadlines. One thread at a time. Owns the descriptor and makes it non-blocking.
class LineStream
{
  public:
    static constexpr std::size_t default_limit = std::size_t{1} << 20;
    explicit LineStream(UniqueFd fd, std::size_t limit = default_limit);

    [[nodiscard]] int fd() const { return fd_.value(); }
    /// Next line; after `too_long`, `closed` or `broken` the stream is of no more use. A last line without a newline is lost: it may be torn.
    LineRead read(Instant deadline);
    /// Sends `line` and a newline. `line`: sent; `timeout`: the peer does not read (the stream is torn, close it); `closed`: it hung up.
    LineState write(std::string_view line, Instant deadline);

  private:
    UniqueFd fd_;
    LineBuffer buffer_;
};

}  // namespace ghee::sys
