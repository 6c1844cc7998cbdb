// Numbers written as text.
#include "config/range.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/refusal.hpp"

namespace {
using namespace ghee;
using namespace ghee::config;
using Numbers = std::vector<std::int64_t>;
using ::testing::HasSubstr;

Value text(std::string const& content) { return {content, "f.toml:1", "grid.size"}; }

TEST(Range, PowersDoubleAndPlainNumbersCount)
{
    EXPECT_EQ(range_of(text("2^5..2^8")), (Numbers{32, 64, 128, 256}));
    EXPECT_EQ(range_of(text("3..6")), (Numbers{3, 4, 5, 6}));
    EXPECT_EQ(range_of(text("2^24")), (Numbers{16777216}));
    EXPECT_EQ(range_of(text("7")), (Numbers{7}));
    EXPECT_EQ(range_of(text("2^53")), (Numbers{largest_integer}));
}

TEST(Range, IsNotEveryText)
{
    for (char const* word : {"", "a", "1.5", "2^", "^5", "3^5", "1..", "..2", "1...2", "-1", "2^5..2^6..2^7", "2^-1", " 7"})
        EXPECT_FALSE(is_range(word)) << word;
    EXPECT_FALSE(is_power_or_range("7"));
    EXPECT_TRUE(is_power_or_range("2^7"));
    EXPECT_TRUE(is_power_or_range("1..2"));
}

TEST(Range, RefusesTheSenseless)
{
    EXPECT_THAT(refusal_of([] { range_of(text("2^8..2^5")); }), HasSubstr("f.toml:1: 'grid.size' has the range '2^8..2^5' (it runs backward)"));
    EXPECT_THAT(refusal_of([] { range_of(text("1..2^5")); }), HasSubstr("power of two"));
    EXPECT_THAT(refusal_of([] { range_of(text("1..99999999")); }), HasSubstr("members"));
    EXPECT_THAT(refusal_of([] { range_of(text("2^64")); }), HasSubstr("2^53"));
    EXPECT_THAT(refusal_of([] { range_of(text("99999999999999999999999")); }), HasSubstr("2^53"));
}
}  // namespace
