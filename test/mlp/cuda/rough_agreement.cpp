// TF32 and bf16 against the reference: as near as their rounding lets them come, and no nearer.
#include <gtest/gtest.h>

#include "cases.hpp"
#include "contender.hpp"
#include "distance.hpp"
#include "emulated.hpp"
#include "mlp/instrumented.hpp"
#include "mlp/reference/reference.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

struct Farthest
{
    double gradient = 0.0;
    double loss = 0.0;
};

/// Of one step of networks of every kind whose activation has no kink: beyond a kink a neuron's derivative is another one.
Farthest farthest(Precision precision, int width)
{
    Farthest most;
    int turn = 0;
    for (test::NamedNetwork const& one : test::every_kind(width))
    {
        if (one.network.activation == Activation::relu || one.network.activation == Activation::leaky_relu)
            continue;
        if (test::instrumented && ++turn % 8 != 1)
            continue;
        TrainerSpec const spec{.network = one.network, .optimizer = test::descent(), .seed = 17, .batch = one.batch};
        test::Rows const rows(spec.network, test::rows_to_train_on, 21);
        Weights const start = test::starting_weights(spec);
        auto const order = test::drawn_rows(spec.batch, 0);
        auto const trained = [&](Trainer& trainer)
        {
            trainer.load(rows.samples(), rows.samples());
            trainer.set_weights(start);
            return trainer.train(order);
        };
        ReferenceTrainer reference(spec);
        auto const made = cuda::emulated::trainer(spec, precision);
        Pass const want = trained(reference), got = trained(*made);
        most.loss = std::max(most.loss, std::abs(got.loss_sum - want.loss_sum) / want.loss_sum);
        Weights const weights = made->weights(), right = reference.weights();
        for (std::size_t d = 0; d < weights.size(); ++d)
            most.gradient = std::max(most.gradient, test::distance(weights[d], right[d], &start[d]));
    }
    return most;
}

TEST(RoughAgreement, OfTf32)
{
    for (int const width : {9, 33})
    {
        Farthest const most = farthest(Precision::tf32, width);
        EXPECT_LT(most.gradient, 2e-3);
        EXPECT_GT(most.gradient, 1e-4) << "this is not TF32";
        EXPECT_LT(most.loss, 1e-3);
    }
}

TEST(RoughAgreement, OfBf16)
{
    for (int const width : {9, 33})
    {
        Farthest const most = farthest(Precision::bf16, width);
        EXPECT_LT(most.gradient, 2e-2);
        EXPECT_GT(most.gradient, 1e-3) << "this is not bf16";
        EXPECT_LT(most.loss, 1e-2);
    }
}
}  // namespace
