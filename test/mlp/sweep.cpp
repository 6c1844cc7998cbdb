// Every width from 1 to 70 with every number of inputs, outputs and samples: gradients of each instruction set, alone and in a team of
// two, against the reference; then ten and a hundred steps. A trainer's memory is full of NaN when it is new: what is read before it is
// written shows.
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "contender.hpp"
#include "excuses.hpp"
#include "instrumented.hpp"
#include "mlp/reference/reference.hpp"
#include "sweep_design.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

using namespace test::sweep;

Weights trained(Trainer& trainer, TrainerSpec const& spec, test::Rows const& rows, std::span<std::uint32_t const> order)
{
    trainer.load(rows.samples(), rows.samples());
    trainer.set_weights(test::starting_weights(spec));
    trainer.train(order);
    return trainer.weights();
}

class Sweep : public testing::TestWithParam<int>
{
  protected:
    void SetUp() override
    {
        if (test::instrumented && GetParam() % 23 != 13)
            GTEST_SKIP() << "a sanitizer makes this slow: three widths will do";
    }
    /// Every contender that takes it, with one thread and with two, comes as near to the reference as `tolerance`.
    void compare(TrainerSpec spec, int steps, double tolerance, std::string const& what)
    {
        test::Rows const rows(spec.network, spec.batch + 3, 5);
        auto const order = order_of(spec.batch, steps);
        ReferenceTrainer reference(spec);
        Weights const want = trained(reference, spec, rows, order);
        Weights const start = test::starting_weights(spec);
        ++networks_;
        for (test::Contender const& contender : contenders_)
        {
            if ((networks_ + GetParam()) % contender.one_in != 0)
                continue;
            spec.threads = 1;
            if (!contender.refuses(spec).empty())
            {
                ++refused_;
                continue;
            }
            Weights const alone = trained(*contender.make(spec), spec, rows, order);
            double const off = test::distance(alone, want, steps == 1 ? &start : nullptr);
            double const allowed = tolerance * (spec.batch > 512 ? contender.slack : 1.0);
            ++compared_;
            if (off > allowed && test::near_a_kink(spec, rows, order))
                ++at_kinks_;
            else if (off > allowed && steps == 1 && off <= 4.0 * test::moved_by_rounding(spec, rows, order))
                ++sensitive_;
            else
                EXPECT_LE(off, allowed) << contender.name << ": " << what;
            spec.threads = 2;
            if (contender.refuses(spec).empty())
            {
                EXPECT_EQ(trained(*contender.make(spec), spec, rows, order), alone) << contender.name << ", two threads: " << what;
            }
        }
    }
    void TearDown() override
    {
        if (IsSkipped())
            return;
        bool const must = std::ranges::any_of(contenders_, [](test::Contender const& one) { return one.takes_all; });
        EXPECT_GT(compared_ + (must ? 0 : refused_), 0);
        EXPECT_LE(at_kinks_ + sensitive_, compared_ / 4) << "excused too often";
        RecordProperty("compared", compared_);
        RecordProperty("refused", refused_);
        RecordProperty("at_kinks", at_kinks_);
        RecordProperty("sensitive", sensitive_);
    }

  private:
    std::vector<test::Contender> contenders_ = test::contenders();
    int networks_ = 0;
    int compared_ = 0;
    int refused_ = 0;
    int at_kinks_ = 0;
    int sensitive_ = 0;
};

TEST_P(Sweep, OfGradients)
{
    for (int row = 0; row < rows_a_width; row += test::instrumented ? 5 : 1)
    {
        Levels const at = levels(GetParam(), row);
        compare(spec_of(at), 1, 2e-6 * slack_of_depth(at.depth), told(at));
    }
}

TEST_P(Sweep, OfTenSteps)
{
    Levels const at = levels_of_ten_steps(GetParam());
    TrainerSpec spec = spec_of(at);
    spec.optimizer.learning_rate = 0.01;
    compare(spec, 10, 1e-6, told(at));
}

TEST_P(Sweep, OfAHundredSteps)
{
    Levels const at = levels_of_a_hundred_steps(GetParam());
    TrainerSpec spec = spec_of(at);
    spec.optimizer.learning_rate = 0.01;
    compare(spec, 100, 1e-5, told(at));
}
INSTANTIATE_TEST_SUITE_P(All, Sweep, testing::Range(1, widest + 1), [](auto const& chosen) { return "width_" + std::to_string(chosen.param); });

TEST(SweepDesign, LetsEveryTwoLevelsMeet)
{
    struct Factor
    {
        char const* name;
        int Levels::* level;
        int count;
    };
    constexpr std::array factors{Factor{"width", &Levels::width, widest}, Factor{"depth", &Levels::depth, 19},
                                 Factor{"inputs", &Levels::inputs, 5},    Factor{"outputs", &Levels::outputs, 10},
                                 Factor{"batch", &Levels::batch, 7},      Factor{"activation", &Levels::activation, 6},
                                 Factor{"loss", &Levels::loss, 3}};
    for (std::size_t a = 0; a < factors.size(); ++a)
        for (std::size_t b = a + 1; b < factors.size(); ++b)
        {
            std::set<std::pair<int, int>> met;
            for (int width = 1; width <= widest; ++width)
                for (int row = 0; row < rows_a_width; ++row)
                {
                    Levels const at = levels(width, row);
                    met.emplace(at.*factors[a].level, at.*factors[b].level);
                }
            // A width has ten rows, so it meets ten depths of nineteen.
            int const all = std::min(factors[a].count * factors[b].count, rows_a_width * widest);
            EXPECT_EQ(static_cast<int>(met.size()), all) << factors[a].name << " and " << factors[b].name;
        }
}
}  // namespace
