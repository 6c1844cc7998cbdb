// Samples that only fill up the last vector must not count, even where a real sample's values are beyond all bounds.
#include <gtest/gtest.h>

#include "contenders.hpp"
#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

TEST(Fillers, DoNotContribute)
{
    Network const network = test::network(3, {7, 2}, Loss::mse, Activation::leaky_relu);
    TrainerSpec spec{.network = network, .optimizer = {.kind = OptimizerKind::sgd, .learning_rate = 0.5}, .batch = 64};
    test::Rows const rows(network, 64, 9);
    for (cpu::Kernels const& kernels : test::all_kernels())
        for (std::size_t const count : {1U, 5U, 16U, 21U, 33U, 63U})
        {
            // The same trainer after a full step, whose numbers lie where the fillers of the next one are.
            spec.precision = kernels.precision;
            CpuTrainer used(spec, kernels);
            used.load(rows.samples(), rows.samples());
            used.train(test::in_order(64));
            used.reset();
            CpuTrainer fresh(spec, kernels);
            fresh.load(rows.samples(), rows.samples());
            auto const few = test::in_order(count);
            EXPECT_EQ(used.train(few).loss_sum, fresh.train(few).loss_sum);
            EXPECT_EQ(used.weights(), fresh.weights());
        }
}
}  // namespace
