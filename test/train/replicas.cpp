// Groups of real networks: every replica is the network that its seed trains alone, to the bit.
#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <new>
#include <set>
#include <stdexcept>
#include <thread>

#include "base/error.hpp"
#include "data/dataset.hpp"
#include "mlp/backend.hpp"
#include "support/command.hpp"
#include "train/course.hpp"
#include "train/helpers.hpp"
#include "train/one_by_one.hpp"
#include "train/replica_seed.hpp"
#include "train/training.hpp"

namespace ghee::train {
namespace {

Request request_for(std::string const& dataset, int replicas)
{
    Request request;
    request.seed = 11;
    Configuration& c = request.configuration;
    c.dataset = dataset;
    c.size = 256;
    c.depth = 3;
    c.epochs = 5;
    c.optimizer.learning_rate = 0.01;
    c.replicas = replicas;
    return request;
}

TrainingResult trained(Request const& request) { return run_training(request, {}, monotonic_clock()).result; }

/// What does not depend on the time it took; NaN as -1.
std::vector<double> figures(std::vector<EpochRecord> const& history)
{
    std::vector<double> list;
    for (EpochRecord const& record : history)
        for (double const value : {static_cast<double>(record.epoch), record.train_loss, record.test_loss, record.test_accuracy})
            list.push_back(std::isnan(value) ? -1 : value);
    return list;
}

void expect_each_as_alone(Request const& group)
{
    auto const together = trained(group);
    auto const wanted = static_cast<std::size_t>(group.configuration.replicas);
    ASSERT_EQ(together.replicas.size(), wanted);
    std::int64_t steps = 0, samples = 0, most = 0;
    for (std::size_t i = 0; i < wanted; ++i)
    {
        auto const& replica = together.replicas[i];
        Request alone = group;
        alone.configuration.replicas = 1;
        alone.configuration.threads = 1;
        alone.seed = replica.seed;
        auto const solo = trained(alone);
        EXPECT_TRUE(solo.replicas.empty());
        EXPECT_EQ(figures(replica.history), figures(solo.history)) << "replica " << i;
        EXPECT_EQ(replica.stop_reason, solo.stop_reason);
        EXPECT_EQ(replica.epochs, solo.epochs);
        EXPECT_EQ(replica.steps, solo.steps);
        EXPECT_EQ(replica.samples, solo.samples);
        steps += solo.steps;
        samples += solo.samples;
        most = std::max(most, solo.epochs);
    }
    EXPECT_EQ(together.steps, steps);
    EXPECT_EQ(together.samples, samples);
    EXPECT_EQ(together.epochs, most);
    EXPECT_EQ(static_cast<std::int64_t>(together.history.size()), most);
}

struct Replicas : testing::TestWithParam<int>
{
};

TEST_P(Replicas, EqualTheirSoloRunsBitForBit)
{
    auto request = request_for("nursery", 3);
    request.configuration.threads = GetParam();
    expect_each_as_alone(request);
}

TEST_P(Replicas, EqualThemWithLabelNoiseAndEvaluationsNowAndThen)
{
    auto request = request_for("nursery", 3);
    request.configuration.threads = GetParam();
    request.configuration.label_noise = 0.2;
    request.configuration.evaluate_every = 2;
    expect_each_as_alone(request);
}

TEST_P(Replicas, EqualThemWhereTheyStopAtDifferentEpochs)
{
    auto request = request_for("banana", 5);
    request.configuration.threads = GetParam();
    request.configuration.epochs = 200;
    request.configuration.batch = 64;
    request.configuration.evaluate_every = 3;
    request.configuration.stop.target_loss = 0.12;
    request.configuration.stop.patience = 4;
    expect_each_as_alone(request);
    std::set<std::int64_t> ends;
    for (auto const& replica : trained(request).replicas)
        ends.insert(replica.epochs);
    EXPECT_GE(ends.size(), 2u) << "or this tests nothing";
}

TEST_P(Replicas, EqualThemOnTheReference)
{
    auto request = request_for("banana", 2);
    request.configuration.threads = GetParam();
    request.configuration.backend = "reference";
    request.configuration.epochs = 1;
    request.configuration.size = 32;
    expect_each_as_alone(request);
}

TEST_P(Replicas, EndWithTheWeightsOfTheirSoloRuns)
{
    auto const dataset = data::load_dataset("nursery");
    auto const request = request_for("nursery", 4);
    CourseFacts const facts;
    auto const lessons = lessons_of(request.configuration, facts);
    mlp::TrainerSpec spec;
    spec.network = make_network(request.configuration, dataset.features, dataset.outputs, dataset.output_activation, dataset.loss);
    spec.optimizer = request.configuration.optimizer;
    auto const& backend = mlp::choose_backend("cpu", Device::cpu, spec);
    std::vector<mlp::Replica> replicas;
    for (int i = 0; i < 4; ++i)
    {
        auto const seed = seed_of_replica(request.seed, i);
        auto rows = data::split_rows(dataset, 0.2, 0.1, seed);
        replicas.push_back({seed, rows.train, rows.test, rows.train_targets});
    }
    auto const group = make_one_by_one(backend, spec, dataset, replicas, lessons, GetParam(), monotonic_clock());
    group->warm_up(Seconds(0.05));
    follow_course(*group, request, facts, {}, monotonic_clock());
    for (int i = 0; i < 4; ++i)
    {
        auto const seed = replicas[static_cast<std::size_t>(i)].seed;
        auto const split = data::split_dataset(dataset, 0.2, 0.1, seed);
        auto own = spec;
        own.seed = seed;
        auto const trainer = backend.make(own);
        trainer->load({split.train_inputs, split.train_targets, split.train_rows, dataset.features, dataset.outputs},
                      {split.test_inputs, split.test_targets, split.test_rows, dataset.features, dataset.outputs});
        for (std::int64_t epoch = 1; epoch <= request.configuration.epochs; ++epoch)
            trainer->train(data::epoch_order(split.train_rows, seed, epoch));
        EXPECT_EQ(group->weights(i), trainer->weights()) << "replica " << i;
    }
    EXPECT_NE(group->weights(0), group->weights(1));
}

INSTANTIATE_TEST_SUITE_P(OnThreads, Replicas, testing::Values(1, 2, 3), testing::PrintToStringParamName());

TEST(ReplicaSeed, TheFirstIsTheRunsAndAllDiffer)
{
    EXPECT_EQ(seed_of_replica(7, 0), 7u);
    std::set<std::uint64_t> seeds;
    for (int replica = 0; replica < 1000; ++replica)
        seeds.insert(seed_of_replica(7, replica));
    EXPECT_EQ(seeds.size(), 1000u);
    EXPECT_NE(seed_of_replica(7, 1), seed_of_replica(8, 1));
    EXPECT_EQ(seed_of_replica(7, 1), 6594027385057415710u) << "the same in every version: result files name these seeds";
}

TEST(GroupOfTrainers, RepeatsItsPassesToFillTheWindow)
{
    auto request = request_for("banana", 3);
    request.configuration.threads = 2;
    auto const once = trained(request);
    request.min_window = std::max(Seconds(0.05), 2.5 * once.seconds);
    auto const often = trained(request);
    EXPECT_GE(often.passes, 2);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(figures(often.replicas[i].history), figures(once.replicas[i].history));
    EXPECT_EQ(often.steps, once.steps) << "of one pass";
}

TEST(GroupOfTrainers, SaysOnHowManyThreadsItTrained)
{
    auto request = request_for("banana", 3);
    request.configuration.threads = 8;
    auto const result = trained(request);
    EXPECT_EQ(result.threads, 3) << "a network is trained by one";
    EXPECT_THAT(result.form, testing::EndsWith("one by one on each of 3 threads"));
    request.configuration.threads = 1;
    EXPECT_THAT(trained(request).form, testing::EndsWith(", one by one"));
    request.configuration.replicas = 1;
    EXPECT_THAT(trained(request).form, testing::Not(testing::HasSubstr("one by one")));
}

TEST(GroupOfTrainers, DivergesWhereItsNetworksWouldAlone)
{
    auto request = request_for("banana", 4);
    request.configuration.optimizer.kind = OptimizerKind::sgd;
    request.configuration.optimizer.l2 = 1;
    request.configuration.optimizer.learning_rate = 2.0;
    request.configuration.activation = Activation::linear;
    request.configuration.epochs = 60;
    auto const report = run_training(request, {}, monotonic_clock());
    EXPECT_EQ(report.outcome, Outcome::diverged);
    EXPECT_THAT(report.reason, testing::StartsWith("4 of 4 replicas diverged; the first, replica 0: training loss is not finite in epoch "));
    EXPECT_LT(report.result.epochs, 60);
    expect_each_as_alone(request);
}

std::string refusal(Request const& request, Observer const& observer = {})
{
    try
    {
        run_training(request, observer, monotonic_clock());
    }
    catch (Error const& error)
    {
        return error.what();
    }
    return "none";
}

TEST(GroupOfTrainers, ThatNoNodeHoldsIsRefusedBeforeAnythingIsMade)
{
    auto request = request_for("banana", 65536);
    request.configuration.size = std::int64_t{1} << 24;
    Observer observer;
    observer.made = [](int, int) { ADD_FAILURE() << "a replica was made"; };
    EXPECT_THAT(refusal(request, observer), testing::MatchesRegex("65536 replicas do not fit into memory \\(each takes .* MiB for its network and "
                                                                  "0\\..* MiB for its data, together .* GiB of .*\\) choose fewer replicas"));
}

TEST(GroupOfTrainers, IsMadeUnderTheEyesOfItsObserverWhoMayStopIt)
{
    for (int const threads : {1, 2})
    {
        auto request = request_for("banana", 50);
        request.configuration.threads = threads;
        std::vector<int> told;
        Observer observer;
        observer.made = [&](int made, int of)
        {
            told.push_back(made);
            EXPECT_EQ(of, 50);
        };
        EXPECT_EQ(refusal(request, observer), "none");
        EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
        EXPECT_EQ(told.size(), 50u / static_cast<unsigned>(threads)) << "by the caller's thread, of its own";
        told.clear();
        observer.stop_requested = [&] { return told.size() == 3; };
        EXPECT_EQ(refusal(request, observer), "the training was not finished (stopped while its replicas were made)");
        EXPECT_EQ(told.size(), 3u);
    }
}

TEST(GroupOfTrainers, ThatCannotBeMadeToTheLastSaysHowFarItCame)
{
    static int left = 0;
    auto const made_by = [](auto make)
    {
        mlp::Backend backend;
        backend.make = make;
        return backend;
    };
    auto const full = made_by(
        [](mlp::TrainerSpec const& spec) -> std::unique_ptr<mlp::Trainer>
        {
            if (left-- == 0)
                throw Error("the network does not fit into memory", "training it needs 4 MiB", "choose a smaller size or batch");
            return mlp::choose_backend("reference", Device::cpu, spec).make(spec);
        });
    auto const out = made_by([](mlp::TrainerSpec const&) -> std::unique_ptr<mlp::Trainer> { throw std::bad_alloc(); });
    auto const dataset = data::load_dataset("banana", "auto");
    mlp::TrainerSpec spec;
    spec.network = make_network(request_for("banana", 3).configuration, dataset.features, dataset.outputs, dataset.output_activation, dataset.loss);
    std::vector<mlp::Replica> const replicas(3, {.seed = 1, .train_rows = {0, 1}, .test_rows = {2}, .train_targets = {}});
    auto const fault = [&](mlp::Backend const& maker)
    {
        try
        {
            make_one_by_one(maker, spec, dataset, replicas, {}, 1, monotonic_clock());
        }
        catch (Error const& error)
        {
            return std::string(error.what());
        }
        return std::string();
    };
    left = 2;
    EXPECT_EQ(fault(full),
              "3 replicas cannot be made (2 are; then the network does not fit into memory: training it needs 4 MiB) choose fewer replicas");
    left = 0;
    EXPECT_EQ(fault(full), "the network does not fit into memory (training it needs 4 MiB) choose a smaller size or batch");
    EXPECT_EQ(fault(out), "3 replicas cannot be made (0 are; then memory is out) choose fewer replicas");
}

TEST(HelpersOfAGroup, EachHasItsNumberAndItsThreadFromOnePieceOfWorkToTheNext)
{
    Helpers helpers(4);
    EXPECT_EQ(helpers.threads(), 4);
    auto const ids_of_a_piece = [&]
    {
        std::vector<std::thread::id> ids(4);
        helpers.run([&](int thread) { ids[static_cast<std::size_t>(thread)] = std::this_thread::get_id(); });
        return ids;
    };
    auto const ids = ids_of_a_piece();
    EXPECT_EQ(ids[0], std::this_thread::get_id());
    EXPECT_EQ(std::set<std::thread::id>(ids.begin(), ids.end()).size(), 4u);
    for (int piece = 0; piece < 100; ++piece)
        EXPECT_EQ(ids_of_a_piece(), ids);
}

TEST(HelpersOfAGroup, AFaultInAnyOfThemReachesTheCallerOnce)
{
    Helpers helpers(3);
    for (int bad = 0; bad < 3; ++bad)
    {
        std::vector<int> done(3);
        auto const work = [&](int thread)
        {
            if (thread == bad)
                throw std::runtime_error("thread " + std::to_string(thread));
            done[static_cast<std::size_t>(thread)] = 1;
        };
        try
        {
            helpers.run(work);
            ADD_FAILURE() << "nothing was thrown";
        }
        catch (std::runtime_error const& error)
        {
            EXPECT_EQ(error.what(), "thread " + std::to_string(bad));
        }
        EXPECT_EQ(done[0] + done[1] + done[2], 2) << "the others end their share";
        EXPECT_NO_THROW(helpers.run([](int) {}));
    }
}

}  // namespace
}  // namespace ghee::train
