// Every flag and every fault has its row in docs/method/energy.md, and no code writes a flag that is not in the list.
#include "record/flag.hpp"

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command.hpp"

namespace {
namespace fs = std::filesystem;
using namespace ghee;

std::set<std::string> set_of(auto const& words) { return {words.begin(), words.end()}; }

/// What stands in backquotes.
std::set<std::string> quoted(std::string text)
{
    std::set<std::string> words;
    std::regex const word("`([^`]+)`");
    for (std::smatch match; std::regex_search(text, match, word); text = match.suffix())
        words.insert(match[1]);
    return words;
}

TEST(Flag, ThePageExplainsEachFlagAndEachFaultAndNoOther)
{
    std::ifstream page(GHEE_ROOT "/docs/method/energy.md");
    std::set<std::string> documented, faults;
    std::string line, heading;
    while (std::getline(page, line))
    {
        if (line.starts_with("## "))
            heading = line;
        if (heading != "## Flags" || !line.starts_with("| `"))
            continue;
        std::string const word = line.substr(3, line.find('`', 3) - 3);
        documented.insert(word == "fault:WORD" ? flag::fault : word);
        if (word == "fault:WORD")
            faults = quoted(line.substr(line.find('|', 1)));
    }
    EXPECT_EQ(documented, set_of(flag::all));
    EXPECT_EQ(faults, set_of(fault_word::all));
}

TEST(Flag, NoCodeSetsAWordThatIsNotInTheList)
{
    // A flag or a fault written as text where it is set would be in no list.
    std::regex const literal(
        R"re((flags(\.|->)(emplace_back|push_back)\(|add_flag\(\w+(\.\w+)?, |note\(|push_back\(\{\w+, [^"]*)\s*"\w+"|"fault:)re");
    EXPECT_TRUE(std::regex_search("account.flags.emplace_back(\"new\")", literal));
    EXPECT_TRUE(std::regex_search("out.push_back({i, at, 0.0, \"new\"})", literal));
    int files = 0;
    for (char const* folder : {"campaign", "energy", "meter", "power"})
        for (auto const& entry : fs::recursive_directory_iterator(fs::path(GHEE_ROOT "/lib") / folder))
            if (entry.path().extension() == ".cpp")
            {
                ++files;
                std::istringstream text(test::read_file(entry.path()));
                for (std::string line; std::getline(text, line);)
                    EXPECT_FALSE(std::regex_search(line, literal)) << entry.path() << ": " << line;
            }
    EXPECT_GT(files, 20);
}
}  // namespace
