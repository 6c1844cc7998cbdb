// Files become trees whose every value knows its line.
#include "config/document.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/refusal.hpp"

namespace {
using namespace ghee;
using namespace ghee::config;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Document, EveryValueKnowsItsLineAndPath)
{
    auto const root = parse_document("[grid]\nsize = [64, 128]\n\nnested.depth = 3\n", "f.toml");
    auto const& grid = as_table(as_table(root).at("grid"));
    EXPECT_EQ(grid.at("size").place, "f.toml:2");
    EXPECT_EQ(grid.at("size").path, "grid.size");
    auto const& depth = as_table(grid.at("nested")).at("depth");
    EXPECT_EQ(depth.place, "f.toml:4");
    EXPECT_EQ(depth.path, "grid.nested.depth");
    EXPECT_EQ(as_integer(depth), 3);
}

TEST(Document, TornTomlNamesItsLine)
{
    EXPECT_THAT(refusal_of([] { parse_document("a = 1\nb = [1,\n", "f.toml"); }), StartsWith("f.toml:"));
    EXPECT_THAT(refusal_of([] { parse_document("a = 1\nb = = 2\n", "f.toml"); }), StartsWith("f.toml:2: "));
    EXPECT_THAT(refusal_of([] { parse_document("a = 1\na = 2\n", "f.toml"); }), StartsWith("f.toml:2: "));
}

TEST(Document, DatesAreRefusedWithTheirLine)
{
    EXPECT_THAT(refusal_of([] { parse_document("a = 1\nb = 2026-01-01\n", "f.toml"); }), StartsWith("f.toml:2: 'b' is a date"));
}

TEST(Document, AFileThatIsNotThereSaysSo)
{
    EXPECT_THAT(refusal_of([] { read_document("no/such.toml"); }), HasSubstr("no/such.toml: cannot be read (No such file"));
    EXPECT_THAT(refusal_of([] { read_document("."); }), HasSubstr("it is a directory"));
}

TEST(Document, KeepsTheTextAsItWasRead)
{
    std::string const text = "# said by hand\r\na = 1\n";
    auto const path = std::filesystem::path(::testing::TempDir()) / "ghee_document.toml";
    std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(read_document(path).text, text);
    std::filesystem::remove(path);
}

TEST(Document, TypesAreStrict)
{
    auto const root = parse_document("i = 1\nr = 1.0\nt = \"1\"\nb = true\nn = nan\ne = []\nl = [[1]]\n", "f.toml");
    auto const& at = as_table(root);
    EXPECT_EQ(as_number(at.at("i")), 1.0);
    EXPECT_EQ(refusal_of([&] { as_integer(at.at("r")); }), "f.toml:2: 'r' is 1 (must be a whole number)");
    EXPECT_EQ(refusal_of([&] { as_integer(at.at("t")); }), "f.toml:3: 't' is text '1' (must be a whole number)");
    EXPECT_EQ(refusal_of([&] { as_number(at.at("b")); }), "f.toml:4: 'b' is true (must be a number)");
    EXPECT_EQ(refusal_of([&] { as_flag(at.at("i")); }), "f.toml:1: 'i' is 1 (must be true or false)");
    EXPECT_EQ(refusal_of([&] { as_text(at.at("i")); }), "f.toml:1: 'i' is 1 (must be text in quotes)");
    EXPECT_THAT(refusal_of([&] { as_number(at.at("n")); }), HasSubstr("must be finite"));
    EXPECT_THAT(refusal_of([&] { as_choices(at.at("e")); }), HasSubstr("empty list"));
    EXPECT_THAT(refusal_of([&] { as_choices(at.at("l")); }), HasSubstr("plain list"));
}

TEST(Document, BoundsSayWhatTheyAllow)
{
    auto const root = parse_document("a = 0\n", "f.toml");
    auto const& zero = as_table(root).at("a");
    EXPECT_EQ(refusal_of([&] { as_integer(zero, at_least(1)); }), "f.toml:1: 'a' is 0 (must be at least 1)");
    EXPECT_EQ(refusal_of([&] { as_number(zero, above(0)); }), "f.toml:1: 'a' is 0 (must be above 0)");
    EXPECT_EQ(refusal_of([&] { as_number(zero, {.least = 0, .most = 1, .least_open = true, .most_open = true}); }),
              "f.toml:1: 'a' is 0 (must be above 0 and below 1)");
    EXPECT_EQ(as_number(zero, between(0, 1)), 0.0);
}
}  // namespace
