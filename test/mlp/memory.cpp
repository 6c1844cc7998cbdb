// The cpu backend holds little more than what training needs, and says beforehand how much.
#include <algorithm>

#include <gtest/gtest.h>

#include "mlp/cpu/cpu.hpp"
#include "mlp/cpu/instruction_sets.hpp"
#include "mlp/topology.hpp"
#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

/// docs/develop/kernels.md, "Memory": parameters and moments; for each sample the inputs of every layer with the 1 of its bias, the
/// network's outputs and targets, and the derivatives of the two neighbouring layers that have most of them.
double needed_bytes(TrainerSpec const& spec)
{
    Network const& network = spec.network;
    double a_sample = network.inputs + 1 + 2 * network.outputs();
    double derivatives = network.widths[0];
    for (int d = 0; d + 1 < network.depth(); ++d)
    {
        auto const i = static_cast<std::size_t>(d);
        a_sample += network.widths[i] + 1;
        derivatives = std::max(derivatives, 1.0 * network.widths[i] + network.widths[i + 1]);
    }
    int const moments = spec.optimizer.kind == OptimizerKind::sgd ? 0 : 2;
    int const samples = (spec.batch + 15) / 16 * 16;
    return 4.0 * ((1 + moments) * static_cast<double>(network.parameters()) + (a_sample + derivatives) * samples);
}

/// The gradient of the neurons at hand, and samples of an evaluation beyond the batch.
constexpr double allowance = 96 * 1024;

std::vector<TrainerSpec> spread()
{
    std::vector<TrainerSpec> all;
    for (int power = 5; power <= 22; ++power)
        for (int const depth : {2, 4, 10, 20})
            for (int const batch : {1, 256, 1024})
                for (OptimizerKind const kind : {OptimizerKind::sgd, OptimizerKind::adam})
                    for (int const outputs : {1, 10})
                        for (int const inputs : {8, 64, 784})
                        {
                            auto const topology = find_topology(Shape::rectangle, std::int64_t{1} << power, depth, inputs, outputs);
                            if (topology.size_error < usual_size_error)
                                all.push_back({.network = test::network(inputs, topology.widths, outputs > 1 ? Loss::cross_entropy : Loss::mse),
                                               .optimizer = {.kind = kind},
                                               .batch = batch});
                        }
    return all;
}

TEST(Memory, IsLittleMoreThanTrainingNeeds)
{
    double worst = 0.0;
    for (TrainerSpec const& spec : spread())
    {
        auto const bytes = static_cast<double>(cpu_backend().memory_bytes(spec));
        double const needed = needed_bytes(spec);
        EXPECT_LE(bytes, 1.2 * needed + allowance) << spec.network.parameters() << " parameters, depth " << spec.network.depth() << ", "
                                                   << spec.network.inputs << " inputs, " << spec.network.outputs() << " outputs, batch " << spec.batch
                                                   << ", " << name_of(spec.optimizer.kind);
        // The deltas of a very wide first layer are never all there at once.
        EXPECT_GE(bytes, 0.5 * needed);
        if (needed > 1e6)
            worst = std::max(worst, bytes / needed);
    }
    EXPECT_LE(worst, 1.2) << "of networks beyond a megabyte, without the allowance";
    RecordProperty("worst_percent", static_cast<int>(100 * worst));
}

// Copies of the weights in both directions, and activations and deltas in two orders.
TEST(Memory, OfBf16IsAtMostSixTenthsMore)
{
    for (int const power : {14, 17, 20, 22})
        for (int const depth : {2, 4, 10})
        {
            auto const topology = find_topology(Shape::rectangle, std::int64_t{1} << power, depth, 64, 10);
            TrainerSpec const spec{.network = test::network(64, topology.widths, Loss::cross_entropy),
                                   .optimizer = {.kind = OptimizerKind::adam},
                                   .precision = Precision::bf16,
                                   .batch = 256};
            double const share = static_cast<double>(cpu_backend().memory_bytes(spec)) / needed_bytes(spec);
            EXPECT_LE(share, 1.6) << "2^" << power << ", depth " << depth;
        }
}

// Each thread has a gradient of its own; the deltas get a third array.
TEST(Memory, GrowsWithThreadsByTheirScratchOnly)
{
    TrainerSpec spec{.network = test::network(64, {300, 300, 10}, Loss::cross_entropy), .optimizer = {}, .batch = 256};
    auto const bytes = [&](int threads)
    {
        spec.threads = threads;
        return cpu_backend().memory_bytes(spec);
    };
    EXPECT_LE(bytes(2) - bytes(1), 256 * 300 * 4U + 160 * 1024U);
    EXPECT_LE(bytes(3) - bytes(2), 160 * 1024U);
    EXPECT_GT(bytes(3), bytes(2));
}

TEST(Memory, IsToldBeforehandAsItIsTaken)
{
    for (int const threads : {1, 3})
        for (int const batch : {1, 256, 300})
            for (bool const residual : {false, true})
            {
                TrainerSpec const spec{.network = test::network(7, {150, 150, 150, 3}, Loss::mse, Activation::gelu, residual),
                                       .optimizer = {},
                                       .batch = batch,
                                       .threads = threads};
                Backend const& backend = choose_backend("cpu", Device::cpu, spec);
                EXPECT_EQ(backend.make(spec)->memory_bytes(), backend.memory_bytes(spec));
            }
}

// Beyond the end of the arena lies foreign memory: what is said must also be what is used.
TEST(Memory, OfEvaluationIsBoundedWhereTheBatchIsSmall)
{
    TrainerSpec const spec{.network = test::network(8, {55000, 10}, Loss::cross_entropy), .optimizer = {}, .batch = 1};
    test::Rows const rows(spec.network, 40, 1);
    CpuTrainer trainer(spec, cpu::instruction_sets().front());
    trainer.load(rows.samples(), rows.samples());
    Pass const few = trainer.evaluate();
    EXPECT_EQ(few.samples, 40);
    EXPECT_LT(trainer.memory_bytes(), std::size_t{32} << 20);

    TrainerSpec many = spec;
    many.batch = 256;
    CpuTrainer wide(many, cpu::instruction_sets().front());
    wide.load(rows.samples(), rows.samples());
    EXPECT_NEAR(wide.evaluate().loss_sum, few.loss_sum, 1e-5 * few.loss_sum);
}
}  // namespace
