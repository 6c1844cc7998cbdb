// bf16 on tiles, against the fp64 reference (as near as bf16 is) and against the slow model of the same arithmetic (as near as fp32 is).
// The kernels are the product's; the tile registers are emulated where the processor has none, and run beside the emulation where it has.
#include <cmath>
#include <ostream>

#include <gtest/gtest.h>

#include "bf16_model.hpp"
#include "cases.hpp"
#include "contenders.hpp"
#include "distance.hpp"
#include "mlp/reference/reference.hpp"
#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

struct Case
{
    std::string name;
    TrainerSpec spec;
    int steps = 0;              ///< 0: one step of plain descent, from which gradients follow
    double to_reference = 0.0;  ///< per layer, relative
    double to_model = 0.0;
};
void PrintTo(Case const& one, std::ostream* out) { *out << one.name; }

/// Nearly all are within 1e-7; but where fp32 and fp64 lie on two sides of a tie, bf16 makes a difference of 2^-8 of one number.
constexpr double near_model = 5e-5;

class Bf16 : public testing::TestWithParam<std::tuple<test::Contender, Case>>
{
};

TEST_P(Bf16, AgreesWithReferenceAndModel)
{
    auto const& [contender, one] = GetParam();
    if (std::string const why = contender.refuses(one.spec); !why.empty())
        GTEST_SKIP() << why;
    test::Rows const train(one.spec.network, test::rows_to_train_on, 21);
    test::Rows const test(one.spec.network, 77, 22);
    Weights const start = test::starting_weights(one.spec);
    auto const order = test::drawn_rows(one.spec.batch, one.steps);

    auto const made = contender.make(one.spec);
    Trainer& trainer = *made;
    trainer.load(train.samples(), test.samples());
    trainer.set_weights(start);
    double const before = trainer.evaluate().loss_sum;
    Pass const got = trainer.train(order);

    TrainerSpec exact = one.spec;
    exact.precision = Precision::fp32;
    ReferenceTrainer reference(exact);
    reference.load(train.samples(), test.samples());
    reference.set_weights(start);
    Pass const wanted = reference.train(order);

    test::Bf16Model model(one.spec, start);
    double const model_before = model.evaluate(test.samples()).loss_sum;
    Pass const modelled = model.train(train.samples(), order);

    EXPECT_EQ(got.steps, wanted.steps);
    EXPECT_EQ(got.samples, wanted.samples);
    EXPECT_NEAR(got.loss_sum, wanted.loss_sum, one.to_reference * wanted.loss_sum);
    EXPECT_NEAR(got.loss_sum, modelled.loss_sum, one.to_model * modelled.loss_sum);
    EXPECT_NEAR(before, model_before, one.to_model * model_before);
    Weights const weights = trainer.weights();
    Weights const right = reference.weights();
    for (std::size_t d = 0; d < weights.size(); ++d)
    {
        Layer const* const from = one.steps == 0 ? &start[d] : nullptr;
        EXPECT_LE(test::distance(weights[d], right[d], from), one.to_reference) << "layer " << d << ", reference";
        EXPECT_LE(test::distance(weights[d], model.weights()[d], from), one.to_model) << "layer " << d << ", model";
    }
}

Case gradient_case(std::string name, Network network, int batch)
{
    // A sum that rounding takes across the kink changes all that its sample adds.
    bool const kinked = network.activation == Activation::relu || network.activation == Activation::leaky_relu;
    return {std::move(name),
            {.network = std::move(network), .optimizer = test::descent(), .precision = Precision::bf16, .seed = 17, .batch = batch},
            0,
            kinked ? 0.2 : 2e-2,
            near_model};
}

/// Widths at and around whole strips and tiles; the rest goes round with other periods.
std::vector<Case> width_cases()
{
    std::vector<Case> all;
    constexpr std::array widths{1, 2, 3, 5, 7, 8, 11, 14, 15, 16, 17, 18, 24, 30, 31, 32, 33, 34, 40, 47, 48, 49, 55, 62, 63, 64, 65, 66, 70};
    constexpr std::array inputs{1, 2, 3, 17, 40, 32, 31};
    constexpr std::array batches{17, 15, 16, 1, 31, 32, 33, 65, 100};
    for (std::size_t i = 0; i < widths.size(); ++i)
    {
        Loss const loss = test::losses[i % 3];
        int const depth = 2 + static_cast<int>(i % 4);
        std::vector<int> hidden(static_cast<std::size_t>(depth), widths[i]);
        hidden.back() = 1 + static_cast<int>(i % 10) + (loss == Loss::cross_entropy ? 1 : 0);
        all.push_back(gradient_case("width_" + std::to_string(widths[i]),
                                    test::network(inputs[i % 7], hidden, loss, static_cast<Activation>(i % 6), i % 5 == 3), batches[i % 9]));
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

std::vector<Case> kind_cases() { return gradient_cases(test::every_kind(19)); }

std::vector<Case> shape_cases()
{
    std::vector<Case> all = gradient_cases(test::usual_shapes({1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 233, 255, 256, 1024}));
    for (int const wide : {255, 256, 257, 513})
        all.push_back(gradient_case("cut_at_" + std::to_string(wide), test::network(9, {wide, 33, 7}, Loss::cross_entropy), 40));
    all.push_back(gradient_case("outputs_50", test::network(3, {20, 50}, Loss::mse, Activation::gelu), 19));
    return all;
}

std::vector<Case> training_cases()
{
    std::vector<Case> all;
    Network const network = test::network(6, {37, 21, 4}, Loss::cross_entropy, Activation::tanh);
    auto const add = [&](std::string name, Optimizer optimizer, double to_reference)
    {
        all.push_back({std::move(name),
                       {.network = network, .optimizer = optimizer, .precision = Precision::bf16, .seed = 3, .batch = 50},
                       10,
                       to_reference,
                       near_model});
    };
    using enum OptimizerKind;
    add("sgd", {.kind = sgd, .learning_rate = 0.1}, 2e-2);
    add("momentum", {.kind = momentum, .learning_rate = 0.1, .momentum = 0.9}, 2e-2);
    add("rmsprop", {.kind = rmsprop, .learning_rate = 1e-3}, 2e-2);
    add("adam_keras", {.kind = adam, .learning_rate = 1e-3}, 2e-2);
    add("adam_pytorch", {.kind = adam, .learning_rate = 1e-3, .epsilon = 1e-3, .epsilon_form = EpsilonForm::pytorch}, 2e-2);
    add("adamw", {.kind = adamw, .learning_rate = 1e-2, .weight_decay = 0.1}, 2e-2);
    add("l1_and_l2", {.kind = sgd, .learning_rate = 0.1, .l1 = 0.01, .l2 = 0.02}, 2e-2);
    return all;
}

std::string name_of_test(testing::TestParamInfo<std::tuple<test::Contender, Case>> const& chosen)
{
    return std::get<0>(chosen.param).name + "_" + std::get<1>(chosen.param).name;
}
#define GHEE_SWEEP(name, cases)                                                                                                                      \
    INSTANTIATE_TEST_SUITE_P(name, Bf16, testing::Combine(testing::ValuesIn(test::bf16_contenders()), testing::ValuesIn(cases())), name_of_test)
GHEE_SWEEP(Widths, width_cases);
GHEE_SWEEP(Kinds, kind_cases);
GHEE_SWEEP(Shapes, shape_cases);
GHEE_SWEEP(Training, training_cases);
}  // namespace
