// The three readers: what they read, and the one line they say when they cannot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/environment.hpp"
#include "data/file_bytes.hpp"
#include "data/images.hpp"
#include "data/packing.hpp"
#include "data/table.hpp"

namespace {
using namespace ghee;
using namespace ghee::data;
using ghee::data::test::error_of;
using ghee::data::test::Folder;
using ghee::data::test::packed;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Tsv, TheTargetIsFoundByNameWhereverItStands)
{
    for (std::string const text : {"target\ta\tb\n1\t2\t3\n4\t5\t6\n", "a\ttarget\tb\n2\t1\t3\n5\t4\t6\n", "a\tb\ttarget\n2\t3\t1\n5\t6\t4\n"})
    {
        auto const table = parse_tsv(text, "t");
        EXPECT_EQ(table.rows, 2);
        EXPECT_THAT(table.names, ElementsAre("a", "b"));
        EXPECT_THAT(table.columns, ElementsAre(ElementsAre(2, 5), ElementsAre(3, 6)));
        EXPECT_THAT(table.target, ElementsAre(1, 4));
    }
}

TEST(Tsv, NumbersOfAllNotationsAreRead)
{
    auto const table = parse_tsv("x\ttarget\n-0.5\t1\n+2e3\t2\n1E-2\t3\n.25\t4\n", "t");
    EXPECT_THAT(table.columns[0], ElementsAre(-0.5, 2000, 0.01, 0.25));
}

TEST(Tsv, WindowsLineEndsAndAMissingLastOneAreFine) { EXPECT_THAT(parse_tsv("x\ttarget\r\n1\t2\r\n3\t4", "t").target, ElementsAre(2, 4)); }

TEST(Tsv, AByteOrderMarkIsNoPartOfTheFirstName)
{
    for (std::string const header : {"target\tx", "x\ttarget"})
        EXPECT_THAT(parse_tsv("\xEF\xBB\xBF" + header + "\n1\t1\n3\t3\n", "t").names, ElementsAre("x"));
    EXPECT_THAT(error_of([] { parse_tsv("\xEF\xBB\xBF", "f.tsv"); }), StartsWith("f.tsv: the file is empty"));
}

TEST(Tsv, EveryDefectIsNamedWithFileAndLine)
{
    EXPECT_THAT(error_of([] { parse_tsv("", "f.tsv"); }), StartsWith("f.tsv: the file is empty"));
    EXPECT_THAT(error_of([] { parse_tsv("a\tb\n1\t2\n", "f.tsv"); }), StartsWith("f.tsv:1: no column is named 'target'"));
    EXPECT_THAT(error_of([] { parse_tsv("target\tb\ttarget\n1\t2\t3\n", "f.tsv"); }), StartsWith("f.tsv:1: several columns"));
    EXPECT_THAT(error_of([] { parse_tsv("target\n1\n", "f.tsv"); }), StartsWith("f.tsv:1: no column beside 'target'"));
    EXPECT_THAT(error_of([] { parse_tsv("a\ttarget\n", "f.tsv"); }), StartsWith("f.tsv: there is no row"));
    EXPECT_THAT(error_of([] { parse_tsv("a\ttarget\n1\t2\n3\n", "f.tsv"); }), StartsWith("f.tsv:3: the row has 1 cells (the header has 2)"));
    EXPECT_THAT(error_of([] { parse_tsv("a\ttarget\n1\t2\t3\n", "f.tsv"); }), StartsWith("f.tsv:2: the row has 3 cells"));
    EXPECT_THAT(error_of([] { parse_tsv("a\ttarget\n1\t2\n\n3\t4\n", "f.tsv"); }), StartsWith("f.tsv:3: the row has 0 cells"));
    EXPECT_THAT(error_of([] { parse_tsv("a\ttarget\n1\t2\nred\t3\n", "f.tsv"); }), StartsWith("f.tsv:3: column 'a' has 'red', which is not"));
    EXPECT_THAT(error_of([] { parse_tsv("a\ttarget\n1\t2x\n", "f.tsv"); }), StartsWith("f.tsv:2: column 'target' has '2x'"));
    EXPECT_THAT(error_of([] { parse_tsv("a\ttarget\n\t2\n", "f.tsv"); }), StartsWith("f.tsv:2: column 'a' is empty"));
    for (std::string const word : {"nan", "inf", "-inf", "1e999", "0x10", "1,5", "+-1", " 1", "++1"})
        EXPECT_THAT(error_of([&] { parse_tsv("a\ttarget\n" + word + "\t2\n", "f.tsv"); }), StartsWith("f.tsv:2: column 'a' has ")) << word;
}

