// The cudnn backend's sequence of calls against the reference at every width, whatever the library lacks; TF32 and bf16 as near as they come.
#include <gtest/gtest.h>

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

/// Without kinks, on whose other side rounding might put a sum.
TEST(CudnnPrecision, ReachesEveryLayersProducts)
{
    for (Activation const activation : {Activation::linear, Activation::tanh})
        for (auto const& [precision, most] : {std::pair(Precision::tf32, 1e-3), std::pair(Precision::bf16, 1e-2)})
        {
            TrainerSpec spec{
                .network = mt::network(17, {40, 33, 5}, Loss::cross_entropy, activation), .optimizer = mt::descent(), .seed = 17, .batch = 64};
            mt::Rows const rows(spec.network, mt::rows_to_train_on, 21);
            Weights const start = mt::starting_weights(spec);
            auto const trained = [&](Trainer& trainer)
            {
                trainer.load(rows.samples(), rows.samples());
                trainer.set_weights(start);
                trainer.train(mt::drawn_rows(spec.batch, 0));
                return trainer.weights();
            };
            ReferenceTrainer reference(spec);
            spec.precision = precision;
            Weights const got = trained(*Shopping(spec).trainer), want = trained(reference);
            for (std::size_t d = 0; d < got.size(); ++d)
            {
                double const off = mt::distance(got[d], want[d], &start[d]);
                EXPECT_LE(off, most) << "layer " << d;
                EXPECT_GE(off, most / 100.0) << "layer " << d << ": this is not " << name_of(precision);
            }
        }
}
}  // namespace
