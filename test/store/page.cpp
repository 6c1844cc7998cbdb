// The file-format page and the schema say the same, field by field.
#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "store/result_file.hpp"

namespace {
using namespace ghee;

struct Documented
{
    std::string type, unit, meaning;
    bool operator==(Documented const&) const = default;
};
void PrintTo(Documented const& row, std::ostream* out) { *out << row.type << " | " << row.unit << " | " << row.meaning; }

std::string trimmed(std::string text)
{
    text.erase(0, text.find_first_not_of(" `"));
    text.erase(text.find_last_not_of(" `") + 1);
    return text;
}

/// Rows `| field | type | unit | meaning |` below a heading "## /table", by table and field, with the order they stand in.
std::map<std::string, std::vector<std::pair<std::string, Documented>>> page()
{
    std::ifstream stream(GHEE_PAGE);
    std::map<std::string, std::vector<std::pair<std::string, Documented>>> tables;
    std::string line, table;
    while (std::getline(stream, line))
    {
        if (line.starts_with("#"))
            table = line.starts_with("## `/") ? trimmed(line.substr(4)) : "";
        if (table.empty() || !line.starts_with("| `"))
            continue;
        std::istringstream cells(line.substr(1));
        std::string field, type, unit, meaning;
        std::getline(cells, field, '|');
        std::getline(cells, type, '|');
        std::getline(cells, unit, '|');
        std::getline(cells, meaning, '|');
        tables[table].push_back({trimmed(field), {trimmed(type), trimmed(unit), trimmed(meaning)}});
    }
    return tables;
}

TEST(FileFormatPage, ListsEveryFieldOfTheSchemaInItsOrderAndNoOther)
{
    std::map<std::string, std::vector<std::pair<std::string, Documented>>> expected;
    for (auto const& field : store::schema())
        expected[field.table].push_back({field.field, {field.type, field.unit, field.meaning}});
    auto const documented = page();
    ASSERT_EQ(documented.size(), expected.size()) << "tables of " << GHEE_PAGE;
    for (auto const& [table, fields] : expected)
    {
        ASSERT_TRUE(documented.contains("/" + table)) << table;
        EXPECT_EQ(documented.at("/" + table), fields) << "table " << table;
    }
}
}  // namespace
