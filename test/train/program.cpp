// ghee train as a user types it.
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "record/json.hpp"
#include "support/command.hpp"
#include "sys/affinity.hpp"

namespace ghee {
namespace {

using test::run_command;
using testing::HasSubstr;

std::string const train = std::string(GHEE_PROGRAM) + " train ";
std::string const quick = "--dataset banana --size 64 --epochs 3 --seed 5 --learning-rate 0.01 ";

std::string quoted(std::string const& text) { return "'" + text + "'"; }

TEST(TrainProgram, PrintsOneJsonObjectWithTheFixedKeys)
{
    auto const result = run_command(train + quick + "--depth 3 --json");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.err, "");
    auto const json = nlohmann::json::parse(result.out);
    auto const widths = json.at("widths").get<std::vector<int>>();
    ASSERT_EQ(widths.size(), 3u);
    EXPECT_EQ(json.at("parameters"), 3 * widths[0] + (widths[0] + 1) * widths[1] + (widths[1] + 1) * widths[2]);
    EXPECT_EQ(json.at("epochs"), 3);
    EXPECT_EQ(json.at("steps"), 3 * 17) << "4240 rows in steps of 256";
    EXPECT_EQ(json.at("train_loss").size(), 3u);
    EXPECT_EQ(json.at("test_loss").size(), 3u);
    EXPECT_GT(json.at("test_loss")[0].get<double>(), json.at("test_loss")[2].get<double>());
    EXPECT_EQ(json.at("test_accuracy"), nlohmann::json::parse("[null, null, null]")) << "banana is a regression";
    EXPECT_GT(json.at("step_us").get<double>(), 0);
    EXPECT_GE(json.at("seconds").get<double>(), json.at("train_seconds").get<double>());
    EXPECT_NE(json.at("backend"), "auto");
    EXPECT_EQ(json.at("outcome"), "ok");
    EXPECT_EQ(json.at("stop_reason"), "epochs");
    EXPECT_EQ(json.at("seed"), 5);
}

TEST(TrainProgram, ClassificationHasAnAccuracyPerEpoch)
{
    auto const result = run_command(train + "--dataset nursery --size 256 --epochs 2 --json");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    auto const json = nlohmann::json::parse(result.out);
    ASSERT_EQ(json.at("test_accuracy").size(), 2u);
    EXPECT_GT(json.at("test_accuracy")[1].get<double>(), 0.2);
    EXPECT_LE(json.at("test_accuracy")[1].get<double>(), 1.0);
}

TEST(TrainProgram, TheSameCommandGivesTheSameLosses)
{
    auto const losses = [](std::string const& seed)
    {
        auto const result = run_command(train + "--dataset banana --size 64 --epochs 3 --json --seed " + seed);
        EXPECT_EQ(result.exit_code, 0) << result.err;
        return nlohmann::json::parse(result.out).at("test_loss");
    };
    auto const first = losses("5");
    EXPECT_EQ(first.size(), 3u);
    EXPECT_EQ(losses("5"), first);
    EXPECT_NE(losses("6"), first);
}

TEST(TrainProgram, ATableForPeopleGoesToStandardOutput)
{
    auto const result = run_command(train + quick);
    ASSERT_EQ(result.exit_code, 0) << result.err;
    for (char const* text : {"data set    banana: 4240 training and 1060 test rows, 2 inputs, 1 output, regression",
                             "outcome     ok, ended by epochs", "epochs      3 in ", "51 steps of ", "loss        mse: training 0."})
        EXPECT_THAT(result.out, HasSubstr(text));
}

TEST(TrainProgram, EveryOptionReachesTheConfiguration)
{
    Task task;
    auto& c = task.configuration;
    task.seed = 18446744073709551615u;
    c.dataset = "nursery";
    c.shape = Shape::wide_first_2x;
    c.size = 300;
    c.depth = 4;
    c.batch = 100;
    c.epochs = 2;
    c.optimizer = {OptimizerKind::adamw, 0.002, 0.0, 0.8, 0.99, 0.9, 1e-6, EpsilonForm::pytorch, 0.02, 1e-5, 1e-4};
    c.activation = Activation::tanh;
    c.label_noise = 0.05;
    c.precision = Precision::fp64;
    c.test_fraction = 0.3;
    c.evaluate_every = 2;
    c.stop = {0.001, 0.999, 7};
    c.initializer = Initializer::he_uniform;
    c.task = "classification";
    auto const by_options =
        run_command(train + "--dataset nursery --shape wide_first_2x --size 300 --depth 4 --batch 100 --epochs 2 --optimizer adamw "
                            "--learning-rate 0.002 --momentum 0 --beta1 0.8 --beta2 0.99 --rho 0.9 --adam-epsilon 1e-6 --epsilon-form pytorch "
                            "--weight-decay 0.02 --l1 1e-5 --l2 1e-4 --activation tanh --label-noise 0.05 --precision fp64 --test-fraction 0.3 "
                            "--evaluate-every 2 --target-loss 0.001 --target-accuracy 0.999 --patience 7 --init he_uniform --task classification "
                            "--backend auto --device cpu --threads 1 --replicas 1 --seed 18446744073709551615 --json");
    auto const by_task = run_command(train + "--json --task-json " + quoted(nlohmann::json(task).dump()));
    ASSERT_EQ(by_options.exit_code, 0) << by_options.err;
    ASSERT_EQ(by_task.exit_code, 0) << by_task.err;
    auto const a = nlohmann::json::parse(by_options.out), b = nlohmann::json::parse(by_task.out);
    EXPECT_EQ(a.at("config_id"), config_id(c));
    EXPECT_EQ(b.at("config_id"), config_id(c));
    EXPECT_EQ(a.at("seed"), task.seed);
    for (char const* key : {"seed", "widths", "train_loss", "test_loss", "test_accuracy", "steps"})
        EXPECT_EQ(a.at(key), b.at(key)) << key;
    EXPECT_TRUE(a.at("test_loss")[0].is_null()) << "evaluated every second epoch";
    EXPECT_EQ(a.at("test_samples"), 3888);
}

TEST(TrainProgram, ATaskMayStandInAFileAndAWindowMayGoWithIt)
{
    test::TemporaryFolder const folder;
    Task task;
    task.configuration.dataset = "banana";
    task.configuration.size = 32;
    test::write_file(folder / "task.json", nlohmann::json(task).dump());
    auto const result = run_command(train + "--json --min-window 0.3 --task-json @" + (folder / "task.json").string());
    ASSERT_EQ(result.exit_code, 0) << result.err;
    auto const json = nlohmann::json::parse(result.out);
    EXPECT_GE(json.at("passes").get<int>(), 2);
    EXPECT_EQ(json.at("epochs"), 1);
    EXPECT_GE(json.at("seconds").get<double>() * json.at("passes").get<int>(), 0.2);
}

TEST(TrainProgram, EpsilonIsAnotherNameOfAdamEpsilon)
{
    auto const id = [](std::string const& options)
    {
        auto const result = run_command(train + quick + options + " --json");
        EXPECT_EQ(result.exit_code, 0) << result.err;
        return nlohmann::json::parse(result.out).at("config_id").get<std::string>();
    };
    EXPECT_EQ(id("--epsilon 1e-5"), id("--adam-epsilon 1e-5"));
    EXPECT_NE(id("--epsilon 1e-5"), id(""));
}

TEST(TrainProgram, AnOptimizerIsWhatACampaignFileMakesOfTheSameWords)
{
    auto const id = [](std::string const& options)
    {
        auto const result = run_command(train + quick + options + " --json");
        EXPECT_EQ(result.exit_code, 0) << result.err;
        return nlohmann::json::parse(result.out).at("config_id").get<std::string>();
    };
    auto const expected = [](Optimizer optimizer)
    {
        Configuration c;
        c.dataset = "banana";
        c.size = 64;
        c.epochs = 3;
        c.optimizer = optimizer;
        c.optimizer.learning_rate = 0.01;
        return config_id(c);
    };
    auto const with_momentum = [&](double momentum) { return expected({.kind = OptimizerKind::momentum, .momentum = momentum}); };
    EXPECT_EQ(id("--optimizer sgd --momentum 0.5"), with_momentum(0.5));
    EXPECT_EQ(id("--optimizer momentum"), with_momentum(0.9));
    EXPECT_EQ(id("--optimizer momentum --momentum 0"), expected({.kind = OptimizerKind::sgd}));
    EXPECT_EQ(id("--optimizer sgd --beta1 0.5 --rho 0.5"), expected({.kind = OptimizerKind::sgd}));
    EXPECT_EQ(id("--optimizer rmsprop --rho 0.5"), expected({.kind = OptimizerKind::rmsprop, .rho = 0.5}));
    EXPECT_EQ(id("--epsilon-form pytorch"), expected({.epsilon = 1e-8, .epsilon_form = EpsilonForm::pytorch}));
    EXPECT_EQ(id("--epsilon-form pytorch --epsilon 1e-7"), expected({.epsilon = 1e-7, .epsilon_form = EpsilonForm::pytorch}));
    auto const useless = run_command(train + quick + "--optimizer adam --momentum 0.9");
    EXPECT_EQ(useless.exit_code, 2);
    EXPECT_THAT(useless.err, HasSubstr("--momentum has no use with optimizer adam (only sgd and momentum have it) add --optimizer sgd"));
}

TEST(TrainProgram, WholeNumbersAreWrittenAsInACampaignFile)
{
    auto const widths = [](std::string const& options)
    { return nlohmann::json::parse(run_command(train + "--dataset banana --json " + options).out).at("widths"); };
    EXPECT_EQ(widths("--size 2^10 --depth 2^2 --epochs 2^0 --batch 2^8"), widths("--size 1024 --depth 4 --epochs 1 --batch 256"));
    for (std::string const size : {"-5", "0", "x", "1.5", "2^41", "2^99", "99999999999999999999", "2^4..2^6", ""})
    {
        auto const refused = run_command(train + "--dataset banana --size '" + size + "'");
        EXPECT_EQ(refused.exit_code, 2) << size;
        EXPECT_THAT(refused.err,
                    HasSubstr("--size cannot be '" + size + "' (it is a whole number, 1 to 2^40) write digits, or a power of two as 2^14\n"));
    }
}

TEST(TrainProgram, TellsHowManyThreadsItTookWhereAsManyAsPayWereWanted)
{
    auto const losses_of = [](std::string const& threads, int& taken)
    {
        auto const result = run_command(train + "--dataset banana --size 2^17 --depth 4 --batch 512 --epochs 1 --threads " + threads + " --json");
        EXPECT_EQ(result.exit_code, 0) << result.err;
        auto const json = nlohmann::json::parse(result.out);
        taken = json.at("threads");
        return json.at("train_loss");
    };
    int alone = 0, two = 0, automatic = 0;
    auto const wanted = losses_of("1", alone);
    EXPECT_EQ(losses_of("2", two), wanted);
    EXPECT_EQ(losses_of("0", automatic), wanted);
    EXPECT_EQ(alone, 1);
    EXPECT_EQ(two, 2) << "asked numbers are obeyed";
    auto const cores = static_cast<int>(ghee::sys::group_by_core(ghee::sys::allowed_cpus()).size());
    EXPECT_EQ(automatic, std::min(cores, 8)) << "a step that is worth eight threads, on the cores there are";
    auto const small = run_command(train + "--dataset banana --size 64 --epochs 1 --threads 0 --json");
    EXPECT_EQ(nlohmann::json::parse(small.out).at("threads"), 1);
    auto const table = run_command(train + "--dataset banana --size 64 --epochs 1 --threads 0");
    EXPECT_THAT(table.out, testing::HasSubstr("asked for fp32 and as many threads as pay"));
}

TEST(TrainProgram, MistakesAreOneLineAndExitCode2)
{
    for (std::string const options : {"",
                                      "--dataset banana",
                                      "--size 64",
                                      "--dataset banana --size x",
                                      "--dataset banana --size 0",
                                      "--dataset banana --size -5",
                                      "--dataset banana --size 64 --depth 1",
                                      "--dataset banana --size 64 --shape cube",
                                      "--dataset banana --size 64 --epochs 0",
                                      "--dataset banana --size 64 --batch 0",
                                      "--dataset banana --size 64 --seed -1",
                                      "--dataset banana --size 64 --seed 1.5",
                                      "--dataset banana --size 64 --learning-rate nan",
                                      "--dataset banana --size 64 --test-fraction 1",
                                      "--dataset banana --size 64 --replicas 0",
                                      "--dataset banana --size 64 --form sideways",
                                      "--dataset banana --size 64 --min-window -1",
                                      "--dataset banana --size 64 --optimizer lion",
                                      "--dataset banana --size 64 --target-accuracy 2",
                                      "--dataset banana --size 64 --target-accuracy 0.5",
                                      "--dataset banana --size 64 --no-such-option",
                                      "--dataset no-such --size 64",
                                      "--dataset banana --size 64 stray",
                                      "--task-json {",
                                      "--task-json 3",
                                      "--task-json '{}'",
                                      "--task-json '{\"configuration\": {\"size\": \"many\"}}'",
                                      "--task-json '{\"configuration\": {\"shape\": \"cube\"}}'",
                                      "--task-json '{\"configuration\": {\"dataset\": \"banana\", \"size\": 64}}' --epochs 3"})
    {
        auto const result = run_command(train + options);
        EXPECT_EQ(result.exit_code, 2) << options << ": " << result.err;
        EXPECT_EQ(result.out, "") << options;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << options << ": " << result.err;
    }
}

TEST(TrainProgram, WhatThisVersionDoesNotDoIsRefusedWithItsReason)
{
    std::string const why = " (only backend cuda has forms to choose from: device = \"gpu\" or --device gpu, else form = \"auto\" or --form auto)\n";
    auto const form = run_command(train + "--dataset banana --size 64 --form solo");
    EXPECT_EQ(form.exit_code, 2);
    EXPECT_EQ(form.err, "ghee: error: form 'solo' cannot be had on the cpu" + why);
    auto const of_reference = run_command(train + "--dataset banana --size 64 --form layers --backend reference");
    EXPECT_EQ(of_reference.exit_code, 2);
    EXPECT_EQ(of_reference.err, "ghee: error: form 'layers' cannot be had from backend 'reference'" + why);
    auto const gpu = run_command(train + "--dataset banana --size 64 --backend reference --device gpu");
    EXPECT_EQ(gpu.exit_code, 2);
    EXPECT_THAT(gpu.err, HasSubstr("backend 'reference' cannot train this on the gpu"));
}

TEST(TrainProgram, DivergenceIsAnOutcomeNotAFailure)
{
    auto const result = run_command(train + "--dataset banana --size 64 --epochs 50 --optimizer sgd --learning-rate 1e200 --l2 1e200 --json");
    EXPECT_EQ(result.exit_code, 0) << result.err;
    auto const json = nlohmann::json::parse(result.out);
    EXPECT_EQ(json.at("outcome"), "diverged");
    EXPECT_EQ(json.at("stop_reason"), "diverged");
    EXPECT_LT(json.at("epochs").get<int>(), 50);
    EXPECT_TRUE(json.at("train_loss").back().is_null() || json.at("test_loss").back().is_null());
    EXPECT_THAT(json.at("reason").get<std::string>(), HasSubstr("loss is not finite in epoch"));
    EXPECT_THAT(result.err, HasSubstr("diverged"));
}

TEST(TrainProgram, AFullDiskIsAFailureNotASilentSuccess)
{
    auto const result = run_command(train + quick + "--json >/dev/full");
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("cannot write to standard output"));
}

}  // namespace
}  // namespace ghee
