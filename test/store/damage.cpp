// What is not a whole result file of ours is refused in one line; a full disk costs nothing but the new file.
#include <csignal>
#include <fstream>
#include <future>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "base/error.hpp"
#include "store/hdf5.hpp"
#include "store/result_file.hpp"
#include "store/sample_run.hpp"
#include "support/command.hpp"

/// A file abandoned after a failed write keeps a few hundred bytes in the library, as it must (NewFile::abandon).
extern "C" char const* __lsan_default_suppressions();
extern "C" char const* __lsan_default_suppressions() { return "leak:libhdf5\n"; }

namespace {
using namespace ghee;
namespace fs = std::filesystem;
using testing::HasSubstr;

struct Damage : testing::Test
{
    test::TemporaryFolder const own;
    fs::path const folder = own.path();
    fs::path const file = folder / "a.h5";
};

std::string message_of(std::function<void()> const& action)
{
    try
    {
        action();
    }
    catch (Error const& error)
    {
        return error.what();
    }
    return "no error";
}

std::string reading(fs::path const& file)
{
    std::string const message = message_of([&] { static_cast<void>(store::read_table(file, "runs")); });
    EXPECT_EQ(message.find('\n'), std::string::npos);
    EXPECT_THAT(message, HasSubstr(file.filename().string()));
    EXPECT_NE(message_of([&] { static_cast<void>(store::read_provenance(file)); }), "no error");
    return message;
}

TEST_F(Damage, WhatIsNotThereOrEmptyOrForeignIsSaidSo)
{
    EXPECT_THAT(reading(file), HasSubstr("no such file"));
    EXPECT_THAT(reading(folder), HasSubstr("a folder"));
    std::ofstream(file).close();
    EXPECT_THAT(reading(file), HasSubstr("empty file"));
    std::ofstream(file) << "run_id,net_j\n";
    EXPECT_THAT(reading(file), HasSubstr("not HDF5"));
}

TEST_F(Damage, AnHdf5FileOfSomebodyElseIsSaidSo)
{
    store::h5::NewFile foreign(file);
    foreign.close();
    EXPECT_THAT(reading(file), HasSubstr("not a result file of ghee"));
}

TEST_F(Damage, ANewerFormatIsNamed)
{
    store::h5::NewFile newer(file);
    store::h5::write_attribute(newer.handle(), "format_version", store::format_version + 1);
    store::h5::write_attribute(newer.handle(), "ghee_version", std::string("9.9.0"));
    newer.close();
    std::string const message = reading(file);
    EXPECT_THAT(message, HasSubstr("newer ghee"));
    EXPECT_THAT(message, HasSubstr("9.9.0"));
}

TEST_F(Damage, ATornFileIsRefusedWhereverItWasTorn)
{
    store::publish(file, test::sample_contents(3), test::sample_stream(3));
    std::string whole;
    {
        std::ifstream stream(file, std::ios::binary);
        whole.assign(std::istreambuf_iterator<char>(stream), {});
    }
    auto const torn = folder / "torn.h5";
    for (std::size_t const length : {std::size_t{1}, std::size_t{7}, std::size_t{8}, std::size_t{40}, std::size_t{96}, std::size_t{2048},
                                     whole.size() / 4, whole.size() / 2, whole.size() - 1})
    {
        std::ofstream(torn, std::ios::binary | std::ios::trunc) << whole.substr(0, length);
        EXPECT_NE(reading(torn), "no error") << length;
    }
}

TEST_F(Damage, AFlippedByteInATableIsNeverReadAsAnotherNumber)
{
    store::publish(file, test::sample_contents(1), test::sample_stream(40));
    std::string whole;
    {
        std::ifstream stream(file, std::ios::binary);
        whole.assign(std::istreambuf_iterator<char>(stream), {});
    }
    auto const good = store::read_table(file, "traces");
    auto const damaged = folder / "damaged.h5";
    int refused = 0;
    // Samples have no texts: every byte of the table is under a checksum.
    for (std::size_t at = 8; at < whole.size(); at += whole.size() / 400)
    {
        std::string bytes = whole;
        bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
        std::ofstream(damaged, std::ios::binary | std::ios::trunc) << bytes;
        try
        {
            EXPECT_EQ(store::read_table(damaged, "traces").rows, good.rows) << at;
        }
        catch (Error const&)
        {
            ++refused;
        }
    }
    EXPECT_GT(refused, 0);
}

/// Publishing into a limited space fails in one line and leaves the old file, and nothing beside it.
void expect_old_file(fs::path const& file, std::function<std::string()> const& failing)
{
    store::publish(file, test::sample_contents(1), test::sample_stream(1));
    std::string const message = failing();
    EXPECT_THAT(message, HasSubstr("cannot write " + file.string()));
    EXPECT_EQ(message.find('\n'), std::string::npos);
    EXPECT_EQ(store::read_table(file, "runs").rows.size(), 1U);
    EXPECT_EQ(std::distance(fs::directory_iterator(file.parent_path()), fs::directory_iterator{}), 1);
    // The library is in order again: the next one succeeds.
    store::publish(file, test::sample_contents(2), test::sample_stream(2));
    EXPECT_EQ(store::read_table(file, "runs").rows.size(), 2U);
}

TEST_F(Damage, AFileThatMayNotGrowLeavesTheOldOne)
{
    std::signal(SIGXFSZ, SIG_IGN);
    for (rlim_t const limit : {rlim_t{100}, rlim_t{20'000}, rlim_t{120'000}})
        expect_old_file(file,
                        [&]
                        {
                            rlimit old{};
                            getrlimit(RLIMIT_FSIZE, &old);
                            rlimit const tight{limit, old.rlim_max};
                            setrlimit(RLIMIT_FSIZE, &tight);
                            testing::internal::CaptureStderr();
                            // In a thread of its own, as a campaign does it: the library's silence is asked for thread by thread.
                            auto const publish = [&] { store::publish(file, test::sample_contents(900), test::sample_stream(900)); };
                            std::string const message = std::async(std::launch::async, [&] { return message_of(publish); }).get();
                            setrlimit(RLIMIT_FSIZE, &old);
                            EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
                            EXPECT_THAT(message, HasSubstr("File too large"));
                            return message;
                        });
}

TEST_F(Damage, AFullDiskLeavesTheOldFile)
{
    if (mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=400k") != 0)
        GTEST_SKIP() << "mounting a small file system needs root: " << errno_text(errno);
    struct Mounted
    {
        fs::path const& at;
        ~Mounted() { umount2(at.c_str(), MNT_DETACH); }  // the abandoned file is still open in it
    } const mounted{folder};
    expect_old_file(file,
                    [&]
                    {
                        std::string const message = message_of([&] { store::publish(file, test::sample_contents(4000), test::sample_stream(4000)); });
                        EXPECT_THAT(message, HasSubstr("No space left on device"));
                        return message;
                    });
}

TEST_F(Damage, AFileWithoutPermissionIsSaidSo)
{
    if (geteuid() == 0)
        GTEST_SKIP() << "root may write everywhere";
    fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec);
    EXPECT_THAT(message_of([&] { store::publish(file, {}, [](auto const&) {}); }), HasSubstr("Permission denied"));
    fs::permissions(folder, fs::perms::owner_all);
}
}  // namespace
