// Every section is read as it is written; what is wrong is refused with its line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campaign/written_campaign.hpp"

namespace {
using namespace ghee;
using namespace ghee::campaign;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string const least = "[grid]\ndataset = \"banana\"\nsize = 64\n";

TEST(CampaignFile, SaysLittleAndGetsTheDefaults)
{
    auto const campaign = campaign_of(least);
    EXPECT_EQ(campaign.name, "c");
    EXPECT_EQ(campaign.seed, 0u);
    EXPECT_EQ(campaign.repeats, 1);
    EXPECT_EQ(campaign.order, Order::shuffled);
    EXPECT_DOUBLE_EQ(campaign.max_size_error, 0.20);
    EXPECT_EQ(campaign.text, least);
    ASSERT_EQ(campaign.cells.size(), 1u);
    Configuration expected;
    expected.dataset = "banana";
    expected.size = 64;
    EXPECT_EQ(campaign.cells[0], expected);
    EXPECT_EQ(campaign.measure.idle_before, MeasureSettings{}.idle_before);
    EXPECT_EQ(campaign.power.meters, std::vector<std::string>{"auto"});
    EXPECT_EQ(campaign.run.attempts, RunSettings{}.attempts);
}

TEST(CampaignFile, TakesEveryKeyIntoItsField)
{
    auto const campaign = campaign_of(R"([campaign]
name = "n"
seed = 7
repeats = 3
order = "longest-first"
[grid]
dataset = "nursery"
shape = "wide_first_8x"
size = 4096
depth = 4
batch = 32
optimizer = "adamw"
learning_rate = 0.01
activation = "gelu"
l1 = 0.1
l2 = 0.2
label_noise = 0.05
precision = "bf16"
backend = "reference"
device = "gpu"
form = "layers"
threads = 2
replicas = 5
epochs = 9
[exclude]
max_size_error = 0.5
[training]
test_fraction = 0.25
evaluate_every = 2
target_loss = 0.3
target_accuracy = 0.9
patience = 4
init = "he_uniform"
adam_epsilon = 1e-6
epsilon_form = "pytorch"
beta1 = 0.8
beta2 = 0.99
weight_decay = 0.02
task = "classification"
[measure]
idle_before_s = 0.5
idle_after_s = 1
min_window_s = 1.5
target_uncertainty = 0.05
phases = false
[power]
meters = ["rapl", "nvml"]
period_ms = 50
primary = "node"
[run]
deadline_s = 100
attempts = 4
memory_limit_gb = 1.5
)");
    EXPECT_EQ(campaign.name, "n");
    EXPECT_EQ(campaign.seed, 7u);
    EXPECT_EQ(campaign.repeats, 3);
    EXPECT_EQ(campaign.order, Order::longest_first);
    EXPECT_DOUBLE_EQ(campaign.max_size_error, 0.5);
    EXPECT_EQ(campaign.measure.idle_before, Seconds(0.5));
    EXPECT_EQ(campaign.measure.idle_after, Seconds(1));
    EXPECT_EQ(campaign.measure.min_window, Seconds(1.5));
    EXPECT_DOUBLE_EQ(campaign.measure.target_uncertainty, 0.05);
    EXPECT_FALSE(campaign.measure.phases);
    EXPECT_EQ(campaign.power.meters, (std::vector<std::string>{"rapl", "nvml"}));
    EXPECT_EQ(campaign.power.period, Seconds(0.05));
    EXPECT_EQ(campaign.power.primary, "node");
    EXPECT_EQ(campaign.run.deadline, Seconds(100));
    EXPECT_EQ(campaign.run.attempts, 4);
    EXPECT_EQ(campaign.run.memory_limit_bytes, 1'500'000'000);

    Configuration expected;
    expected.dataset = "nursery";
    expected.shape = Shape::wide_first_8x;
    expected.size = 4096;
    expected.depth = 4;
    expected.batch = 32;
    expected.optimizer = {.kind = OptimizerKind::adamw,
                          .learning_rate = 0.01,
                          .beta1 = 0.8,
                          .beta2 = 0.99,
                          .epsilon = 1e-6,
                          .epsilon_form = EpsilonForm::pytorch,
                          .weight_decay = 0.02,
                          .l1 = 0.1,
                          .l2 = 0.2};
    expected.activation = Activation::gelu;
    expected.label_noise = 0.05;
    expected.precision = Precision::bf16;
    expected.backend = "reference";
    expected.device = Device::gpu;
    expected.form = Form::layers;
    expected.threads = 2;
    expected.replicas = 5;
    expected.epochs = 9;
    expected.test_fraction = 0.25;
    expected.evaluate_every = 2;
    expected.stop = {0.3, 0.9, 4};
    expected.initializer = Initializer::he_uniform;
    expected.task = "classification";
    ASSERT_EQ(campaign.cells.size(), 1u);
    EXPECT_EQ(campaign.cells[0], expected);
}

TEST(CampaignFile, EpsilonFollowsItsForm)
{
    EXPECT_DOUBLE_EQ(campaign_of(least).cells[0].optimizer.epsilon, 1e-7);
    EXPECT_DOUBLE_EQ(campaign_of(least + "[training]\nepsilon_form = \"pytorch\"\n").cells[0].optimizer.epsilon, 1e-8);
}

TEST(CampaignFile, UnknownKeysAndSectionsAreRefusedWithWhatWasMeant)
{
    EXPECT_THAT(refusal_in(least + "depht = 2\n"), StartsWith("c.toml:4: 'grid.depht' is not a key (known in 'grid': workload, "));
    EXPECT_THAT(refusal_in(least + "depht = 2\n"), HasSubstr("did you mean 'depth'?"));
    EXPECT_THAT(refusal_in(least + "[mesure]\nphases = true\n"), StartsWith("c.toml:4: 'mesure' is not a key"));
    EXPECT_THAT(refusal_in(least + "[mesure]\nphases = true\n"), HasSubstr("did you mean 'measure'?"));
    for (std::string const section : {"campaign", "exclude", "training", "measure", "power", "run"})
        EXPECT_THAT(refusal_in(least + "[" + section + "]\nnonsense_key = 1\n"), StartsWith("c.toml:5: '" + section + ".nonsense_key' is not a key"));
}

struct Impossible
{
    std::string line, complaint;
};
class ImpossibleValue : public ::testing::TestWithParam<Impossible>
{
};
TEST_P(ImpossibleValue, IsRefusedWithItsLine)
{
    std::string const key = GetParam().line.substr(0, GetParam().line.find(' '));
    std::string const section = key.substr(0, key.find('.')), line = GetParam().line.substr(section.size() + 1);
    std::string const said = refusal_in(least + "[" + section + "]\n" + line + "\n");
    EXPECT_THAT(said, StartsWith("c.toml:5: ")) << line;
    EXPECT_THAT(said, HasSubstr(GetParam().complaint)) << line;
    EXPECT_EQ(said.find('\n'), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(
    CampaignFile, ImpossibleValue,
    ::testing::Values(
        Impossible{"campaign.name = 3", "must be text"}, Impossible{"campaign.name = \"\"", "is empty"},
        Impossible{"campaign.seed = -1", "at least 0"}, Impossible{"campaign.seed = 1.5", "whole number"},
        Impossible{"campaign.repeats = 0", "at least 1"}, Impossible{"campaign.order = \"random\"", "known: shuffled, listed, longest-first"},
        Impossible{"training.test_fraction = 0", "above 0 and below 1"}, Impossible{"training.test_fraction = 1", "below 1"},
        Impossible{"training.evaluate_every = 0", "at least 1"}, Impossible{"training.target_accuracy = 1.5", "at most 1"},
        Impossible{"training.patience = -1", "at least 0"}, Impossible{"training.init = \"zeros\"", "known: glorot_uniform, he_uniform"},
        Impossible{"training.adam_epsilon = 0", "above 0"}, Impossible{"training.epsilon_form = \"torch\"", "known: keras, pytorch"},
        Impossible{"training.beta1 = 1", "below 1"}, Impossible{"training.beta2 = -0.1", "at least 0"}, Impossible{"training.rho = nan", "finite"},
        Impossible{"training.weight_decay = -1", "at least 0"}, Impossible{"training.task = \"clustering\"", "not a task"},
        Impossible{"measure.idle_before_s = -1", "at least 0"}, Impossible{"measure.idle_after_s = \"2\"", "must be a number"},
        Impossible{"measure.min_window_s = inf", "finite"}, Impossible{"measure.target_uncertainty = 1", "below 1"},
        Impossible{"measure.phases = 1", "true or false"}, Impossible{"power.meters = []", "empty list"},
        Impossible{"power.meters = \"\"", "empty name"}, Impossible{"power.meters = \"rapll\"", "no meter 'rapll'"},
        Impossible{"power.period_ms = 9", "at least 10"}, Impossible{"power.primary = 1", "must be text"},
        Impossible{"run.deadline_s = -1", "at least 0"}, Impossible{"run.attempts = 0", "at least 1"},
        Impossible{"run.memory_limit_gb = -1", "at least 0"}, Impossible{"exclude.max_size_error = -0.1", "at least 0"},
        Impossible{"exclude.shape = \"rectangel\"", "did you mean 'rectangle'?"}));

class ImpossibleGridValue : public ::testing::TestWithParam<Impossible>
{
};
TEST_P(ImpossibleGridValue, IsRefusedWithItsLine)
{
    auto const said = refusal_in(least + GetParam().line + "\n");
    EXPECT_THAT(said, StartsWith("c.toml:4: 'grid.")) << said;
    EXPECT_THAT(said, HasSubstr(GetParam().complaint)) << said;
}
INSTANTIATE_TEST_SUITE_P(
    CampaignFile, ImpossibleGridValue,
    ::testing::Values(Impossible{"depth = 1", "at least 2"}, Impossible{"depth = 2.0", "whole number"}, Impossible{"depth = []", "empty list"},
                      Impossible{"batch = 0", "at least 1"}, Impossible{"batch = [32, \"many\"]", "whole number"},
                      Impossible{"optimizer = \"adma\"", "did you mean 'adam'?"}, Impossible{"learning_rate = -0.1", "above 0"},
                      Impossible{"learning_rate = 0", "above 0"}, Impossible{"learning_rate = \"1e-3\"", "must be a number"},
                      Impossible{"momentum = 1", "below 1"}, Impossible{"momentum = 0.9", "only sgd and momentum have it"},
                      Impossible{"activation = \"softmax\"", "the last layer's"}, Impossible{"activation = \"rleu\"", "did you mean 'relu'?"},
                      Impossible{"l1 = -1", "at least 0"}, Impossible{"l2 = -1", "at least 0"}, Impossible{"label_noise = 2", "at most 1"},
                      Impossible{"precision = \"fp16\"", "known: fp32"}, Impossible{"backend = \"cpuu\"", "not a backend"},
                      Impossible{"device = \"tpu\"", "known: cpu, gpu"}, Impossible{"threads = -1", "at least 0"},
                      Impossible{"replicas = 0", "at least 1"}, Impossible{"replicas = 65537", "65536"},
                      Impossible{"form = \"sideways\"", "known: auto, layers, solo"}, Impossible{"epochs = 0", "at least 1"},
                      Impossible{"epochs = \"many\"", "whole number"}, Impossible{"shape = \"rectangel\"", "did you mean 'rectangle'?"},
                      Impossible{"depth = \"9..3\"", "runs backward"}, Impossible{"depth = {a = 1}", "a list of values"}));

TEST(CampaignFile, AnUnknownDataSetIsRefusedWithTheLineOfItsEntry)
{
    auto const said = refusal_in("[grid]\nsize = 64\ndataset = [\n  \"banana\",\n  \"bananna\",\n]\n");
    EXPECT_THAT(said, StartsWith("c.toml:5: 'bananna' is not a data set"));
    EXPECT_THAT(said, HasSubstr("wine_quality_white"));
}

TEST(CampaignFile, ADataSetThatCannotBeTheTaskAskedForIsRefusedWithItsLine)
{
    EXPECT_THAT(refusal_in(least + "[training]\ntask = \"binary\"\n"), "nothing was refused");
    EXPECT_THAT(refusal_in("[grid]\ndataset = \"nursery\"\nsize = 64\n[training]\ntask = \"binary\"\n"), StartsWith("c.toml:2: "));
}

TEST(CampaignFile, WithoutAGridOrItsNeedsIsRefused)
{
    EXPECT_THAT(refusal_in("[campaign]\nname = \"x\"\n"), StartsWith("c.toml: no [grid]"));
    EXPECT_THAT(refusal_in("\n[grid]\ndataset = \"banana\"\n"), StartsWith("c.toml:2: the grid has no 'size'"));
    EXPECT_THAT(refusal_in("\n[grid]\nsize = 64\n"), StartsWith("c.toml:2: the grid has no 'dataset'"));
    EXPECT_THAT(refusal_in("grid = 3\n"), StartsWith("c.toml:1: 'grid' is 3 (must be a table)"));
    EXPECT_THAT(refusal_in("grid = [3]\n"), StartsWith("c.toml:1: 'grid' is 3 (must be a table)"));
    EXPECT_THAT(refusal_in("grid = []\n"), StartsWith("c.toml: no [grid]"));
}

TEST(CampaignFile, TornTomlNamesItsLine) { EXPECT_THAT(refusal_in("[grid]\ndepth = \nsize = 64\n"), StartsWith("c.toml:2: ")); }

TEST(CampaignFile, OverridesWinAreKeptAndAnswerByTheirName)
{
    auto const campaign = campaign_of(least + "epochs = 100", {"grid.epochs=3", "measure.idle_before_s=1", "grid.size=[64,128]"});
    ASSERT_EQ(campaign.cells.size(), 2u);
    EXPECT_EQ(campaign.cells[1].epochs, 3);
    EXPECT_EQ(campaign.cells[1].size, 128);
    EXPECT_EQ(campaign.measure.idle_before, Seconds(1));
    EXPECT_EQ(campaign.text, least + "epochs = 100\n# --set grid.epochs=3\n# --set measure.idle_before_s=1\n# --set grid.size=[64,128]\n");
    EXPECT_THAT(refusal_in(least, {"grid.epochs=0"}), StartsWith("--set grid.epochs=0: 'grid.epochs' is 0 (must be at least 1"));
    EXPECT_THAT(refusal_in(least, {"grid.epohcs=1"}), StartsWith("--set grid.epohcs=1: 'grid.epohcs' is not a key"));
    EXPECT_THAT(refusal_in(least, {"grid.dataset=bananna"}), StartsWith("--set grid.dataset=bananna: 'bananna' is not a data set"));
    EXPECT_THAT(refusal_in(least, {"epochs"}), StartsWith("--set epochs: this is not KEY=VALUE"));
}

TEST(CampaignFile, TooLargeAProductIsRefusedBeforeItIsMade)
{
    EXPECT_THAT(refusal_in(least + "epochs = \"1..1000\"\nbatch = \"1..1000\"\nthreads = \"1..1000\"\n"), HasSubstr("more than 1000000 cells"));
    EXPECT_THAT(refusal_in(least + "epochs = \"1..1000\"\n[campaign]\nrepeats = 10000\n"), HasSubstr("runs"));
}
}  // namespace
