// --set changes one value, and answers for it by its own name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/document.hpp"
#include "config/refusal.hpp"

namespace {
using namespace ghee;
using namespace ghee::config;
using ::testing::StartsWith;

Value changed(std::string const& text, std::string const& assignment)
{
    auto root = parse_document(text, "f.toml");
    override_value(root, assignment);
    return root;
}
Value const& at(Value const& root, std::string const& section, std::string const& key) { return as_table(as_table(root).at(section)).at(key); }

TEST(Override, ReplacesOneValueAndLeavesItsNeighbours)
{
    auto const root = changed("[grid]\nepochs = 100\nbatch = 32\n", "grid.epochs=3");
    EXPECT_EQ(as_integer(at(root, "grid", "epochs")), 3);
    EXPECT_EQ(at(root, "grid", "epochs").place, "--set grid.epochs=3");
    EXPECT_EQ(as_integer(at(root, "grid", "batch")), 32);
    EXPECT_EQ(at(root, "grid", "batch").place, "f.toml:3");
}

TEST(Override, AddsWhatTheFileDoesNotHave)
{
    auto const root = changed("", "measure.idle_before_s=1.5");
    EXPECT_EQ(as_number(at(root, "measure", "idle_before_s")), 1.5);
}

TEST(Override, TakesListsTextAndBareWords)
{
    EXPECT_EQ(as_choices(at(changed("", "grid.size=[64, 128]"), "grid", "size")).size(), 2u);
    EXPECT_EQ(as_text(at(changed("", "campaign.name=\"a b\""), "campaign", "name")), "a b");
    EXPECT_EQ(as_text(at(changed("", "campaign.order=listed"), "campaign", "order")), "listed");
    EXPECT_EQ(as_text(at(changed("", "grid.size=2^5..2^8"), "grid", "size")), "2^5..2^8");
}

TEST(Override, ReachesEveryTableOfAList)
{
    auto const root = changed("[[grid]]\nepochs = 1\n[[grid]]\nbatch = 2\n", "grid.epochs=7");
    auto const& grids = std::get<List>(as_table(root).at("grid").content);
    ASSERT_EQ(grids.size(), 2u);
    for (auto const& grid : grids)
        EXPECT_EQ(as_integer(as_table(grid).at("epochs")), 7);
    EXPECT_EQ(as_integer(as_table(grids[1]).at("batch")), 2);
}

TEST(Override, RefusesWhatIsNoAssignment)
{
    for (std::string const text : {"", "grid.epochs", "=3", "grid.epochs=", "grid..epochs=3", "grid.epochs=[1", "a=1\nb=2", "a=x,y"})
        EXPECT_THAT(refusal_of([&] { changed("", text); }), StartsWith("--set " + text + ": ")) << text;
}
}  // namespace
