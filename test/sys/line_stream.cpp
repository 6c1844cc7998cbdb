// Lines in pieces, too long, torn, and with deadlines.
#include "sys/line_stream.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <csignal>
#include <thread>

#include "started.hpp"

namespace ghee::sys {
namespace {

using namespace test;

struct Pair
{
    Pair()
    {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            throw std::runtime_error("no socket pair");
        here.reset(ends[0]);
        there.reset(ends[1]);
    }
    UniqueFd here, there;
};

TEST(LineBuffer, CutsLinesWhereverThePiecesEnd)
{
    std::string const text = "one\n\nthree is long\nfour\n";
    for (std::size_t piece = 1; piece <= text.size(); ++piece)
    {
        LineBuffer buffer(100);
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < text.size(); at += piece)
        {
            buffer.append(std::string_view(text).substr(at, piece));
            while (auto line = buffer.next())
                lines.push_back(*line);
        }
        EXPECT_EQ(lines, (std::vector<std::string>{"one", "", "three is long", "four"})) << piece;
        EXPECT_FALSE(buffer.partial());
        EXPECT_FALSE(buffer.overflown());
    }
}

TEST(LineBuffer, ALineOfExactlyTheLimitPassesAndOneMoreDoesNot)
{
    LineBuffer exact(4);
    exact.append("1234\n");
    EXPECT_EQ(exact.next(), "1234");
    LineBuffer more(4);
    more.append("12345\n");
    EXPECT_FALSE(more.next());
    EXPECT_TRUE(more.overflown());
    LineBuffer endless(4);
    endless.append("12345");
    EXPECT_FALSE(endless.next());
    EXPECT_TRUE(endless.overflown()) << "it need not wait for the end of the line";
    endless.append("\nshort\n");
    EXPECT_FALSE(endless.next()) << "after an overflow nothing can be trusted";
}

TEST(LineStream, ADeadlineComesBackAsTimeoutAndLosesNothing)
{
    Pair pair;
    LineStream here(std::move(pair.here)), there(std::move(pair.there));
    EXPECT_EQ(here.read(in(0.01)).state, LineState::timeout);
    ASSERT_EQ(::send(there.fd(), "ab", 2, 0), 2);
    EXPECT_EQ(here.read(in(0.01)).state, LineState::timeout);
    ASSERT_EQ(::send(there.fd(), "c\n", 2, 0), 2);
    EXPECT_EQ(here.read(patience()).text, "abc");
}

TEST(LineStream, AHungUpPeerIsClosedNotASignal)
{
    Pair pair;
    LineStream here(std::move(pair.here));
    ASSERT_EQ(::send(pair.there.value(), "last\ntorn", 9, 0), 9);
    pair.there.reset();
    EXPECT_EQ(here.read(patience()).text, "last");
    EXPECT_EQ(here.read(patience()).state, LineState::closed) << "a line without its end is not given out";
    EXPECT_EQ(here.write("into the void", patience()), LineState::closed);
}

TEST(LineStream, APeerThatDoesNotReadTimesOutTheWriter)
{
    Pair pair;
    LineStream here(std::move(pair.here));
    std::string const much(8 << 20, 'x');
    EXPECT_EQ(here.write(much, in(0.05)), LineState::timeout);
}

TEST(LineStream, ALongLineArrivesWholeThroughASmallWindow)
{
    Pair pair;
    LineStream here(std::move(pair.here)), there(std::move(pair.there), std::size_t{16} << 20);
    std::string const much(8 << 20, 'x');
    std::thread writer([&] { EXPECT_EQ(here.write(much, patience()), LineState::line); });
    EXPECT_EQ(there.read(patience()).text, much);
    writer.join();
}

TEST(LineStream, TooLongIsSaidBeforeMemoryIsSpent)
{
    Pair pair;
    LineStream here(std::move(pair.here), 1000);
    std::thread writer(
        [&]
        {
            std::string const flood(4 << 20, 'x');
            for (std::size_t at = 0; at < flood.size();)
            {
                auto const put = ::send(pair.there.value(), flood.data() + at, flood.size() - at, MSG_NOSIGNAL);
                if (put <= 0)
                    return;
                at += static_cast<std::size_t>(put);
            }
        });
    EXPECT_EQ(here.read(patience()).state, LineState::too_long);
    {
        LineStream const dropped = std::move(here);
    }
    writer.join();
}

TEST(LineStream, WorksOverAPipeToo)
{
    auto const before = std::signal(SIGPIPE, SIG_IGN);
    Pipe pipe = make_pipe();
    LineStream reader(std::move(pipe.read)), writer(std::move(pipe.write));
    EXPECT_EQ(writer.write("through", patience()), LineState::line);
    EXPECT_EQ(reader.read(patience()).text, "through");
    {
        LineStream const dropped = std::move(reader);
    }
    EXPECT_EQ(writer.write("broken", patience()), LineState::closed);
    std::signal(SIGPIPE, before);
}

}  // namespace
}  // namespace ghee::sys
