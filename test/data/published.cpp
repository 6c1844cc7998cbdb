// Every registered data set against the study's table, from the real files.
#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "data/dataset.hpp"
#include "data/locate.hpp"
#include "data/registry.hpp"

namespace {
using namespace ghee;
using namespace ghee::data;

struct Row
{
    std::string name;
    std::int64_t rows;
    int raw, inputs, outputs;
    TaskKind task;
    OutputActivation activation;
    Loss loss;
};

void PrintTo(Row const& row, std::ostream* out) { *out << row.name; }

constexpr auto sigmoid = OutputActivation::sigmoid;
constexpr auto softmax = OutputActivation::softmax;

/// The study's table, as run by BUTTER-E; then what ghee adds.
std::vector<Row> const table{
    {"201_pol", 15000, 48, 26, 11, TaskKind::classification, softmax, Loss::cross_entropy},
    {"294_satellite_image", 6435, 36, 36, 6, TaskKind::regression, sigmoid, Loss::mse},
    {"505_tecator", 240, 124, 124, 1, TaskKind::regression, sigmoid, Loss::mse},
    {"529_pollen", 3848, 4, 4, 1, TaskKind::regression, sigmoid, Loss::mse},
    {"537_houses", 20640, 8, 8, 1, TaskKind::regression, sigmoid, Loss::mse},
    {"adult", 48842, 14, 81, 1, TaskKind::binary, sigmoid, Loss::binary_cross_entropy},
    {"banana", 5300, 2, 2, 1, TaskKind::regression, sigmoid, Loss::mse},
    {"connect_4", 67557, 42, 126, 3, TaskKind::classification, softmax, Loss::cross_entropy},
    {"mnist", 70000, 784, 784, 10, TaskKind::classification, softmax, Loss::cross_entropy},
    {"nursery", 12958, 8, 26, 4, TaskKind::classification, softmax, Loss::cross_entropy},
    {"sleep", 105908, 13, 141, 5, TaskKind::classification, softmax, Loss::cross_entropy},
    {"splice", 3188, 60, 287, 3, TaskKind::classification, softmax, Loss::cross_entropy},
    {"wine_quality_white", 4898, 11, 11, 7, TaskKind::classification, softmax, Loss::cross_entropy},
    {"mnist_excerpt", 2500, 784, 784, 10, TaskKind::classification, softmax, Loss::cross_entropy},
};

class Published : public testing::TestWithParam<Row>
{
};

TEST_P(Published, FactsAreTheStudysWithoutAFile)
{
    auto const& expected = GetParam();
    auto const facts = facts_of(expected.name);
    EXPECT_EQ(facts.name, expected.name);
    EXPECT_EQ(facts.rows, expected.rows);
    EXPECT_EQ(facts.raw_features, expected.raw);
    EXPECT_EQ(facts.inputs, expected.inputs);
    EXPECT_EQ(facts.outputs, expected.outputs);
    EXPECT_EQ(facts.task, expected.task);
    EXPECT_EQ(facts.output_activation, expected.activation);
    EXPECT_EQ(facts.loss, expected.loss);
}

TEST_P(Published, TheRealFileIsEncodedAsTheStudyDid)
{
    auto const& expected = GetParam();
    auto const& entry = *find_registered(expected.name);
    if (!is_here(entry, find_files(entry, search_folders())))
        GTEST_SKIP() << expected.name << " does not ship with ghee; set GHEE_DATA to a folder that has it";
    auto const data = load_dataset(expected.name);
    EXPECT_EQ(data.rows, expected.rows);
    EXPECT_EQ(data.features, expected.inputs);
    EXPECT_EQ(data.outputs, expected.outputs);
    EXPECT_EQ(data.task, expected.task);
    EXPECT_FALSE(data.task_inferred);
    EXPECT_EQ(data.output_activation, expected.activation);
    EXPECT_EQ(data.loss, expected.loss);
    auto const inputs = static_cast<std::size_t>(data.features);
    auto const outputs = static_cast<std::size_t>(data.outputs);
    ASSERT_EQ(data.inputs.size(), static_cast<std::size_t>(data.rows) * inputs);
    ASSERT_EQ(data.targets.size(), static_cast<std::size_t>(data.rows) * outputs);

    // Every encoded column fills [0, 1] from end to end; images keep columns that are dark throughout.
    std::vector<float> least(inputs, 2.f), most(inputs, -1.f);
    for (std::size_t i = 0; i < data.inputs.size(); ++i)
    {
        least[i % inputs] = std::min(least[i % inputs], data.inputs[i]);
        most[i % inputs] = std::max(most[i % inputs], data.inputs[i]);
    }
    bool const image = entry.layout == Layout::idx;
    for (std::size_t column = 0; column < inputs; ++column)
    {
        EXPECT_EQ(least[column], 0.f) << "column " << column;
        if (image)
            EXPECT_LE(most[column], 1.f) << "column " << column;
        else
            EXPECT_EQ(most[column], 1.f) << "column " << column;
    }
    // One-hot targets have one 1 a row and every class occurs; single targets reach both ends.
    std::vector<double> per_class(outputs);
    for (std::size_t i = 0; i < data.targets.size(); ++i)
    {
        ASSERT_TRUE(data.targets[i] >= 0.f && data.targets[i] <= 1.f);
        per_class[i % outputs] += data.targets[i];
    }
    for (double const share : per_class)
        EXPECT_GT(share, 0.);
    if (outputs > 1)
    {
        EXPECT_EQ(std::accumulate(per_class.begin(), per_class.end(), 0.), static_cast<double>(data.rows));
        for (float const target : data.targets)
            ASSERT_TRUE(target == 0.f || target == 1.f);
    }
    else
    {
        EXPECT_EQ(*std::max_element(data.targets.begin(), data.targets.end()), 1.f);
        EXPECT_EQ(*std::min_element(data.targets.begin(), data.targets.end()), 0.f);
    }
}

INSTANTIATE_TEST_SUITE_P(Table, Published, testing::ValuesIn(table), [](auto const& parameter) { return "set_" + parameter.param.name; });

TEST(Cifar10, ARealBatchIsReadWhereOneIsHere)
{
    auto const& entry = *find_registered("cifar10");
    auto const files = find_files(entry, search_folders());
    if (!files.front())
        GTEST_SKIP() << "cifar10 does not ship with ghee; set GHEE_DATA to a folder that has it";
    auto const data = load_dataset("cifar10");
    EXPECT_EQ(data.rows, 10'000 * std::count_if(files.begin(), files.end(), [](auto const& file) { return file.has_value(); }));
    EXPECT_EQ(data.rows, facts_of("cifar10").rows);
    EXPECT_EQ(data.features, 3072);
    EXPECT_EQ(data.outputs, 10);
    // The first batch's classes, airplane to truck, as its authors' own files count them.
    std::vector<int> per_class(10);
    for (std::size_t i = 0; i < 100'000; ++i)
        per_class[i % 10] += data.targets[i] == 1.f;
    EXPECT_EQ(per_class, (std::vector{1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981}));
}

TEST(Registry, HoldsTheThirteenOfTheStudyAndWhatGheeAdds)
{
    std::vector<std::string> names;
    for (auto const& entry : registry())
        names.push_back(entry.name);
    std::vector<std::string> expected;
    for (auto const& row : table)
        expected.push_back(row.name);
    expected.emplace_back("cifar10");
    EXPECT_EQ(names, expected);
}

TEST(Registry, EveryFileHasAPlausibleChecksumOrComesOutOfAnArchive)
{
    for (auto const& entry : registry())
        for (auto const& file : entry.files)
        {
            EXPECT_GT(file.bytes, 0) << file.path;
            if (!entry.archive)
            {
                EXPECT_EQ(file.sha256.size(), 64u) << file.path;
                EXPECT_EQ(file.sha256.find_first_not_of("0123456789abcdef"), std::string::npos) << file.path;
            }
        }
}
}  // namespace
