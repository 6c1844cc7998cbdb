// A stop request is seen, can be polled for, and leaves no trace afterwards.
#include "sys/signals.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include "started.hpp"
#include "sys/unix_socket.hpp"

namespace ghee::sys {
namespace {

using namespace test;

TEST(StopSignals, AreSeenAsFlagAndAsReadyDescriptor)
{
    for (int const number : {SIGTERM, SIGINT, SIGUSR1})
    {
        StopSignals const stop;
        EXPECT_FALSE(stop.requested());
        EXPECT_FALSE(wait_ready(stop.fd(), POLLIN, in(0)));
        std::raise(number);
        EXPECT_TRUE(stop.requested());
        EXPECT_EQ(stop.signal(), number);
        EXPECT_TRUE(wait_ready(stop.fd(), POLLIN, in(0)));
    }
}

TEST(StopSignals, TheFirstIsRemembered)
{
    StopSignals const stop;
    std::raise(SIGUSR1);
    std::raise(SIGTERM);
    EXPECT_EQ(stop.signal(), SIGUSR1);
}

TEST(StopSignals, WhatWasBeforeComesBack)
{
    auto const before = std::signal(SIGUSR1, SIG_IGN);
    {
        StopSignals const stop;
    }
    EXPECT_EQ(std::signal(SIGUSR1, before), SIG_IGN);
}

}  // namespace
}  // namespace ghee::sys
