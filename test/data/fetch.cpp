// Downloads against a real server that also misbehaves, checksums, archives.
#include "data/fetch.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/download.hpp"
#include "data/file_bytes.hpp"
#include "data/packing.hpp"
#include "data/server.hpp"
#include "data/sha256.hpp"
#include "data/tar.hpp"
#include "data/verify.hpp"

namespace {
using namespace ghee;
using namespace ghee::data;
using ghee::data::test::error_of;
using ghee::data::test::Folder;
using ghee::data::test::Server;
using testing::ElementsAre;
using testing::HasSubstr;

namespace fs = std::filesystem;

/// Everything below a folder, sorted.
std::vector<std::string> entries(fs::path const& folder)
{
    std::vector<std::string> names;
    for (auto const& entry : fs::recursive_directory_iterator(folder))
        names.push_back(entry.path().lexically_relative(folder).string());
    std::sort(names.begin(), names.end());
    return names;
}

int run_to_end(std::vector<std::string> argv)
{
    sys::Command command;
    command.argv = std::move(argv);
    auto const exit = sys::Child(command).wait();
    return exit.code.value_or(-1);
}

/// A real published file, served from the folder that ships.
Registered wine()
{
    auto entry = *find_registered("wine_quality_white");
    entry.files[0].address.clear();
    return entry;
}
std::string const wine_file = "wine_quality_white.tsv.gz";

class Fetch : public testing::Test
{
  protected:
    std::vector<fs::path> fetch_from(std::string const& from, Registered const& entry = wine())
    {
        return fetch(entry, from, to_.path(), sys::publish_text,
                     [&](std::string const&, std::int64_t got, std::int64_t expected)
                     {
                         EXPECT_LE(got, expected);
                         most_ = std::max(most_, got);
                     });
    }
    /// The refusal, after which nothing may lie anywhere.
    std::string refusal(std::string const& from, Registered const& entry = wine())
    {
        auto message = error_of([&] { fetch_from(from, entry); });
        EXPECT_TRUE(entries(to_.path()).empty());
        EXPECT_EQ(message.find('\n'), std::string::npos);
        return message;
    }
    Folder to_, served_;
    std::int64_t most_ = 0;
};

TEST_F(Fetch, AGoodFileIsPublishedWholeUnderItsName)
{
    Server const server(GHEE_SHIPPED_DATA);
    EXPECT_THAT(fetch_from(server.address()), ElementsAre(to_ / wine_file));
    EXPECT_THAT(entries(to_.path()), ElementsAre(wine_file));
    EXPECT_EQ(read_file(to_ / wine_file), read_file(fs::path(GHEE_SHIPPED_DATA) / wine_file));
    EXPECT_EQ(most_, 70816);
    EXPECT_TRUE(fetch_from(server.address()).empty()) << "what is right already is not fetched again";
}

TEST_F(Fetch, ThePublishedAddressIsUsedUnlessAnotherIsNamed)
{
    Server const server(GHEE_SHIPPED_DATA);
    auto entry = wine();
    entry.files[0].address = server.address("moved/" + wine_file);  // a redirect on the way
    EXPECT_THAT(fetch_from("", entry), ElementsAre(to_ / wine_file));
}

TEST_F(Fetch, AFolderIsASourceTooWhateverItsName)
{
    auto const source = served_ / "100 % here?#ü";
    fs::create_directories(source);
    fs::copy_file(fs::path(GHEE_SHIPPED_DATA) / wine_file, source / wine_file);
    EXPECT_THAT(fetch_from(source.string()), ElementsAre(to_ / wine_file));
    fs::remove(to_ / wine_file);
    EXPECT_THAT(refusal((served_ / "none").string()), HasSubstr("is not a folder"));
}

TEST_F(Fetch, ATruncatedFileIsRefused)
{
    auto const whole = read_file(fs::path(GHEE_SHIPPED_DATA) / wine_file);
    test::write(served_ / wine_file, whole.substr(0, whole.size() - 1));
    Server const server(served_.path());
    EXPECT_THAT(refusal(server.address()), HasSubstr("70815 bytes came, 70816 were published"));
}

TEST_F(Fetch, ALongerFileIsRefusedBeforeItHasFilledTheMemory)
{
    auto const whole = read_file(fs::path(GHEE_SHIPPED_DATA) / wine_file);
    test::write(served_ / wine_file, whole + std::string(10'000'000, 'x'));
    Server const server(served_.path());
    EXPECT_THAT(refusal(server.address()), HasSubstr("longer than the published file (70816 bytes"));
}

TEST_F(Fetch, AWrongChecksumIsRefused)
{
    auto damaged = read_file(fs::path(GHEE_SHIPPED_DATA) / wine_file);
    damaged[1000] = static_cast<char>(damaged[1000] ^ 1);
    test::write(served_ / wine_file, damaged);
    Server const server(served_.path());
    EXPECT_THAT(refusal(server.address()), HasSubstr("wrong checksum (SHA-256 " + sha256(damaged)));
}

TEST_F(Fetch, WhatIsNotThereIsToldByTheServersAnswer)
{
    Server const server(served_.path());
    EXPECT_THAT(refusal(server.address()), HasSubstr("cannot be downloaded (the server answers 404)"));
    EXPECT_THAT(refusal("file://" + served_.path().string()), HasSubstr("cannot be downloaded"));
}

TEST_F(Fetch, AnInterruptedTransferLeavesNothing)
{
    Server const server(GHEE_SHIPPED_DATA);
    EXPECT_THAT(refusal(server.address("cut")), HasSubstr("cannot be downloaded (transfer closed with 35408 bytes remaining"));
    EXPECT_THAT(refusal(server.address("open")), HasSubstr("35408 bytes came, 70816 were published"));
}

TEST_F(Fetch, AServerThatIsGoneIsAnError)
{
    std::string address;
    {
        Server const server(served_.path());
        address = server.address();
    }
    EXPECT_THAT(refusal(address), HasSubstr("cannot be downloaded"));
}

TEST_F(Fetch, AnotherProtocolIsRefused) { EXPECT_THAT(refusal("ftp://127.0.0.1/x"), HasSubstr("cannot be downloaded")); }

TEST_F(Fetch, ACertificateNobodySignedIsRefused)
{
    auto const certificate = served_ / "own.pem";
    if (run_to_end({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj",
                    "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", certificate.string(), "-out",
                    (served_ / "certificate.pem").string()}) != 0)
        GTEST_SKIP() << "the program openssl makes no certificate here";
    std::ofstream(certificate, std::ios::app) << read_file(served_ / "certificate.pem");
    Server const server(GHEE_SHIPPED_DATA, certificate);
    EXPECT_THAT(refusal(server.address()), HasSubstr("certificate"));
}

TEST_F(Fetch, AProblemWhileTellingProgressEndsTheTransferCleanly)
{
    Server const server(GHEE_SHIPPED_DATA);
    auto const broken = [](std::string const&, std::int64_t, std::int64_t) { throw Error("terminal gone"); };
    EXPECT_EQ(error_of([&] { fetch(wine(), server.address(), to_.path(), sys::publish_text, broken); }), "terminal gone");
    EXPECT_TRUE(entries(to_.path()).empty());
}

TEST_F(Fetch, AFolderThatCannotBeMadeIsNamed)
{
    test::write(to_ / "file", "");
    Server const server(GHEE_SHIPPED_DATA);
    EXPECT_THAT(error_of([&] { fetch(wine(), server.address(), to_ / "file", sys::publish_text, {}); }), HasSubstr("cannot be made"));
}

TEST_F(Fetch, OfSeveralFilesOnlyTheMissingAndBrokenOnesAreFetched)
{
    Registered two;
    two.name = "two";
    for (std::string const name : {"two/a", "two/b"})
        two.files.push_back({name, sha256("content of " + name), static_cast<std::int64_t>(("content of " + name).size()), ""});
    test::write(served_ / "two/a", "content of two/a");
    {
        Server const server(served_.path());
        EXPECT_THAT(error_of([&] { fetch_from(server.address(), two); }), HasSubstr("answers 404"));
    }
    EXPECT_THAT(entries(to_.path()), ElementsAre("two", "two/a"));
    test::write(served_ / "two/b", "content of two/b");
    Server const server(served_.path());
    EXPECT_THAT(fetch_from(server.address(), two), ElementsAre(to_ / "two/b"));
    test::write(to_ / "two/a", "content of two/x");
    EXPECT_THAT(fetch_from(server.address(), two), ElementsAre(to_ / "two/a"));
    EXPECT_EQ(read_file(to_ / "two/a"), "content of two/a");
}

TEST_F(Fetch, WhatIsPublishedNowhereSaysSo) { EXPECT_THAT(refusal("", *find_registered("mnist_excerpt")), HasSubstr("it ships with ghee")); }

/// Packs small files as the published archive does, by Python's tarfile.
Registered make_archive(fs::path const& folder, std::string const& format)
{
    auto const archive = folder / "all.tar.gz";
    EXPECT_EQ(run_to_end({GHEE_PYTHON, "-c",
                          "import io, sys, tarfile\n"
                          "with tarfile.open(sys.argv[1], 'w:gz', format=getattr(tarfile, sys.argv[2])) as archive:\n"
                          "    folder = tarfile.TarInfo('batches'); folder.type = tarfile.DIRTYPE; archive.addfile(folder)\n"
                          "    for name, size in (('one.bin', 700), ('readme.html', 5), ('two.bin', 512), ('none.bin', 0)):\n"
                          "        member = tarfile.TarInfo('batches/' + name); member.size = size\n"
                          "        member.pax_headers = {'comment': 'as real archives have'}\n"
                          "        archive.addfile(member, io.BytesIO(name.encode()[:1] * size))\n",
                          archive.string(), format}),
              0);
    auto const bytes = read_file(archive);
    Registered entry;
    entry.name = "packed";
    entry.files = {{"packed/one.bin", sha256(std::string(700, 'o')), 700, ""}, {"packed/two.bin", "", 512, ""}};
    entry.archive = RegisteredFile{"all.tar.gz", sha256(bytes), static_cast<std::int64_t>(bytes.size()), ""};
    return entry;
}

TEST_F(Fetch, AnArchiveIsUnpackedOnceItsChecksumIsRight)
{
    for (std::string const format : {"USTAR_FORMAT", "GNU_FORMAT", "PAX_FORMAT"})
    {
        Folder const to;
        auto const entry = make_archive(served_.path(), format);
        Server const server(served_.path());
        EXPECT_THAT(fetch(entry, server.address(), to.path(), sys::publish_text, {}), ElementsAre(to / "packed/one.bin", to / "packed/two.bin"))
            << format;
        EXPECT_EQ(read_file(to / "packed/one.bin"), std::string(700, 'o'));
        EXPECT_EQ(read_file(to / "packed/two.bin"), std::string(512, 't'));
        EXPECT_TRUE(fetch(entry, server.address(), to.path(), sys::publish_text, {}).empty());
        auto const checks = verify(entry, {to.path()});
        EXPECT_EQ(checks[0].state, FileState::right);
        EXPECT_EQ(checks[1].state, FileState::unchecked);
    }
}

TEST_F(Fetch, AnArchiveWithoutAFileItShouldHoldIsRefused)
{
    auto entry = make_archive(served_.path(), "USTAR_FORMAT");
    entry.files = {{"packed/three.bin", "", 512, ""}};
    EXPECT_THAT(refusal(served_.path().string(), entry), HasSubstr("no whole three.bin inside"));
}

TEST(Tar, AnArchiveCutOrChangedAnywhereThatMattersIsRefused)
{
    Folder const folder;
    make_archive(folder.path(), "USTAR_FORMAT");
    auto const archive = read_unpacked(folder / "all.tar.gz");
    auto const whole = tar_files(archive, "a");
    ASSERT_EQ(whole.size(), 4u);
    EXPECT_EQ(whole[0].name, "batches/one.bin");
    // Headers: folder, one, readme, two, none; contents: 2 + 1 + 1 blocks; then empty blocks.
    std::size_t const end = (5 + 4) * 512;
    for (std::size_t length = 0; length < end + 512; ++length)
        ASSERT_NE(error_of([&] { tar_files(std::string_view(archive).substr(0, length), "a"); }), "no error") << "cut at byte " << length;
    for (std::size_t at = 0; at < 512; ++at)
    {
        if (at == 155)  // stands behind the end of the checksum field's text and belongs to nothing
            continue;
        std::string damaged = archive;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x11);
        ASSERT_NE(error_of([&] { tar_files(damaged, "a"); }), "no error") << "byte " << at;
    }
}

