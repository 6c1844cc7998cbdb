// ghee doctor and ghee idle, as a user runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "support/command.hpp"

namespace ghee {

namespace {
using test::run_command;
using ::testing::HasSubstr;

std::string const program = GHEE_PROGRAM;

/// 40 W, and 60 W every other sample, ten samples a second.
std::string alternating_csv()
{
    std::string text = "t_s,power_w\n";
    for (int i = 0; i < 1200; ++i)
        text += std::to_string(i * 0.1) + (i % 2 == 0 ? ",40\n" : ",60\n");
    return text;
}

TEST(GheeIdle, measures_the_mean_power_of_a_quiet_while_and_its_error)
{
    test::TemporaryFolder const folder;
    test::write_file(folder / "trace.csv", alternating_csv());
    auto const result =
        run_command("unset GHEE_POWERD_SOCKET; " + program + " idle --seconds 3 --json --meters replay:" + (folder / "trace.csv").string());
    ASSERT_EQ(result.exit_code, 0) << result.err;
    auto const json = nlohmann::json::parse(result.out);
    EXPECT_NEAR(json.at("idle_w").get<double>(), 50.0, 1.0);
    EXPECT_GT(json.at("idle_sd_w").get<double>(), 0.0);
    EXPECT_LT(json.at("idle_sd_w").get<double>(), 10.0);
    EXPECT_EQ(json.at("meter"), "replay");
    EXPECT_EQ(json.at("estimated"), false);
    EXPECT_EQ(json.at("channels").size(), 1u);
}

TEST(GheeIdle, says_where_its_figure_is_an_estimate)
{
    auto const result = run_command("unset GHEE_POWERD_SOCKET; " + program + " idle --seconds 1 --meters estimate");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("estimated"));
}

TEST(GheeIdle, refuses_a_nonsensical_time_and_says_when_no_daemon_answers)
{
    EXPECT_EQ(run_command(program + " idle --seconds -1").exit_code, 2);
    auto const lost = run_command("GHEE_POWERD_SOCKET=/no/such/socket " + program + " idle --seconds 1");
    EXPECT_EQ(lost.exit_code, 1);
    EXPECT_THAT(lost.err, HasSubstr("no power daemon answers at '/no/such/socket'"));
}

TEST(GheeDoctor, names_meters_backends_and_gives_a_reason_for_all_that_is_absent)
{
    auto const result = run_command(program + " doctor --json");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    auto const json = nlohmann::json::parse(result.out);
    EXPECT_FALSE(json.at("meters").at("channels").empty());
    for (auto const& absent : json.at("meters").at("absent"))
        EXPECT_NE(absent.at("reason"), "");
    auto const& backends = json.at("node").at("backends");
    EXPECT_TRUE(std::any_of(backends.begin(), backends.end(), [](auto const& b) { return b.at("name") == "reference" && b.at("refusal") == ""; }));
    EXPECT_EQ(json.at("fit").get<bool>(), json.at("objections").empty());
    EXPECT_GT(json.at("node").at("threads").get<int>(), 0);
    auto const& channels = json.at("meters").at("channels");
    bool const measured =
        std::any_of(channels.begin(), channels.end(), [](auto const& c) { return c.at("primary") == true && c.at("estimated") == false; });
    bool const objected = std::any_of(json.at("objections").begin(), json.at("objections").end(),
                                      [](auto const& o) { return o.template get<std::string>().find("no power meter") == 0; });
    EXPECT_EQ(objected, !measured);
}

TEST(GheeDoctor, ends_its_words_with_a_verdict)
{
    auto const result = run_command(program + " doctor");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, ::testing::AnyOf(HasSubstr("this node is fit to measure\n"), HasSubstr("this node is not fit to measure: ")));
    EXPECT_THAT(result.out, HasSubstr("mpi"));
    EXPECT_THAT(result.out, HasSubstr("slurm"));
}
}  // namespace

}  // namespace ghee
