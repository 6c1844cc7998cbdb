// Every backend against the reference: gradients, ten steps, a hundred steps, evaluation; over widths, depths, batches and all kinds.
#include <cmath>
#include <map>
#include <ostream>

#include <gtest/gtest.h>

#include "cases.hpp"
#include "contender.hpp"
#include "distance.hpp"
#include "instrumented.hpp"
#include "mlp/reference/reference.hpp"
#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

struct Case
{
    std::string name;
    TrainerSpec spec;
    int steps = 0;  ///< 0: one step of plain descent, from which gradients follow
    double tolerance = 0.0;
};
void PrintTo(Case const& one, std::ostream* out) { *out << one.name; }

struct Outcome
{
    Pass trained;
    Pass before;  ///< evaluation before training
    Weights weights;
};

Outcome outcome(Trainer& trainer, Case const& one)
{
    test::Rows const train(one.spec.network, test::rows_to_train_on, 21);
    test::Rows const test(one.spec.network, 277, 22);
    trainer.load(train.samples(), test.samples());
    trainer.set_weights(test::starting_weights(one.spec));
    Outcome result;
    result.before = trainer.evaluate();
    result.trained = trainer.train(test::drawn_rows(one.spec.batch, one.steps));
    result.weights = trainer.weights();
    return result;
}

/// The reference is slow: once per case is enough for all contenders.
Outcome const& expected(Case const& one)
{
    static std::map<std::string, Outcome> known;
    auto found = known.find(one.name);
    if (found == known.end())
    {
        ReferenceTrainer reference(one.spec);
        found = known.emplace(one.name, outcome(reference, one)).first;
    }
    return found->second;
}

class Agreement : public testing::TestWithParam<std::tuple<test::Contender, Case>>
{
};

TEST_P(Agreement, WithTheReference)
{
    auto const& [contender, one] = GetParam();
    if (std::string const why = contender.refuses(one.spec); !why.empty())
        GTEST_SKIP() << why;
    auto const trainer = contender.make(one.spec);
    Outcome const got = outcome(*trainer, one);
    Outcome const& want = expected(one);

    EXPECT_EQ(got.trained.samples, want.trained.samples);
    EXPECT_EQ(got.trained.steps, want.trained.steps);
    EXPECT_EQ(got.before.samples, 277);
    double const loss_tolerance = std::max(1e-6, one.tolerance);
    EXPECT_NEAR(got.trained.loss_sum, want.trained.loss_sum, loss_tolerance * want.trained.loss_sum);
    EXPECT_NEAR(got.before.loss_sum, want.before.loss_sum, 1e-6 * want.before.loss_sum);
    EXPECT_EQ(got.before.correct, want.before.correct);
    EXPECT_EQ(got.trained.correct, want.trained.correct);

    Weights const start = test::starting_weights(one.spec);
    for (std::size_t d = 0; d < got.weights.size(); ++d)
        EXPECT_LE(test::distance(got.weights[d], want.weights[d], one.steps == 0 ? &start[d] : nullptr), one.tolerance) << "layer " << d;
}

Case gradient_case(std::string name, Network network, int batch)
{
    return {std::move(name), {.network = std::move(network), .optimizer = test::descent(), .seed = 17, .batch = batch}, 0, 2e-6};
}

constexpr std::array batches{1, 15, 16, 17, 255, 256};

/// Every width from 1 to 70 (under a sanitizer one in five); inputs, outputs, depth, batch, activation and loss go round with other periods.
std::vector<Case> width_cases()
{
    std::vector<Case> all;
    constexpr std::array inputs{1, 2, 3, 17, 40};
    for (std::size_t width = 1; width <= 70; width += test::instrumented ? 5 : 1)
    {
        Loss const loss = test::losses[width % 3];
        int const depth = 2 + static_cast<int>(width % 4);
        std::vector<int> widths(static_cast<std::size_t>(depth), static_cast<int>(width));
        widths.back() = 1 + static_cast<int>(width % 10) + (loss == Loss::cross_entropy ? 1 : 0);
        auto const activation = static_cast<Activation>(width % 6);
        all.push_back(gradient_case("width_" + std::to_string(width), test::network(inputs[width % 5], widths, loss, activation, width % 7 == 3),
                                    batches[width / 2 % batches.size()]));
    }
    return all;
}

std::vector<Case> gradient_cases(std::vector<test::NamedNetwork> networks)
{
    std::vector<Case> all;
    for (test::NamedNetwork& one : networks)
        all.push_back(gradient_case(std::move(one.name), std::move(one.network), one.batch));
    return all;
}

std::vector<Case> kind_cases() { return gradient_cases(test::every_kind(9)); }

std::vector<Case> shape_cases()
{
    std::vector<Case> all = gradient_cases(test::usual_shapes({1, 15, 16, 17, 32, 48, 63, 64, 65, 100, 255, 256, 1024}));
    all.push_back(gradient_case("grouped", test::network(300, {150, 333, 7}, Loss::cross_entropy), 80));
    all.push_back(gradient_case("packed", test::network(4, {610, 700, 3}, Loss::cross_entropy), 33));
    all.push_back(gradient_case("many_terms", test::network(3, {520, 40, 600, 2}, Loss::mse, Activation::gelu), 19));
    all.push_back(gradient_case("very_wide", test::network(2, {4100, 20, 2}, Loss::mse), 16));
    return all;
}

/// Networks whose first two layers go by chunks of neurons: whole and partial last chunks, slopes kept and not, layers above.
std::vector<Case> chunk_cases()
{
    std::vector<Case> all;
    all.push_back(gradient_case("chunks", test::network(3, {2112, 5}, Loss::cross_entropy), 256));
    all.push_back(gradient_case("chunks_tanh", test::network(40, {2101, 1}, Loss::mse, Activation::tanh), 255));
    all.push_back(gradient_case("chunks_gelu", test::network(17, {2200, 9, 3}, Loss::mse, Activation::gelu), 241));
    all.push_back(gradient_case("chunks_and_layers", test::network(2, {4200, 64, 11, 2}, Loss::binary_cross_entropy, Activation::leaky_relu), 128));
    // So few weights that other networks of that size learn in one go.
    all.push_back(gradient_case("chunks_of_a_small_network", test::network(3, {512, 2}, Loss::mse), 1024));
    all.push_back({"chunks_learning",
                   {.network = test::network(33, {2150, 4}, Loss::cross_entropy, Activation::sigmoid),
                    .optimizer = {.kind = OptimizerKind::adam, .learning_rate = 1e-3, .l1 = 0.01, .l2 = 0.02},
                    .seed = 3,
                    .batch = 250},
                   10,
                   5e-6});
    return all;
}

std::vector<Case> training_cases()
{
    std::vector<Case> all;
    for (test::Training& one : test::every_optimizer())
        all.push_back({std::move(one.name), std::move(one.spec), one.steps, one.tolerance});
    return all;
}

std::string name_of_test(testing::TestParamInfo<std::tuple<test::Contender, Case>> const& chosen)
{
    return std::get<0>(chosen.param).name + "_" + std::get<1>(chosen.param).name;
}
#define GHEE_SWEEP(name, cases)                                                                                                                      \
    INSTANTIATE_TEST_SUITE_P(name, Agreement, testing::Combine(testing::ValuesIn(test::contenders()), testing::ValuesIn(cases())), name_of_test)
GHEE_SWEEP(Widths, width_cases);
GHEE_SWEEP(Kinds, kind_cases);
GHEE_SWEEP(Shapes, shape_cases);
GHEE_SWEEP(Chunks, chunk_cases);
GHEE_SWEEP(Training, training_cases);
}  // namespace