TEST(Tsv, MessagesStayOneShortLine)
{
    auto const message = error_of([] { parse_tsv("a\ttarget\n" + std::string(5000, 'x') + "\x01\t2\n", "f.tsv"); });
    EXPECT_LT(message.size(), 300u);
    EXPECT_EQ(message.find('\n'), std::string::npos);
}

TEST(Files, GzipAndPlainAreToldApartByContent)
{
    Folder const folder;
    test::write(folder / "a.tsv", packed("x\ttarget\n1\t2\n"));
    test::write(folder / "b.tsv.gz", "x\ttarget\n1\t2\n");
    EXPECT_EQ(read_tsv(folder / "a.tsv").rows, 1);
    EXPECT_EQ(read_tsv(folder / "b.tsv.gz").rows, 1);
}

TEST(Files, SeveralGzipMembersAreOneContent) { EXPECT_EQ(unpack_gzip(packed("one ") + packed("two"), "f"), "one two"); }

TEST(Files, AHighlyPackedFileComesOutWhole)
{
    std::string const content(3'000'000, 'a');
    EXPECT_EQ(unpack_gzip(packed(content), "f"), content);
}

TEST(Files, WhatFollowsTheGzipDataIsSeen)
{
    EXPECT_THAT(error_of([] { unpack_gzip(packed("one") + "rest", "f.gz"); }), StartsWith("f.gz: something follows the end"));
}

TEST(Files, AMissingFileAndAFolderAreNamed)
{
    Folder const folder;
    EXPECT_THAT(error_of([&] { read_file(folder / "none"); }), HasSubstr("none: cannot be opened (No such file"));
    EXPECT_THAT(error_of([&] { read_file(folder.path()); }), HasSubstr("cannot be read (Is a directory"));
}

// A small real table, cut at every byte: the packed form never passes for whole, and what is said is always one line.
TEST(Torn, APackedFileCutAtAnyByteIsRefused)
{
    std::string text = "a\tb\ttarget\n";
    for (int i = 0; i < 40; ++i)
        text += std::to_string(i * i) + "\t" + std::to_string(i % 7) + ".25\t" + std::to_string(i % 2) + "\n";
    std::string const whole = packed(text);
    Folder const folder;
    for (std::size_t length = 0; length < whole.size(); ++length)
    {
        test::write(folder / "cut.tsv.gz", whole.substr(0, length));
        auto const message = error_of([&] { read_tsv(folder / "cut.tsv.gz"); });
        ASSERT_THAT(message, StartsWith((folder / "cut.tsv.gz").string() + ":")) << "cut at byte " << length;
        ASSERT_EQ(message.find('\n'), std::string::npos);
    }
    test::write(folder / "cut.tsv.gz", whole);
    EXPECT_EQ(read_tsv(folder / "cut.tsv.gz").rows, 40);
}

TEST(Torn, APackedFileWithAnyByteChangedIsRefusedOrReadsTheSame)
{
    std::string const text = "a\ttarget\n1\t2\n3\t4\n5\t6\n";
    std::string const whole = packed(text);
    int same = 0;
    for (std::size_t at = 0; at < whole.size(); ++at)
    {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
        try
        {
            // Only bytes of the header that carry no data (time, system, flags of no effect) may change unseen.
            EXPECT_EQ(parse_tsv(unpack_gzip(damaged, "f"), "f").rows, 3) << "byte " << at;
            ++same;
            EXPECT_LT(at, 10u);
        }
        catch (Error const&)
        {
        }
    }
    EXPECT_LE(same, 6);
}

TEST(Torn, APlainFileCutAtAnyByteReadsWholeRowsOrIsRefused)
{
    std::string const text = "a\tb\ttarget\n10\t20\t1\n30\t40\t2\n";
    for (std::size_t length = 0; length <= text.size(); ++length)
    {
        auto const message = error_of(
            [&]
            {
                auto const table = parse_tsv(text.substr(0, length), "f");
                ASSERT_EQ(table.columns.size(), 2u);
                for (auto const& column : table.columns)
                    ASSERT_EQ(column.size(), static_cast<std::size_t>(table.rows));
                ASSERT_EQ(table.target.size(), static_cast<std::size_t>(table.rows));
            });
        EXPECT_TRUE(message == "no error" || message.starts_with("f:")) << message;
    }
}

