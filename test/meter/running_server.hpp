// A real server on a real socket, in a thread of the test; and a peer that says whatever it likes.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <thread>

#include "fake_feed.hpp"
#include "meter/client.hpp"
#include "meter/server.hpp"
#include "support/command.hpp"
#include "sys/file.hpp"
#include "sys/line_stream.hpp"

namespace ghee::meter::test {

inline Instant in(double seconds) { return monotonic_clock().now() + std::chrono::duration_cast<std::chrono::nanoseconds>(Seconds(seconds)); }

/// Asks `condition` again and again, at most ten seconds.
template<class Condition>
bool eventually(Condition const& condition)
{
    auto const deadline = in(10);
    while (!condition())
    {
        if (monotonic_clock().now() > deadline)
            return false;
        monotonic_clock().sleep_until(in(0.002));
    }
    return true;
}

class RunningServer
{
  public:
    /// `options` without its socket.
    explicit RunningServer(ServerOptions options = system_mode(), FakeFeed feed = FakeFeed()) : feed_(std::move(feed))
    {
        options.socket = socket();
        server_.emplace(options, feed_);
        thread_ = std::thread(
            [this]
            {
                ended_because_ = server_->run(stop_.read.value());
                server_.reset();
            });
    }
    ~RunningServer() { stop(); }

    /// Returns why it ended.
    std::string stop()
    {
        stop_.write.reset();
        return wait();
    }
    std::string wait()
    {
        if (thread_.joinable())
            thread_.join();
        return ended_because_;
    }
    std::filesystem::path socket() const { return folder_ / "powerd.sock"; }
    std::filesystem::path folder() const { return folder_.path(); }
    FakeFeed const& feed() const { return feed_; }
    Client client() const { return Client(socket()); }

    /// Does not go by itself.
    static ServerOptions system_mode()
    {
        ServerOptions options;
        options.is_private = false;
        return options;
    }

  private:
    ghee::test::TemporaryFolder folder_;
    FakeFeed feed_;
    sys::Pipe stop_ = sys::make_pipe();
    std::optional<Server> server_;
    std::string ended_because_;
    std::thread thread_;
};

/// Speaks bytes, not messages.
class RawPeer
{
  public:
    explicit RawPeer(std::filesystem::path const& socket) : stream_(std::move(sys::connect_to(socket, Seconds(5)).fd), 4 << 20) {}

    /// What the socket takes at once; false: it has hung up.
    bool send(std::string_view bytes) { return ::send(stream_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()); }
    bool say_hello() { return send("{\"type\":\"hello\",\"protocols\":[1],\"id\":1}\n") && read().find("\"type\":\"hello\"") != std::string::npos; }
    /// The next line; "closed" or "timeout" where there is none.
    std::string read(double seconds = 10)
    {
        auto const got = stream_.read(in(seconds));
        switch (got.state)
        {
            case sys::LineState::line: return got.text;
            case sys::LineState::timeout: return "timeout";
            default: return "closed";
        }
    }
    /// No more from us; the daemon's side stays open.
    void end_sending() { ::shutdown(stream_.fd(), SHUT_WR); }

  private:
    sys::LineStream stream_;
};

}  // namespace ghee::meter::test
