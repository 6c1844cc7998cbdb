// What C++ writes, h5py and pandas read, as the file-format page says.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "store/result_file.hpp"
#include "store/sample_run.hpp"
#include "support/command.hpp"

namespace {
using namespace ghee;

int exit_code(std::string const& command)
{
    int const status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Python, ReadsWhatWasPublished)
{
    if (exit_code("/usr/bin/python3 -c 'import h5py, pandas' 2>/dev/null") != 0)
        GTEST_SKIP() << "/usr/bin/python3 has no h5py and pandas (install python3-h5py and python3-pandas)";
    test::TemporaryFolder const folder;
    auto const file = folder / "python.h5", field_list = folder / "fields.tsv";
    store::publish(file, test::sample_contents(300), test::sample_stream(300));
    std::ofstream fields(field_list);
    for (auto const& field : store::schema())
        fields << field.table << "\t" << field.field << "\t" << field.type << "\t" << field.unit << "\t" << field.meaning << "\n";
    fields.close();
    auto const report = test::sample_run(299);
    std::string const reader = "/usr/bin/python3 " GHEE_READER " " + file.string() + " " + field_list.string() + " ";
    EXPECT_EQ(exit_code(reader + report.task.run_id + " " + std::to_string(report.task.seed)), 0);
    // The reader can fail.
    EXPECT_NE(exit_code(reader + "0000000000000000 1 2>/dev/null"), 0);
}
}  // namespace