std::string idx(std::string const& header, std::string const& values) { return header + values; }
using namespace std::string_literals;

TEST(Idx, SizesAreBigEndianAndValuesFollow)
{
    auto const array = parse_idx(idx("\0\0\x08\x02\0\0\0\x02\0\0\0\x03"s, "abcdef"), "f");
    EXPECT_THAT(array.sizes, ElementsAre(2, 3));
    EXPECT_EQ(array.values, "abcdef");
}

TEST(Idx, ABrokenHeaderOrLengthIsNamed)
{
    EXPECT_THAT(error_of([] { parse_idx("PNG", "f"); }), StartsWith("f: not an IDX file"));
    EXPECT_THAT(error_of([] { parse_idx("\x89PNG...."s, "f"); }), StartsWith("f: not an IDX file"));
    EXPECT_THAT(error_of([] { parse_idx("\0\0\x0d\x01\0\0\0\x01x"s, "f"); }), StartsWith("f: IDX type 13"));
    EXPECT_THAT(error_of([] { parse_idx("\0\0\x08\x03\0\0\0\x01"s, "f"); }), StartsWith("f: the IDX header ends too early"));
    EXPECT_THAT(error_of([] { parse_idx("\0\0\x08\x01\0\0\0\x03xy"s, "f"); }), StartsWith("f: 2 values where the IDX header says 3"));
    EXPECT_THAT(error_of([] { parse_idx("\0\0\x08\x01\0\0\0\x01xy"s, "f"); }), StartsWith("f: 2 values where the IDX header says 1"));
    // 2^31 * 2^31 * 4 wraps around to 0 in 64 bits.
    EXPECT_THAT(error_of([] { parse_idx("\0\0\x08\x03\x80\0\0\0\x80\0\0\0\0\0\0\x04"s, "f"); }), StartsWith("f: the IDX header asks for more"));
}

TEST(Idx, ImagesAndLabelsMustMatch)
{
    Folder const folder;
    std::string const images = "\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x02"s + "abcd";
    test::write(folder / "images", images);
    test::write(folder / "labels", "\0\0\x08\x01\0\0\0\x02\x03\xff"s);
    test::write(folder / "fewer", "\0\0\x08\x01\0\0\0\x01\x03"s);
    auto const read = read_idx(folder / "images", folder / "labels");
    EXPECT_EQ(read.count, 2);
    EXPECT_EQ(read.pixels, 2);
    EXPECT_EQ(read.bytes, "abcd");
    EXPECT_THAT(read.labels, ElementsAre(3, 255));
    EXPECT_THAT(error_of([&] { read_idx(folder / "images", folder / "fewer"); }), HasSubstr("1 labels for 2 images"));
    EXPECT_THAT(error_of([&] { read_idx(folder / "labels", folder / "labels"); }), HasSubstr("1 dimensions (images have 3"));
    EXPECT_THAT(error_of([&] { read_idx(folder / "images", folder / "images"); }), HasSubstr("3 dimensions (labels have 1"));
}

TEST(Cifar10, TheFirstHundredRealImagesAreRead)
{
    auto const images = read_cifar10(GHEE_FIXTURES "/data/cifar10_first_100.bin.gz");
    ASSERT_EQ(images.count, 100);
    EXPECT_EQ(images.pixels, 3072);
    EXPECT_EQ(images.bytes.size(), 307'200u);
    // Frog, truck, truck, deer, automobile: the published order of the first batch.
    EXPECT_THAT(std::vector<double>(images.labels.begin(), images.labels.begin() + 5), ElementsAre(6, 9, 9, 4, 1));
}

TEST(Cifar10, TornRecordsAndStrangeLabelsAreRefused)
{
    EXPECT_THAT(error_of([] { parse_cifar10("", "f"); }), StartsWith("f: 0 bytes are no whole number"));
    EXPECT_THAT(error_of([] { parse_cifar10(std::string(3072, '\0'), "f"); }), StartsWith("f: 3072 bytes are no whole number"));
    EXPECT_EQ(parse_cifar10(std::string(2 * 3073, '\0'), "f").count, 2);
    std::string content(2 * 3073, '\0');
    content[3073] = 10;
    EXPECT_THAT(error_of([&] { parse_cifar10(content, "f"); }), StartsWith("f: record 2 has label 10"));
}
}  // namespace
