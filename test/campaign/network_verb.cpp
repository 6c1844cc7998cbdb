// ghee network, as typed.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/command.hpp"

namespace {
using namespace ghee::test;
using ::testing::HasSubstr;

CommandResult network(std::string const& options) { return run_command(GHEE_PROGRAM " network " + options); }

TEST(NetworkVerb, TellsWidthsArithmeticAndWorkingSetsAsJson)
{
    auto const result = network("--shape rectangle --size 128 --depth 2 --inputs 26 --outputs 11 --batch 10 --rows 100 --optimizer sgd --json");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    auto const json = nlohmann::json::parse(result.out);
    EXPECT_EQ(json.at("widths"), nlohmann::json({3, 11}));
    EXPECT_EQ(json.at("parameters"), 125);
    EXPECT_EQ(json.at("flops_per_step"), 2.0 * 10 * (2 * 26 * 3 + 3 * 3 * 11));
    auto const& sets = json.at("working_sets");
    EXPECT_EQ(sets.at("layer"), 4.0 * 10 * 29);
    EXPECT_EQ(sets.at("forward"), 4.0 * 10 * 29 + 4 * 125);
    EXPECT_EQ(sets.at("backward"), 4.0 * 2 * 125 + 4 * 10 * 40);
    EXPECT_EQ(sets.at("epoch"), 4.0 * 2 * 125 + 4 * 10 * 40 + 4 * 100 * 37);
    EXPECT_TRUE(json.at("caches").is_array());
}

TEST(NetworkVerb, CountsAdamsMomentsByDefault)
{
    auto const json = nlohmann::json::parse(network("--shape exponential --size 2^9 --depth 3 --inputs 26 --outputs 11 --json").out);
    EXPECT_EQ(json.at("widths"), nlohmann::json({11, 11, 11}));
    EXPECT_EQ(json.at("parameters"), 561);
    EXPECT_EQ(json.at("batch"), 256);
    EXPECT_EQ(json.at("rows"), 256);
    EXPECT_EQ(json.at("working_sets").at("backward"), 4.0 * 4 * 561 + 4.0 * 256 * (26 + 33));
}

TEST(NetworkVerb, KnowsADataSetsInputsOutputsAndRows)
{
    auto const json = nlohmann::json::parse(network("--shape rectangle --size 65536 --depth 5 --dataset 201_pol --json").out);
    EXPECT_EQ(json.at("parameters"), 65435);
    EXPECT_EQ(json.at("rows"), 15000);
}

TEST(NetworkVerb, PrintsATableForPeople)
{
    auto const result = network("--shape rectangle --size 65536 --depth 5 --inputs 26 --outputs 11");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("widths      141 141 141 141 11\n"));
    EXPECT_THAT(result.out, HasSubstr("parameters  65435 (65536 wanted, error 0.15 %)"));
    EXPECT_THAT(result.out, HasSubstr("this node:"));
}

TEST(NetworkVerb, TellsTheMemoryOfATraining)
{
    std::string const network_of = "--shape rectangle --size 2^20 --depth 4 --inputs 64 --outputs 10 --batch 1 --optimizer ";
    auto const sgd = nlohmann::json::parse(network(network_of + "sgd --json").out);
    auto const adam = nlohmann::json::parse(network(network_of + "adam --json").out);
    double const weights = 4.0 * sgd.at("parameters").get<double>();
    EXPECT_GT(sgd.at("memory_bytes"), weights);
    EXPECT_LT(sgd.at("memory_bytes"), 1.2 * weights);
    EXPECT_NEAR(adam.at("memory_bytes").get<double>() - sgd.at("memory_bytes").get<double>(), 2 * weights, 0.2 * weights);
    EXPECT_THAT(network(network_of + "sgd").out, HasSubstr("memory      4."));
}

TEST(NetworkVerb, RefusesInOneLineWithExitCodeTwo)
{
    std::string const most = "--shape rectangle --size 100 --inputs 2 --outputs 1 ";
    for (auto const& [options, said] :
         std::vector<std::pair<std::string, std::string>>{{most, "--depth is missing"},
                                                          {most + "--depth 1", "--depth cannot be '1' (it is a whole number, 2 to 1000)"},
                                                          {most + "--depth two", "whole number"},
                                                          {most + "--depth 2..3", "whole number"},
                                                          {most + "--depth 2 --batch 0", "--batch cannot be '0' (it is a whole number, 1 to 2^24)"},
                                                          {most + "--depth 2 --optimizer adma", "known: sgd, momentum, rmsprop, adam, adamw"},
                                                          {most + "--depth 2 --dataset banana", "says inputs"},
                                                          {"--shape round --size 100 --depth 2 --inputs 2 --outputs 1", "not a shape"},
                                                          {"--shape rectangle --size 100 --depth 2 --dataset bananna", "not a data set"},
                                                          {"--nonsense", "ghee network --help"}})
    {
        auto const result = network(options);
        EXPECT_EQ(result.exit_code, 2) << options;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
        EXPECT_THAT(result.err, HasSubstr(said));
    }
}
}  // namespace
