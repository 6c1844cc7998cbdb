// The list, made by hand: each case is there for what its name says.
#include "group_cases.hpp"

#include "mlp/networks.hpp"

namespace ghee::gpu {

namespace {
using namespace ghee::mlp;

constexpr int more_than_multiprocessors = 140;
constexpr double of_some_epochs = 1e-5;

Optimizer adam(double rate) { return {.kind = OptimizerKind::adam, .learning_rate = rate}; }

Lessons lessons(std::int64_t epochs, int evaluate_every, bool has_accuracy = true)
{
    Lessons made;
    made.epochs = epochs;
    made.evaluate_every = evaluate_every;
    made.has_accuracy = has_accuracy;
    return made;
}

GroupCase three_replicas()
{
    return {.name = "three replicas, five epochs, a partial last batch",
            .spec = {.network = test::network(5, {7, 3}, Loss::cross_entropy, Activation::tanh), .optimizer = adam(1e-2), .batch = 16},
            .replicas = 3,
            .train_rows = 75,
            .test_rows = 21,
            .lessons = lessons(5, 1),
            .tolerance = of_some_epochs};
}

GroupCase different_ends()
{
    return {.name = "different ends at a target",
            .spec = {.network = test::network(4, {9, 9, 1}, Loss::mse, Activation::tanh),
                     .optimizer = {.kind = OptimizerKind::sgd, .learning_rate = 0.05},
                     .batch = 20},
            .replicas = 5,
            .train_rows = 60,
            .test_rows = 40,
            .lessons = lessons(12, 1, false),
            .different_ends = true,
            .tolerance = of_some_epochs};
}
}  // namespace

std::vector<GroupCase> few_group_cases()
{
    GroupCase three = three_replicas(), ends = different_ends();
    three.name = "three replicas, targets of their own, every second epoch tested";
    three.own_targets = true;
    three.train_rows = 41;
    three.lessons = lessons(3, 2);
    ends.replicas = 3;
    ends.lessons.epochs = 5;
    return {three, ends};
}

std::vector<GroupCase> group_cases()
{
    std::vector<GroupCase> all = few_group_cases();
    all.push_back(three_replicas());
    all.push_back(different_ends());

    GroupCase many = three_replicas();
    many.name = "more replicas than multiprocessors";
    many.replicas = more_than_multiprocessors;
    all.push_back(many);

    GroupCase wide = three_replicas();
    wide.name = "a residual network and whole batches of 256";
    wide.spec.network = test::network(11, {14, 14, 14, 14, 2}, Loss::binary_cross_entropy, Activation::gelu, true);
    wide.spec.optimizer = {.kind = OptimizerKind::rmsprop, .learning_rate = 1e-3, .l2 = 0.01};
    wide.spec.batch = 256;
    wide.train_rows = 1024;
    wide.test_rows = 300;
    wide.own_targets = true;
    wide.lessons = lessons(4, 2);
    all.push_back(wide);

    GroupCase patient = different_ends();
    patient.name = "ends for want of patience, more replicas than multiprocessors";
    patient.spec.optimizer.learning_rate = 0.1;
    patient.replicas = more_than_multiprocessors;
    patient.different_ends = false;
    patient.lessons = lessons(60, 2, false);
    patient.lessons.stop.patience = 1;
    all.push_back(patient);

    GroupCase hits = three_replicas();
    hits.name = "ends at an accuracy";
    hits.replicas = 9;
    hits.test_rows = 30;
    hits.lessons = lessons(20, 3);
    hits.lessons.stop.target_accuracy = 0.415;
    all.push_back(hits);

    GroupCase lost = different_ends();
    lost.name = "losses that are not finite";
    lost.spec.network.activation = Activation::relu;
    lost.spec.optimizer.learning_rate = 1e12;
    lost.different_ends = false;
    lost.diverges = true;
    all.push_back(lost);

    // What decides how a block is used: steps of more samples than it takes at a time, long rows, many parameters.
    GroupCase cut = three_replicas();
    cut.name = "steps of more samples than a chunk";
    cut.spec.network = test::network(9, {13, 13, 3}, Loss::cross_entropy, Activation::tanh);
    cut.spec.batch = 300;
    cut.train_rows = 700;
    all.push_back(cut);

    GroupCase long_rows = three_replicas();
    long_rows.name = "rows of 800 inputs";
    long_rows.spec.network = test::network(800, {6, 3}, Loss::cross_entropy, Activation::tanh);
    long_rows.spec.batch = 70;
    long_rows.train_rows = 150;
    all.push_back(long_rows);

    GroupCase large = three_replicas();
    large.name = "as many parameters as a block takes";
    large.spec.network = test::network(64, {60, 60, 10}, Loss::cross_entropy, Activation::tanh);
    large.spec.batch = 100;
    large.train_rows = 250;
    all.push_back(large);

    GroupCase one = three_replicas();
    one.name = "one replica, one row in the last batch";
    one.replicas = 1;
    one.train_rows = 65;
    all.push_back(one);
    return all;
}

}  // namespace ghee::gpu
