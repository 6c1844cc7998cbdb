// The cudnn backend's sequence of calls against the reference: every kind of layer, loss and optimiser, whatever the library lacks.
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "mlp/cases.hpp"
#include "mlp/distance.hpp"
#include "mlp/excuses.hpp"
#include "mlp/instrumented.hpp"
#include "mlp/reference/reference.hpp"
#include "mlp/sweep_design.hpp"
#include "shops.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;
using namespace ghee::mlp::cudnn::test;
namespace mt = ghee::mlp::test;

struct Case
{
    std::string name;
    TrainerSpec spec;
    int steps = 0;  ///< 0: one step of plain descent, from which gradients follow
    double tolerance = 2e-6;
};
void PrintTo(Case const& one, std::ostream* out) { *out << one.name; }

struct Outcome
{
    Pass before, trained;
    Weights weights;
};

Outcome outcome(Trainer& trainer, Case const& one)
{
    mt::Rows const train(one.spec.network, mt::rows_to_train_on, 21), test(one.spec.network, 57, 22);
    trainer.load(train.samples(), test.samples());
    trainer.set_weights(mt::starting_weights(one.spec));
    Outcome result;
    result.before = trainer.evaluate();
    result.trained = trainer.train(mt::drawn_rows(one.spec.batch, one.steps));
    result.weights = trainer.weights();
    return result;
}

/// The reference knows no other precision than its own.
Outcome const& expected(Case const& one)
{
    static std::map<std::string, Outcome> known;
    auto found = known.find(one.name);
    if (found == known.end())
    {
        TrainerSpec spec = one.spec;
        spec.precision = Precision::fp32;
        ReferenceTrainer reference(spec);
        found = known.emplace(one.name, outcome(reference, one)).first;
    }
    return found->second;
}

class Cudnn : public testing::TestWithParam<std::tuple<Library, Case>>
{
};

TEST_P(Cudnn, AgreesWithTheReference)
{
    auto const& [library, one] = GetParam();
    if (std::string const why = cudnn::refusal(one.spec, facts); !why.empty())
        GTEST_SKIP() << why;
    Shopping const shopping(one.spec, library);
    Outcome const got = outcome(*shopping.trainer, one);
    Outcome const& want = expected(one);

    EXPECT_EQ(got.trained.samples, want.trained.samples);
    EXPECT_EQ(got.trained.steps, want.trained.steps);
    EXPECT_EQ(got.before.samples, want.before.samples);
    bool const rounds = one.spec.precision != Precision::fp32;
    EXPECT_NEAR(got.trained.loss_sum, want.trained.loss_sum, std::max(1e-6, one.tolerance) * want.trained.loss_sum);
    EXPECT_NEAR(got.before.loss_sum, want.before.loss_sum, (rounds ? one.tolerance : 1e-6) * want.before.loss_sum);
    if (!rounds)
    {
        EXPECT_EQ(got.before.correct, want.before.correct);
        EXPECT_EQ(got.trained.correct, want.trained.correct);
    }
    Weights const start = mt::starting_weights(one.spec);
    for (std::size_t d = 0; d < got.weights.size(); ++d)
    {
        double const off = mt::distance(got.weights[d], want.weights[d], one.steps == 0 ? &start[d] : nullptr);
        EXPECT_LE(off, one.tolerance) << "layer " << d;
        EXPECT_GE(off, rounds ? 1e-5 : 0.0) << "layer " << d << ": the precision has not reached its products";
    }
}

std::vector<Case> gradient_cases(std::vector<mt::NamedNetwork> networks, Precision precision = Precision::fp32, double tolerance = 2e-6)
{
    std::vector<Case> all;
    for (mt::NamedNetwork& one : networks)
        if (one.network.activation != Activation::gelu && one.network.activation != Activation::leaky_relu)
            all.push_back({one.name,
                           {.network = std::move(one.network), .optimizer = mt::descent(), .precision = precision, .seed = 17, .batch = one.batch},
                           0,
                           tolerance});
    return all;
}

std::vector<Case> kind_cases() { return gradient_cases(mt::every_kind(9)); }
std::vector<Case> shape_cases() { return gradient_cases(mt::usual_shapes({1, 15, 16, 17, 32, 63, 65, 255, 256})); }

