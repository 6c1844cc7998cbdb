// The small parts of a training: limits, networks, step times, warm-up.
#include <gmock/gmock.h>

#include <cmath>

#include "base/error.hpp"
#include "data/dataset.hpp"
#include "scripted.hpp"
#include "train/limits.hpp"
#include "train/step_times.hpp"
#include "train/training.hpp"
#include "train/warmup.hpp"

namespace ghee::train {
namespace {

using namespace test;
using testing::HasSubstr;

Configuration possible()
{
    Configuration configuration;
    configuration.dataset = "banana";
    configuration.size = 64;
    return configuration;
}

std::string refusal(Configuration const& configuration)
{
    try
    {
        require_possible(configuration);
        return "";
    }
    catch (UsageError const& error)
    {
        return error.what();
    }
}

TEST(Limits, ThePossiblePasses) { EXPECT_EQ(refusal(possible()), ""); }

TEST(Limits, EveryKeyOutOfItsRangeIsRefusedByName)
{
    double const nan = std::nan("");
    struct Case
    {
        char const* key;
        void (*spoil)(Configuration&, double);
        double value;
    };
    Case const cases[] = {
        {"size", [](Configuration& c, double v) { c.size = static_cast<std::int64_t>(v); }, 0},
        {"depth", [](Configuration& c, double v) { c.depth = static_cast<int>(v); }, 1},
        {"depth", [](Configuration& c, double v) { c.depth = static_cast<int>(v); }, 1001},
        {"batch", [](Configuration& c, double v) { c.batch = static_cast<int>(v); }, 0},
        {"epochs", [](Configuration& c, double v) { c.epochs = static_cast<std::int64_t>(v); }, 0},
        {"threads", [](Configuration& c, double v) { c.threads = static_cast<int>(v); }, -1},
        {"replicas", [](Configuration& c, double v) { c.replicas = static_cast<int>(v); }, 0},
        {"replicas", [](Configuration& c, double v) { c.replicas = static_cast<int>(v); }, 65537},
        {"label_noise", [](Configuration& c, double v) { c.label_noise = v; }, 1.01},
        {"label_noise", [](Configuration& c, double v) { c.label_noise = v; }, nan},
        {"test_fraction", [](Configuration& c, double v) { c.test_fraction = v; }, 0},
        {"test_fraction", [](Configuration& c, double v) { c.test_fraction = v; }, 1},
        {"evaluate_every", [](Configuration& c, double v) { c.evaluate_every = static_cast<int>(v); }, 0},
        {"learning_rate", [](Configuration& c, double v) { c.optimizer.learning_rate = v; }, 0},
        {"learning_rate", [](Configuration& c, double v) { c.optimizer.learning_rate = v; }, nan},
        {"momentum", [](Configuration& c, double v) { c.optimizer.momentum = v; }, 1},
        {"beta1", [](Configuration& c, double v) { c.optimizer.beta1 = v; }, 1},
        {"beta2", [](Configuration& c, double v) { c.optimizer.beta2 = v; }, -0.1},
        {"rho", [](Configuration& c, double v) { c.optimizer.rho = v; }, 1},
        {"adam_epsilon", [](Configuration& c, double v) { c.optimizer.epsilon = v; }, 0},
        {"weight_decay", [](Configuration& c, double v) { c.optimizer.weight_decay = v; }, -1},
        {"l1", [](Configuration& c, double v) { c.optimizer.l1 = v; }, -1},
        {"l2", [](Configuration& c, double v) { c.optimizer.l2 = v; }, nan},
        {"target_loss", [](Configuration& c, double v) { c.stop.target_loss = v; }, nan},
        {"target_accuracy", [](Configuration& c, double v) { c.stop.target_accuracy = v; }, 1.5},
        {"patience", [](Configuration& c, double v) { c.stop.patience = static_cast<int>(v); }, -1},
    };
    for (Case const& one : cases)
    {
        Configuration configuration = possible();
        one.spoil(configuration, one.value);
        EXPECT_THAT(refusal(configuration), testing::StartsWith(std::string(one.key) + " cannot be ")) << one.value;
    }
    Configuration configuration = possible();
    configuration.epochs = 3000;
    configuration.replicas = 132;
    EXPECT_EQ(refusal(configuration), "");
    configuration.epochs = 40000;
    EXPECT_THAT(refusal(configuration), HasSubstr("replicas times epochs is at most 2^22"));
    configuration = possible();
    configuration.task = "guess";
    EXPECT_THAT(refusal(configuration), HasSubstr("known: auto, regression, binary, classification"));
    configuration = possible();
    configuration.command = {"python", "train.py"};
    EXPECT_NE(refusal(configuration), "");
    configuration = possible();
    configuration.dataset.clear();
    EXPECT_THAT(refusal(configuration), HasSubstr("ghee data list"));
}

TEST(MakeNetwork, HasTheStudysWidths)
{
    Configuration configuration = possible();
    configuration.shape = Shape::exponential;
    configuration.size = 512;
    configuration.depth = 3;
    auto const network = make_network(configuration, 26, 11, OutputActivation::softmax, Loss::cross_entropy);
    EXPECT_EQ(network.widths, (std::vector{11, 11, 11}));
    EXPECT_EQ(network.parameters(), 561);
    EXPECT_FALSE(network.residual);
    configuration.shape = Shape::rectangle_residual;
    configuration.activation = Activation::tanh;
    auto const residual = make_network(configuration, 26, 11, OutputActivation::sigmoid, Loss::mse);
    EXPECT_TRUE(residual.residual);
    EXPECT_EQ(residual.activation, Activation::tanh);
    EXPECT_EQ(residual.output_activation, OutputActivation::sigmoid);
    EXPECT_EQ(residual.loss, Loss::mse);
    configuration.size = 0;
    EXPECT_THROW((void)make_network(configuration, 26, 11, OutputActivation::softmax, Loss::cross_entropy), UsageError);
}

TEST(StepTimes, TheMedianIsOfStepsNotOfEpochs)
{
    StepTimes times;
    EXPECT_TRUE(std::isnan(times.median_us()));
    times.add(Seconds(30e-6), 10);
    EXPECT_DOUBLE_EQ(times.median_us(), 3);
    times.add(Seconds(50e-6), 10);
    EXPECT_DOUBLE_EQ(times.median_us(), 4) << "of an even count: the middle between the two";
    times.add(Seconds(1), 10);
    EXPECT_DOUBLE_EQ(times.median_us(), 5);
}

TEST(StepTimes, AnyLengthFitsInBoundedMemoryAndStaysAnEvenSample)
{
    StepTimes times(64);
    for (int i = 0; i < 100000; ++i)
    {
        times.add(Seconds(1e-6 * i), 1);
        ASSERT_LE(times.kept(), 64u);
    }
    EXPECT_GE(times.kept(), 32u);
    EXPECT_NEAR(times.median_us(), 50000, 2 * 100000 / 32);
}

struct WarmUp : testing::Test
{
    ScriptedClock clock;
    ScriptedTrainer trainer{clock};
    std::vector<std::uint32_t> const order = data::epoch_order(1000, 1, 1);
    std::vector<std::size_t> lengths()
    {
        std::vector<std::size_t> sizes;
        for (auto const& part : trainer.orders)
            sizes.push_back(part.size());
        return sizes;
    }
};

TEST_F(WarmUp, GrowsToAWholeEpochWhereThatIsShort)
{
    trainer.train_seconds = trainer.evaluate_seconds = 1e-6;
    warm_up(trainer, order, 100, 200, Seconds(0.2), clock);
    EXPECT_THAT(lengths(), testing::ElementsAre(100, 200, 400, 800, 1000));
    EXPECT_EQ(trainer.orders.back(), order) << "in the order of the first epoch";
    EXPECT_EQ(trainer.evaluations, 1);
    EXPECT_EQ(trainer.resets, 1);
}

TEST_F(WarmUp, ASlowStepIsTheOnlyOne)
{
    trainer.train_seconds = 5;
    warm_up(trainer, order, 100, 200, Seconds(0.2), clock);
    EXPECT_THAT(lengths(), testing::ElementsAre(100));
    EXPECT_EQ(trainer.evaluations, 0);
    EXPECT_EQ(trainer.resets, 1) << "what it learned is forgotten";
}

TEST_F(WarmUp, StaysWithinItsBudget)
{
    auto const start = clock.now();
    trainer.train_seconds = 0.05;  // of every call, however long: the worst for the forecast
    trainer.evaluate_seconds = 0.01;
    warm_up(trainer, order, 10, 100, Seconds(0.2), clock);
    EXPECT_LE(Seconds(clock.now() - start).count(), 0.25);
    EXPECT_GE(trainer.orders.size(), 2u);
}

TEST_F(WarmUp, ABatchLargerThanTheDataTakesThemAll)
{
    warm_up(trainer, order, 4096, 10, Seconds(0.2), clock);
    EXPECT_THAT(lengths(), testing::ElementsAre(1000));
}

}  // namespace
}  // namespace ghee::train
