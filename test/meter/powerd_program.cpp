// ghee-powerd as a program: its options, its list, what it is linked with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/command.hpp"

namespace ghee {

namespace {
using test::run_command;
using ::testing::HasSubstr;
using ::testing::Not;

std::string const program = GHEE_POWERD;

TEST(PowerdProgram, lists_channels_and_what_is_absent_and_why)
{
    auto const text = run_command(program + " --list --meters rapl,estimate");
    EXPECT_EQ(text.exit_code, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("estimate"));
    EXPECT_THAT(text.out, HasSubstr("nvml: absent: "));

    auto const listed = run_command(program + " --list --json --meters estimate");
    EXPECT_EQ(listed.exit_code, 0);
    auto const json = nlohmann::json::parse(listed.out);
    ASSERT_EQ(json.at("channels").size(), 1u);
    EXPECT_EQ(json.at("channels")[0].at("name"), "estimate");
    EXPECT_EQ(json.at("channels")[0].at("estimated"), true);
    EXPECT_FALSE(json.at("absent").empty());
    for (auto const& absent : json.at("absent"))
        EXPECT_FALSE(absent.at("reason").get<std::string>().empty());
}

TEST(PowerdProgram, says_its_version_and_its_options)
{
    EXPECT_THAT(run_command(program + " --version").out, ::testing::StartsWith("ghee-powerd "));
    auto const help = run_command(program + " --help");
    EXPECT_EQ(help.exit_code, 0);
    for (char const* option : {"--socket", "--private", "--tidy", "--meters", "--period-ms", "--primary", "--cpus", "--allow-user", "--ready-fd",
                               "--linger", "--list", "--json"})
        EXPECT_THAT(help.out, HasSubstr(option));
}

TEST(PowerdProgram, refuses_wrong_options_in_one_line_with_code_2)
{
    for (char const* options :
         {"--frobnicate", "stray", "--private", "--tidy", "--json", "--period-ms 1", "--period-ms soon", "--linger -1", "--meters tea-leaves --list",
          "--primary nonsense --list", "--cpus x", "--allow-user no-such-user-here", "--private --socket /tmp/x --allow-user root"})
    {
        auto const result = run_command(program + " " + options);
        EXPECT_EQ(result.exit_code, 2) << options << ": " << result.err;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
        EXPECT_THAT(result.err, ::testing::StartsWith("ghee-powerd: error: "));
    }
}

TEST(PowerdProgram, fails_with_a_reason_where_it_cannot_listen)
{
    auto const result = run_command(program + " --meters estimate --socket /no/such/folder/s");
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("cannot listen at '/no/such/folder/s'"));
}

TEST(PowerdProgram, is_linked_with_neither_mpi_nor_cuda_nor_hdf5)
{
    auto const linked = run_command("ldd " + program);
    ASSERT_EQ(linked.exit_code, 0);
    EXPECT_THAT(linked.out, HasSubstr("libc.so"));
    for (char const* library : {"libmpi", "libopen-", "libcuda", "libcublas", "libcudnn", "libnvidia", "libhdf5"})
        EXPECT_THAT(linked.out, Not(HasSubstr(library)));
}
}  // namespace

}  // namespace ghee