/// Without kinks, on whose other side rounding might put a sum.
std::vector<Case> rounded_cases()
{
    std::vector<Case> all;
    for (Activation const activation : {Activation::linear, Activation::tanh})
        for (auto const& [precision, tolerance] : {std::pair(Precision::tf32, 1e-3), std::pair(Precision::bf16, 1e-2)})
            for (Case& one : gradient_cases({{std::string(name_of(precision)) + "_" + std::string(name_of(activation)),
                                              mt::network(17, {40, 33, 5}, Loss::cross_entropy, activation), 64}},
                                            precision, tolerance))
                all.push_back(std::move(one));
    return all;
}

std::vector<Case> training_cases()
{
    std::vector<Case> all;
    Network const network = mt::network(6, {21, 13, 4}, Loss::cross_entropy, Activation::tanh);
    auto const add = [&](std::string name, Optimizer optimizer, int steps, double tolerance)
    { all.push_back({std::move(name), {.network = network, .optimizer = optimizer, .seed = 3, .batch = 50}, steps, tolerance}); };
    using enum OptimizerKind;
    add("ten_steps_of_sgd", {.kind = sgd, .learning_rate = 0.1}, 10, 1e-6);
    add("ten_steps_of_momentum", {.kind = momentum, .learning_rate = 0.1, .momentum = 0.9}, 10, 1e-6);
    add("ten_steps_of_rmsprop", {.kind = rmsprop, .learning_rate = 1e-3}, 10, 2e-6);
    add("ten_steps_of_adam_keras", {.kind = adam, .learning_rate = 1e-3}, 10, 2e-6);
    add("ten_steps_of_adam_pytorch", {.kind = adam, .learning_rate = 1e-3, .epsilon = 1e-3, .epsilon_form = EpsilonForm::pytorch}, 10, 2e-6);
    add("ten_steps_of_adamw", {.kind = adamw, .learning_rate = 1e-2, .weight_decay = 0.1}, 10, 5e-6);
    add("ten_steps_of_adam_with_penalties", {.kind = adam, .learning_rate = 1e-3, .l1 = 0.01, .l2 = 0.02}, 10, 5e-6);
    add("more_steps_than_a_graph_holds", {.kind = sgd, .learning_rate = 0.1}, 70, 1e-5);
    return all;
}

std::string name_of_test(testing::TestParamInfo<std::tuple<Library, Case>> const& chosen)
{
    return std::get<0>(chosen.param).name + "_" + std::get<1>(chosen.param).name;
}
#define GHEE_SWEEP(name, cases)                                                                                                                      \
    INSTANTIATE_TEST_SUITE_P(name, Cudnn, testing::Combine(testing::ValuesIn(libraries()), testing::ValuesIn(cases())), name_of_test)
GHEE_SWEEP(Kinds, kind_cases);
GHEE_SWEEP(Shapes, shape_cases);
GHEE_SWEEP(Rounded, rounded_cases);
GHEE_SWEEP(Training, training_cases);

/// The covering design of the other backends' sweeps, one row of each width with each library in turn.
TEST(CudnnSweep, AgreesWithTheReferenceAtEveryWidth)
{
    int compared = 0, excused = 0;
    for (int width = 1; width <= mt::sweep::widest; width += mt::instrumented ? 23 : 1)
        for (int row = width % 3; row < mt::sweep::rows_a_width; row += 3)
        {
            mt::sweep::Levels at = mt::sweep::levels(width, row);
            at.batch %= 6;
            TrainerSpec const spec = mt::sweep::spec_of(at);
            if (!cudnn::refusal(spec, facts).empty())
                continue;
            mt::Rows const rows(spec.network, spec.batch + 3, 5);
            auto const order = mt::sweep::order_of(spec.batch, 1);
            auto const trained = [&](Trainer& trainer)
            {
                trainer.load(rows.samples(), rows.samples());
                trainer.set_weights(mt::starting_weights(spec));
                trainer.train(order);
                return trainer.weights();
            };
            ReferenceTrainer reference(spec);
            Weights const start = mt::starting_weights(spec), want = trained(reference);
            Library const library = libraries()[static_cast<std::size_t>(width + row) % 4];
            double const off = mt::distance(trained(*Shopping(spec, library).trainer), want, &start);
            double const tolerance = 2e-6 * mt::sweep::slack_of_depth(spec.network.depth());
            ++compared;
            if (off > tolerance && (mt::near_a_kink(spec, rows, order) || off <= 4.0 * mt::moved_by_rounding(spec, rows, order)))
                ++excused;
            else
                EXPECT_LE(off, tolerance) << library.name << ": " << mt::sweep::told(at);
        }
    EXPECT_GT(compared, mt::instrumented ? 3 : 100);
    EXPECT_LE(excused, compared / 4);
}
}  // namespace
