// What ghee show and ghee status say, as a user sees it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "campaign/ledger_fixture.hpp"
#include "support/command.hpp"

namespace {
using namespace ghee;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

struct ResultVerbs : test::LedgerFolder
{
    std::filesystem::path const file = folder / "a.h5";
    [[nodiscard]] test::CommandResult ghee(std::string const& arguments) const
    {
        return test::run_command("cd " + std::filesystem::absolute(folder).string() + " && " GHEE_PROGRAM " " + arguments);
    }
};

RunReport estimated_run(int number)
{
    auto report = test::sample_run(number);
    for (auto& account : report.accounts)
        account.estimated = true;
    return report;
}

TEST_F(ResultVerbs, ShowTellsProvenanceAndRunsWithTheirEnergy)
{
    auto contents = test::sample_contents(3);
    contents.provenance.complete = false;
    store::publish(file, contents, test::sample_stream(2));
    auto const result = ghee("show a.h5");
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("a campaign, 2 of 3 runs (INCOMPLETE"));
    EXPECT_THAT(result.out, HasSubstr("2023-11-14T22:13:20Z on n0"));
    EXPECT_THAT(result.out, HasSubstr("150.0 J  40.00 W  90.00 +- 0.86 J  ok"));
    EXPECT_THAT(result.out, HasSubstr("600.0 J gross, 360.0 J net"));
    EXPECT_THAT(result.out, Not(HasSubstr("ESTIMATED")));
}

TEST_F(ResultVerbs, ShowSaysWhatIsEstimatedInTheColumnAndBelow)
{
    store::publish(file, test::sample_contents(2),
                   [](auto const& take)
                   {
                       take(test::sample_run(0));
                       take(estimated_run(1));
                       auto report = test::sample_run(2);
                       report.accounts.clear();
                       report.outcome = Outcome::unmetered;
                       report.reason = "no meter";
                       take(report);
                   });
    auto const result = ghee("show a.h5");
    EXPECT_THAT(result.out, HasSubstr("90.00 +- 0.86 J  estimated"));
    EXPECT_THAT(result.out, HasSubstr("ESTIMATED: the energy of 1 run is computed from load"));
    EXPECT_THAT(result.out, HasSubstr("unmetered: no meter"));
    EXPECT_THAT(result.out, HasSubstr("UNMETERED: 1 run has no energy figure"));
    auto const rows = json::parse(ghee("show a.h5 --json").out).at("rows");
    EXPECT_EQ(rows.at(1).at("estimated"), 1);
    EXPECT_TRUE(rows.at(2).at("net_j").is_null());
}

TEST_F(ResultVerbs, ShowLeavesOutWhatCommandsWereNotTold)
{
    auto const command = [](int number, std::int64_t size)
    {
        auto report = test::sample_run(number);
        report.training = {};
        report.task.configuration = {};
        report.task.configuration.workload = "torch";
        report.task.configuration.size = size;
        return report;
    };
    for (std::int64_t const size : {0, 64})
    {
        store::publish(file, test::sample_contents(1), [&](auto const& take) { take(command(1, size)); });
        auto const out = ghee("show a.h5").out;
        EXPECT_THAT(out, HasSubstr("workload"));
        for (char const* const word : {"shape", "depth", "batch", "optimizer", "learning_rate", "activation", "precision", "threads", "loss"})
            EXPECT_THAT(out, Not(HasSubstr(std::string(word) + " "))) << word;
        EXPECT_EQ(out.find("size") != std::string::npos, size == 64) << "what it was told stays";
    }
    store::publish(file, test::sample_contents(2),
                   [&](auto const& take)
                   {
                       take(command(1, 0));
                       take(test::sample_run(2));
                   });
    EXPECT_THAT(ghee("show a.h5").out, testing::AllOf(HasSubstr("shape"), HasSubstr("depth"), HasSubstr("loss")));
}

TEST_F(ResultVerbs, ShowTellsTheFormAskedForWhereOneWas)
{
    auto const shown = [&](Form form)
    {
        auto const with = [](int number, Form wanted)
        {
            auto report = test::sample_run(number);
            auto configuration = report.task.configuration;
            configuration.form = wanted;
            report.task = make_task(configuration, number, 42);
            return report;
        };
        store::publish(file, test::sample_contents(2),
                       [&](auto const& take)
                       {
                           take(with(0, Form::automatic));
                           take(with(1, form));
                       });
        return ghee("show a.h5").out;
    };
    EXPECT_THAT(shown(Form::solo), testing::AllOf(HasSubstr("form_asked"), HasSubstr("\nauto  "), HasSubstr("\nsolo  ")));
    EXPECT_THAT(shown(Form::automatic), Not(HasSubstr("form_asked")));
}

