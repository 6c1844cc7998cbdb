// A section knows its keys and no others.
#include "config/section.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/document.hpp"
#include "config/refusal.hpp"

namespace {
using namespace ghee;
using namespace ghee::config;

constexpr std::string_view keys[] = {"epochs", "batch", "name", "phases", "rate", "meters"};

TEST(Section, GivesWhatIsThereAndTheDefaultOfWhatIsNot)
{
    auto const root = parse_document("epochs = 3\nname = \"n\"\nphases = false\nrate = 0.5\nmeters = [\"a\", \"b\"]\n", "f.toml");
    Section const section(root, keys);
    EXPECT_EQ(section.integer("epochs", 1, at_least(1)), 3);
    EXPECT_EQ(section.integer("batch", 256, at_least(1)), 256);
    EXPECT_EQ(section.text("name", ""), "n");
    EXPECT_EQ(section.flag("phases", true), false);
    EXPECT_EQ(section.number("rate", 0, above(0)), 0.5);
    EXPECT_EQ(section.texts("meters", {"auto"}), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(Section(keys).texts("meters", {"auto"}), (std::vector<std::string>{"auto"}));
}

TEST(Section, RefusesAnUnknownKeyWithTheNearestKnownOne)
{
    auto const root = parse_document("[grid]\nbatch = 1\nepohcs = 3\n", "f.toml");
    EXPECT_EQ(refusal_of([&] { Section(as_table(root).at("grid"), keys); }),
              "f.toml:3: 'grid.epohcs' is not a key (known in 'grid': epochs, batch, name, phases, rate, meters) did you mean "
              "'epochs'?");
}

TEST(Section, RefusesAValueThatIsNoTable)
{
    auto const root = parse_document("\ngrid = 3\n", "f.toml");
    EXPECT_EQ(refusal_of([&] { Section(as_table(root).at("grid"), keys); }), "f.toml:2: 'grid' is 3 (must be a table)");
}
}  // namespace
