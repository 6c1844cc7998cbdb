// Whole files: read, written, published.
#include "sys/file.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>

#include <csignal>
#include <thread>

#include "base/error.hpp"
#include "support/command.hpp"

namespace ghee::sys {
namespace {

namespace fs = std::filesystem;

using ghee::test::TemporaryFolder;

TEST(File, TemporaryThingsFindAFolderWhereTmpdirNamesNone)
{
    char const* const before = std::getenv("TMPDIR");
    std::string const kept = before != nullptr ? before : "";
    ::setenv("TMPDIR", "/nowhere/at/all", 1);
    EXPECT_EQ(sys::temporary_folder(), "/tmp");
    ::setenv("TMPDIR", "/", 1);
    EXPECT_EQ(sys::temporary_folder(), "/");
    before != nullptr ? ::setenv("TMPDIR", kept.c_str(), 1) : ::unsetenv("TMPDIR");
}

TEST(File, PublishedTextIsReadBack)
{
    TemporaryFolder const folder;
    std::string const text(100000, 'x');
    publish_text(folder / "a", text);
    EXPECT_EQ(read_text(folder / "a"), text);
    publish_text(folder / "a", "new\n");
    EXPECT_EQ(read_text(folder / "a"), "new\n");
    EXPECT_EQ(find_word(folder / "a"), "new");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1) << "no temporary file is left";
}

TEST(File, WhatIsAbsentIsNothingOrAnErrorWithItsName)
{
    EXPECT_FALSE(find_text("/no/such/file"));
    EXPECT_FALSE(find_text("/")) << "a folder has no text";
    try
    {
        (void)read_text("/no/such/file");
        ADD_FAILURE();
    }
    catch (Error const& error)
    {
        EXPECT_STREQ(error.what(), "cannot read '/no/such/file' (No such file or directory)");
    }
}

TEST(File, AReaderSeesTheOldOrTheNewNeverHalf)
{
    TemporaryFolder const folder;
    std::string const a(1 << 16, 'a'), b(1 << 17, 'b');
    publish_text(folder / "f", a);
    std::thread writer(
        [&]
        {
            for (int i = 0; i < 20; ++i)
                publish_text(folder / "f", i % 2 ? a : b);
            publish_text(folder / "f", "end");
        });
    for (std::string seen; seen != "end";)
    {
        seen = read_text(folder / "f");
        ASSERT_TRUE(seen == a || seen == b || seen == "end") << seen.size();
    }
    writer.join();
}

TEST(File, AFailedPublicationLeavesTheOldFileAndNoOther)
{
    TemporaryFolder const folder;
    publish_text(folder / "f", "old");
    // A full disk, as a limit on file size shows it.
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    auto const handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit const tight{1000, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tight);
    std::string what;
    try
    {
        publish_text(folder / "f", std::string(2000, 'x'));
    }
    catch (Error const& error)
    {
        what = error.why();
    }
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    EXPECT_EQ(what, "File too large");
    EXPECT_EQ(read_text(folder / "f"), "old");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(File, EveryByteIsWrittenAlsoToAPipeThatDoesNotBlock)
{
    Pipe pipe = make_pipe();
    ASSERT_EQ(::fcntl(pipe.write.value(), F_SETFL, O_NONBLOCK), 0);
    std::string const text(1 << 20, 'y');
    std::string got;
    std::thread reader(
        [&]
        {
            char block[4096];
            for (ssize_t n = 0; (n = ::read(pipe.read.value(), block, sizeof block)) > 0;)
                got.append(block, static_cast<std::size_t>(n));
        });
    write_all(pipe.write.value(), text, "a pipe");
    pipe.write.reset();
    reader.join();
    EXPECT_EQ(got, text);
}

TEST(UniqueFd, ClosesOnceAndMovesItsHandle)
{
    Pipe pipe = make_pipe();
    int const number = pipe.read.value();
    {
        UniqueFd taken = std::move(pipe.read);
        EXPECT_FALSE(pipe.read);
        EXPECT_EQ(taken.value(), number);
        EXPECT_GE(::fcntl(number, F_GETFD), 0);
    }
    EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

}  // namespace
}  // namespace ghee::sys