TEST_F(ResultVerbs, ShowGivesAnyTableAsCsvAndJson)
{
    store::publish(file, test::sample_contents(2), test::sample_stream(2));
    auto const csv = ghee("show a.h5 --table energy --columns run,phase,net_j --csv");
    EXPECT_EQ(csv.out.substr(0, csv.out.find("\n1,")), "run,phase,net_j\n0,whole,360\n0,train,120\n0,evaluate,60\n0,train,120");
    auto const configs = json::parse(ghee("show a.h5 --table configs --json").out);
    EXPECT_EQ(configs.at("rows").at(0).at("size_error"), 0.125);
    EXPECT_EQ(configs.at("units").at("epoch_bytes"), "byte");
    EXPECT_THAT(ghee("show a.h5 --table configs --csv").out, HasSubstr(",\"{\"\"activation\"\":\"\"relu\"\""));
}

TEST_F(ResultVerbs, ShowRefusesInOneLine)
{
    write("no ledger");
    EXPECT_EQ(ghee("show a.h5").err, "ghee: error: a.h5: no such file\n");
    EXPECT_EQ(ghee("show a.h5").exit_code, 2);
    EXPECT_EQ(ghee("show .").exit_code, 2);
    EXPECT_EQ(ghee("show a.h5.ledger").exit_code, 1);
    store::publish(file, test::sample_contents(1), test::sample_stream(1));
    EXPECT_EQ(ghee("show a.h5 --table rums").exit_code, 2);
    EXPECT_EQ(ghee("show a.h5 --columns joules").exit_code, 2);
    EXPECT_EQ(ghee("show a.h5 --csv --json").exit_code, 2);
    EXPECT_EQ(ghee("show").exit_code, 2);
}

TEST_F(ResultVerbs, StatusFollowsACampaignFromItsLedger)
{
    {
        auto ledger = campaign::Ledger::open(path, test::ledger_plan(3));
        ledger.append(test::sample_node());
        static_cast<void>(ledger.append(test::sample_run(0)));
        auto failed = test::sample_run(1);
        failed.outcome = Outcome::failed;
        failed.accounts.clear();
        static_cast<void>(ledger.append(failed));
        // While it runs: looked at without disturbing it.
        auto const running = ghee("status --json a.h5");
        EXPECT_EQ(running.exit_code, 3) << running.err;
        auto const progress = json::parse(running.out).at(0);
        EXPECT_EQ(progress.at("planned"), 3);
        EXPECT_EQ(progress.at("done"), 2);
        EXPECT_EQ(progress.at("outcomes").at("ok"), 1);
        EXPECT_EQ(progress.at("outcomes").at("failed"), 1);
        EXPECT_EQ(progress.at("running"), true);
        EXPECT_THAT(progress.at("holder").get<std::string>(), HasSubstr("pid " + std::to_string(getpid())));
        EXPECT_GT(progress.at("runs_per_s"), 0);
        EXPECT_GT(progress.at("eta_s"), 0);
        EXPECT_EQ(progress.at("gross_j"), 300);
        EXPECT_EQ(progress.at("net_j"), 180);
        EXPECT_EQ(progress.at("runs_without_net"), 1);
        EXPECT_EQ(progress.at("nodes").at(0).at("node"), "n1");
    }
    EXPECT_THAT(ghee("status a.h5").out, HasSubstr("GONE without a word"));
    {
        auto ledger = campaign::Ledger::open(path, test::ledger_plan(3));
        ledger.append(campaign::StopRecord{"signal USR1"});
    }
    EXPECT_THAT(ghee("status a.h5").out, HasSubstr("stopped (signal USR1)"));
    static_cast<void>(campaign::Ledger::open(path, test::ledger_plan(3)).append(estimated_run(2)));
    auto const done = ghee("status .");
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("3 of 3 (100 %), 1 failed, 2 ok"));
    EXPECT_THAT(done.out, HasSubstr("ESTIMATED"));
}

TEST_F(ResultVerbs, StatusWithoutALedgerSaysWhatToDo)
{
    EXPECT_THAT(ghee("status .").err, HasSubstr("no ledger in folder ."));
    EXPECT_EQ(ghee("status .").exit_code, 2);
    EXPECT_EQ(ghee("status b.h5").exit_code, 2);
    store::publish(file, test::sample_contents(1), test::sample_stream(1));
    auto const result = ghee("status a.h5");
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("ghee show a.h5"));
}
}  // namespace
