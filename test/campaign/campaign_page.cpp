// The page of the campaign file lists exactly the keys that the parser takes.
#include <algorithm>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "campaign/plan.hpp"

namespace {
using namespace ghee::campaign;

/// Keys of the page: first cells "`key`" of table rows, under headings that begin with "## [section]".
std::multiset<std::string> keys_of_page()
{
    std::ifstream page(GHEE_FIXTURES "/../../docs/user/campaign-file.md");
    EXPECT_TRUE(page.is_open());
    std::multiset<std::string> keys;
    std::string line, section;
    while (std::getline(page, line))
    {
        if (line.starts_with("## "))
            section = line.starts_with("## [") ? line.substr(4, line.find(']') - 4) : "";
        else if (!section.empty() && line.starts_with("| `"))
            keys.insert(section + "." + line.substr(3, line.find('`', 3) - 3));
    }
    return keys;
}

TEST(CampaignPage, ListsEveryKeyOnceAndNoOther)
{
    auto const accepted = accepted_keys();
    auto const documented = keys_of_page();
    for (std::string const& key : accepted)
        EXPECT_EQ(documented.count(key), 1u) << key << " is accepted";
    for (std::string const& key : documented)
        EXPECT_NE(std::find(accepted.begin(), accepted.end(), key), accepted.end()) << key << " is on the page";
    EXPECT_GT(documented.size(), 40u);
}
}  // namespace
