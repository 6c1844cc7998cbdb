// How networks lie in shared memory: everything inside it, nothing on top of another thing, rows that meet in no bank, and what does not fit.
#include "mlp/cuda/solo/plan.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulated_solo.hpp"
#include "mlp/networks.hpp"
#include "mlp/rates.hpp"
#include "mlp/topology.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;
using namespace ghee::mlp::cuda;
using emulated::facts_with_shared;
using testing::HasSubstr;

TrainerSpec spec_of(int inputs, std::vector<int> widths, int batch, bool residual = false, OptimizerKind kind = OptimizerKind::adam)
{
    return {.network = test::network(inputs, std::move(widths), Loss::cross_entropy, Activation::tanh, residual),
            .optimizer = {.kind = kind},
            .batch = batch};
}

/// Marks floats as taken; fails where one already is, or lies beyond the end.
class Map
{
  public:
    explicit Map(int floats) : taken_(static_cast<std::size_t>(floats)) {}
    void take(int at, int floats, char const* what)
    {
        ASSERT_EQ(at % 4, 0) << what << " begins in the middle of a quad";
        ASSERT_LE(at + floats, static_cast<int>(taken_.size())) << what;
        for (int i = at; i < at + floats; ++i)
        {
            EXPECT_FALSE(taken_[static_cast<std::size_t>(i)]) << what << " lies on something else, at " << i;
            taken_[static_cast<std::size_t>(i)] = true;
        }
    }

  private:
    std::vector<bool> taken_;
};

void expect_sound(SoloPlan const& plan, TrainerSpec const& spec, std::size_t shared_bytes)
{
    ASSERT_GT(plan.chunk, 0);
    EXPECT_EQ(plan.chunk, plan.lanes * plan.together);
    EXPECT_GE(plan.lanes, 8);
    EXPECT_EQ(threads_a_block % plan.lanes, 0);
    EXPECT_EQ(plan.row_floats / 4 % 2, 1) << "rows beside each other meet in a bank";
    EXPECT_LE(static_cast<std::size_t>(plan.shared_floats) * sizeof(float), shared_bytes);
    Map row(plan.row_floats), parameters(plan.parameter_floats), all(plan.shared_floats);
    row.take(0, plan.places * plan.input_floats, "inputs");
    row.take(plan.targets_at, plan.places * plan.target_floats, "targets");
    for (int d = 0; d < plan.depth; ++d)
    {
        SoloLayer const& layer = plan.layers[d];
        parameters.take(layer.weights_at, layer.outputs * stride_of(layer.inputs), "weights");
        parameters.take(layer.biases_at, stride_of(layer.outputs), "biases");
        row.take(layer.output_at, stride_of(layer.outputs), "outputs");
        if (layer.slope_at >= 0)
            row.take(layer.slope_at, stride_of(layer.outputs), "slopes");
        if (d < plan.depth - 1)
            row.take(layer.delta_at, stride_of(layer.outputs), "deltas");
    }
    if (spec.network.residual)
        row.take(plan.through_at, stride_of(*std::ranges::max_element(spec.network.widths)), "what goes round");
    all.take(0, plan.parameter_floats, "parameters");
    EXPECT_EQ(plan.first_at >= 0, has_first_moment(spec.optimizer.kind));
    EXPECT_EQ(plan.second_at >= 0, has_second_moment(spec.optimizer.kind));
    EXPECT_EQ(plan.gradients_at >= 0, spec.batch > plan.chunk);
    for (int const block : {plan.first_at, plan.second_at, plan.gradients_at})
        if (block >= 0)
            all.take(block, plan.parameter_floats, "a block of moments or gradients");
    all.take(plan.rates_at, 2 * rates_ahead, "rates");
    all.take(plan.lists_at, 2 * plan.chunk, "lists");
    all.take(plan.sums_at, 8 * 4, "sums");
    all.take(plan.rows_at, plan.chunk * plan.row_floats, "rows");
    for (std::uint32_t at = 0; at < static_cast<std::uint32_t>(plan.chunk) * plan.quads_of_row; ++at)
        ASSERT_EQ(static_cast<std::uint64_t>(at) * plan.by_quads_of_row >> 32, at / plan.quads_of_row);
}

