// No kernel has a race in shared memory: every form, way, chunk and kind under the watch. And the watch finds those that there are.
#include <gtest/gtest.h>

#include "cases.hpp"
#include "emulated.hpp"
#include "racing_kernels.hpp"
#include "solo/emulated_solo.hpp"
#include "watch.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;
using namespace ghee::mlp::cuda;
using namespace ghee::mlp::cuda::emulated;

class Races : public testing::Test
{
  protected:
    Races() { races::clear(); }
    void TearDown() override
    {
        for (races::Race const& race : races::found())
            ADD_FAILURE() << race.kernel << ": " << race.what << " of word " << race.word << " by threads " << race.one << " and " << race.other;
        EXPECT_GT(races::watched(), 10000) << "nothing was watched";
    }

    /// Two epochs with partial steps, and an evaluation.
    static void follow(Trainer& trainer, TrainerSpec const& spec)
    {
        test::Rows const data(spec.network, 2 * spec.batch + spec.batch / 3 + 1, 6);
        trainer.load(data.samples(), data.samples());
        trainer.train_epoch(1, 1);
        trainer.evaluate();
        trainer.train_epoch(1, 2);
    }
};

TrainerSpec spec_of(test::NamedNetwork const& one)
{
    return {.network = one.network, .optimizer = {.learning_rate = 0.01}, .seed = 5, .batch = one.batch};
}

TEST_F(Races, AreNotInSoloWhateverTheKind)
{
    for (test::NamedNetwork const& one : test::every_kind(9))
        follow(*solo_trainer(spec_of(one)), spec_of(one));
}

TEST_F(Races, AreNotInSoloInAnyWayOrChunk)
{
    int tried = 0;
    for (bool const residual : {false, true})
        for (int const inputs : {5, 120})
            for (int const chunk : {256, 128, 64, 32})
                for (int const by_thread : {0, 1})
                    for (SoloWay const& way : solo_ways)
                    {
                        TrainerSpec const spec =
                            spec_of({"", test::network(inputs, {13, 13, 13, 3}, Loss::cross_entropy, Activation::relu, residual), 150});
                        SoloPlan plan = plan_in_chunks(spec, facts_with_shared(200).shared_bytes_a_block, chunk);
                        if (plan.chunk == 0 || plan.chunk / way.together < 8)
                            continue;
                        plan.by_thread = by_thread;
                        plan = with_way(plan, way);
                        SoloTrainer trainer(spec, std::make_unique<EmulatedGpu>(), solo_kernels(), &plan);
                        follow(trainer, spec);
                        ++tried;
                    }
    EXPECT_GT(tried, 80);
}

TEST_F(Races, AreNotInSoloWhereRowsHaveOnePlace)
{
    TrainerSpec const spec = spec_of({"", test::network(800, {6, 3}, Loss::cross_entropy), 70});
    SoloPlan const plan = plan_solo(spec, newest_gpu().shared_bytes_a_block);
    ASSERT_EQ(plan.places, 1);
    follow(*solo_trainer(spec), spec);
}

TEST_F(Races, AreNotInTheLayersKernels)
{
    auto const look = [](Precision precision, std::vector<int> widths, bool residual)
    {
        TrainerSpec const spec = spec_of({"", test::network(17, std::move(widths), Loss::cross_entropy, Activation::gelu, residual), 40});
        follow(*trainer(spec, precision), spec);
    };
    for (Precision const precision : {Precision::fp32, Precision::tf32x3, Precision::bf16})
        look(precision, {40, 40, 3}, true);
    look(Precision::fp32, {150, 130, 70}, false);
}

TEST(Watch, FindsARaceThatIsThere)
{
    EmulatedGpu gpu;
    int const shift = 1;
    for (Kernel const& kernel : {racing_kernels().reads_a_neighbour, racing_kernels().writes_twice, racing_kernels().reads_a_copy_too_early})
    {
        races::clear();
        gpu.launch(kernel, 1, &shift);
        EXPECT_FALSE(races::found().empty()) << kernel.name;
    }
    races::clear();
    gpu.launch(racing_kernels().waits_for_its_neighbour, 1, &shift);
    EXPECT_TRUE(races::found().empty());
    races::clear();
}
}  // namespace
