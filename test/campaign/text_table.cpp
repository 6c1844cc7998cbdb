// Tables and numbers as people read them.
#include "text_table.hpp"

#include <cmath>
#include <sstream>

#include <gtest/gtest.h>

namespace {
using namespace ghee::app;

TEST(TextTable, AlignsNumbersRightAndWordsLeftAndLeavesOutWhatIsEmpty)
{
    std::ostringstream out;
    print(out, {{{"name", "", false}, {"energy", "J", true}, {"empty", "", false}, {"last", "", false}},
                {{"\xC3\xA4", "1", "", "x"}, {"longer", "22.5", "", ""}}});
    EXPECT_EQ(out.str(), "name    energy [J]  last\n\xC3\xA4                1  x\nlonger        22.5\n");
}

TEST(TextTable, ACellCannotSteerTheTerminal)
{
    std::ostringstream out;
    print(out, {{{"reason", "", false}}, {{"a\x1B[2Jb\nc"}}});
    EXPECT_EQ(out.str(), "reason\na?[2Jb?c\n");
}

TEST(TextTable, NumbersHaveFourDigitsAndAPrefix)
{
    EXPECT_EQ(scaled(0, "J"), "0.000 J");
    EXPECT_EQ(scaled(12345, "J"), "12.35 kJ");
    EXPECT_EQ(scaled(-0.0123, "W"), "-12.30 mW");
    EXPECT_EQ(scaled(999.96, "J"), "1.000 kJ");
    EXPECT_EQ(scaled(5e-12, "J"), "0.005 nJ");
    EXPECT_EQ(scaled(std::nan(""), "J"), "-");
    EXPECT_EQ(scaled(HUGE_VAL, "J"), "inf");
}

TEST(TextTable, AnUncertaintyIsInTheUnitOfItsValue)
{
    EXPECT_EQ(with_uncertainty(90, 0.8592, "J"), "90.00 +- 0.86 J");
    EXPECT_EQ(with_uncertainty(0.002, 1.5, "J"), "0.002 +- 1.500 J");
    EXPECT_EQ(with_uncertainty(90, std::nan(""), "J"), "90.00 +- ? J");
    EXPECT_EQ(with_uncertainty(std::nan(""), 1, "J"), "-");
}

TEST(TextTable, DurationsAreReadable)
{
    EXPECT_EQ(duration_text(0.0123), "0.012s");
    EXPECT_EQ(duration_text(12.34), "12.3s");
    EXPECT_EQ(duration_text(59.97), "1m00s");
    EXPECT_EQ(duration_text(3725), "1h02m");
    EXPECT_EQ(duration_text(std::nan("")), "-");
}

TEST(TextTable, CsvQuotesWhatNeedsIt) { EXPECT_EQ(csv_line({"a", "b,c", "d\"e", "f\ng", ""}), "a,\"b,c\",\"d\"\"e\",\"f\ng\","); }
}  // namespace