TEST(SoloPlan, PutsEverythingSomewhereOfItsOwn)
{
    std::set<std::pair<int, int>> ways;
    std::set<int> chunks, places, by_thread;
    for (std::size_t const kib : {64U, 99U, 163U, 227U})
        for (int const inputs : {1, 8, 33, 800})
            for (int const width : {1, 3, 16, 25, 41, 70})
                for (int const depth : {2, 4, 20})
                    for (int const batch : {1, 33, 256, 2048})
                        for (bool const residual : {false, true})
                        {
                            std::vector<int> widths(static_cast<std::size_t>(depth), width);
                            widths.back() = 3;
                            TrainerSpec const spec = spec_of(inputs, widths, batch, residual, batch == 33 ? OptimizerKind::sgd : OptimizerKind::adam);
                            SoloPlan const plan = plan_solo(spec, kib << 10);
                            EXPECT_EQ(plan.chunk == 0, !solo_refusal(spec, facts_with_shared(kib)).empty());
                            if (plan.chunk == 0)
                                continue;
                            expect_sound(plan, spec, kib << 10);
                            ways.insert({plan.together, plan.quads});
                            chunks.insert(plan.chunk);
                            places.insert(plan.places);
                            by_thread.insert(plan.by_thread);
                        }
    EXPECT_EQ(ways.size(), 4U) << "a way that no network takes is not tested by any";
    EXPECT_EQ(chunks, (std::set{32, 64, 128, 256}));
    EXPECT_EQ(places, (std::set{1, 2}));
    EXPECT_EQ(by_thread, (std::set{0, 1}));
}

TEST(SoloPlan, TakesNoMoreSamplesThanAStepHas)
{
    EXPECT_EQ(plan_solo(spec_of(4, {8, 2}, 1), 232448).chunk, 32);
    EXPECT_EQ(plan_solo(spec_of(4, {8, 2}, 32), 232448).chunk, 32);
    EXPECT_EQ(plan_solo(spec_of(4, {8, 2}, 33), 232448).chunk, 64);
    EXPECT_EQ(plan_solo(spec_of(4, {8, 2}, 256), 232448).chunk, 256);
    EXPECT_EQ(plan_solo(spec_of(4, {8, 2}, 2048), 232448).chunk, 256);
}

TEST(SoloPlan, DoesNotDependOnTheNumberOfReplicas)
{
    TrainerSpec spec = spec_of(8, {25, 1}, 256);
    SoloPlan const one = plan_solo(spec, 232448);
    spec.replicas = 500;
    SoloPlan const many = plan_solo(spec, 232448);
    EXPECT_EQ(one.chunk, many.chunk);
    EXPECT_EQ(one.together, many.together);
    EXPECT_EQ(one.places, many.places);
}

/// The largest network, in steps of a quarter of a power of two, that fits: docs/develop/cuda.md tells these numbers.
int largest_quarter(std::size_t shared_bytes, int inputs, int outputs, int depth)
{
    int most = 0;
    for (int quarter = 4 * 5; quarter < 4 * 16; ++quarter)
    {
        auto const size = static_cast<std::int64_t>(std::llround(std::exp2(quarter / 4.0)));
        if (plan_solo(spec_of(inputs, find_topology(Shape::rectangle, size, depth, inputs, outputs).widths, 256), shared_bytes).chunk > 0)
            most = quarter;
    }
    return most;
}

TEST(SoloPlan, GoesAsFarUpAsTheDocumentationTells)
{
    std::map<std::string, std::vector<int>> found;
    for (auto const& [capability, kib] : std::map<std::string, std::size_t>{{"7.5", 64}, {"8.0", 163}, {"8.6", 99}, {"9.0", 227}})
        for (int const inputs : {8, 64, 784})
            for (int const depth : {2, 4, 10})
                found[capability].push_back(largest_quarter(kib << 10, inputs, inputs == 8 ? 1 : 10, depth));
    EXPECT_EQ(found, (std::map<std::string, std::vector<int>>{{"7.5", {41, 44, 42, 45, 44, 41, 0, 0, 0}},
                                                              {"8.0", {47, 51, 49, 51, 51, 49, 47, 47, 46}},
                                                              {"8.6", {44, 47, 45, 48, 47, 46, 0, 0, 0}},
                                                              {"9.0", {49, 53, 52, 53, 53, 52, 51, 51, 50}}}));
}

TEST(SoloPlan, IsRefusedWithTheReason)
{
    GpuFacts facts = facts_with_shared(227);
    TrainerSpec spec = spec_of(8, {25, 1}, 256);
    EXPECT_EQ(solo_refusal(spec, facts), "");
    spec.precision = Precision::tf32;
    EXPECT_THAT(solo_refusal(spec, facts), HasSubstr("form solo computes in fp32, not in tf32; use form = \"layers\""));
    spec.precision = Precision::fp32;
    spec.network.widths.assign(33, 5);
    EXPECT_THAT(solo_refusal(spec, facts), HasSubstr("at most 32 layers, this has 33"));
    spec.network.widths = {300, 300, 1};
    EXPECT_THAT(solo_refusal(spec, facts), HasSubstr("in the shared memory of one block, 227 KiB on emulated, and this one takes more"));
    spec.network.widths = {1, 2000000000};
    EXPECT_THAT(solo_refusal(spec, facts), HasSubstr("takes more"));
}
}  // namespace
