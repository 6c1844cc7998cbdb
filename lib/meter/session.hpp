// One connection as the server keeps it: lines in, a bounded amount of bytes out, and when it is over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "meter/feed.hpp"
#include "meter/protocol.hpp"
#include "sys/line_stream.hpp"
#include "sys/unix_socket.hpp"

namespace ghee::meter {

/// A trace on its way: first it waits for the sample after its end, then it leaves in pieces.
struct Delivery
{
    std::int64_t request = 0;
    Instant begin{};
    Instant end{};
    Instant deadline{};           ///< of the wait
    std::optional<Stretch> rest;  ///< of what is still to be sent; empty: waiting
    std::vector<std::int64_t> sent;
    std::vector<std::vector<std::string>> faults;
};

/// Nothing here blocks.
class Session
{
  public:
    /// Above this many unsent bytes nothing more is said, and no request is taken.
    static constexpr std::size_t high_water = 256 * 1024;

    Session(sys::UniqueFd fd, sys::Peer peer, Instant now);

    [[nodiscard]] int fd() const { return fd_.value(); }
    [[nodiscard]] sys::Peer const& peer() const { return peer_; }
    [[nodiscard]] Instant since() const { return since_; }

    /// Takes what has come, at most one read.
    void receive();
    /// The next whole line; nothing where none is there or none is to be taken now.
    std::optional<std::string> next_line();
    void say(Answer const&);
    /// Sends what the peer takes.
    void flush(Instant now);

    /// No more requests; over when everything said was sent.
    void finish(std::string reason);
    /// Over now.
    void drop(std::string reason);

    [[nodiscard]] bool clogged() const { return unsent() > high_water; }
    [[nodiscard]] std::size_t unsent() const { return out_.size() - sent_; }
    /// Since when the peer has taken nothing of what waits for it.
    [[nodiscard]] Instant stalled_since() const { return moved_; }
    /// Perhaps there is another line: the last call of next_line did not find the end of what has come.
    [[nodiscard]] bool has_line() const { return has_line_; }
    [[nodiscard]] bool finishing() const { return finishing_; }
    [[nodiscard]] bool peer_ended() const { return peer_ended_; }
    [[nodiscard]] bool over() const { return over_; }
    [[nodiscard]] std::string const& reason() const { return reason_; }

    bool greeted = false;
    std::string program;
    std::optional<Delivery> delivery;

  private:
    sys::UniqueFd fd_;
    sys::Peer peer_;
    Instant since_;
    sys::LineBuffer in_{longest_request};
    std::string out_;
    std::size_t sent_ = 0;
    Instant moved_;
    bool has_line_ = false;
    bool peer_ended_ = false;
    bool finishing_ = false;
    bool over_ = false;
    std::string reason_;
};

}  // namespace ghee::meter