TEST(Sha256, GivesThePublishedDigests)
{
    // FIPS 180-2, appendix B, and the empty message.
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Verify, WhatShipsHasThePublishedChecksums)
{
    int right = 0;
    for (auto const& entry : registry())
        for (auto const& check : verify(entry, {GHEE_SHIPPED_DATA}))
        {
            EXPECT_TRUE(check.state == FileState::right || check.state == FileState::absent) << check.file << ": " << check.detail;
            right += check.state == FileState::right;
        }
    EXPECT_EQ(right, 12 + 4);
}

TEST(Verify, UnpackedDamagedAndTornFilesAreTold)
{
    Folder const folder;
    auto const bytes = read_file(fs::path(GHEE_SHIPPED_DATA) / "banana.tsv.gz");
    auto const state = [&] { return verify(*find_registered("banana"), {folder.path()}).front(); };
    EXPECT_EQ(state().state, FileState::absent);
    test::write(folder / "banana.tsv", unpack_gzip(bytes, "b"));
    EXPECT_EQ(state().state, FileState::unchecked);
    test::write(folder / "banana.tsv.gz", bytes);
    EXPECT_EQ(state().state, FileState::right);
    test::write(folder / "banana.tsv.gz", bytes.substr(1));
    EXPECT_EQ(state().state, FileState::wrong);
    EXPECT_EQ(state().detail, "26309 bytes, 26310 were published");
}

// The first batch is published unpacked, and its checksum is that of the content.
TEST(Verify, AFilePublishedUnpackedIsComparedByItsContent)
{
    Folder const folder;
    Registered entry;
    entry.name = "e";
    entry.files = {{"e/batch.bin", sha256("content"), 7, ""}};
    test::write(folder / "e/batch.bin.gz", test::packed("content"));
    EXPECT_EQ(verify(entry, {folder.path()}).front().state, FileState::right);
    test::write(folder / "e/batch.bin.gz", test::packed("CONTENT"));
    EXPECT_EQ(verify(entry, {folder.path()}).front().state, FileState::wrong);
    test::write(folder / "e/batch.bin.gz", test::packed("content").substr(0, 20));
    EXPECT_THAT(verify(entry, {folder.path()}).front().detail, HasSubstr("end too early"));
}
}  // namespace
