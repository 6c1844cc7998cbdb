// Splitting, label noise and the order of rows.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/dataset.hpp"
#include "data/packing.hpp"

namespace {
using namespace ghee;
using namespace ghee::data;
using ghee::data::test::error_of;
using testing::HasSubstr;

/// Row i has the inputs i, -i and a target of its class i % outputs, or what `target` says.
Dataset numbered(std::int64_t rows, int outputs)
{
    Dataset data;
    data.name = "numbered";
    data.rows = rows;
    data.features = 2;
    data.outputs = outputs;
    data.task = outputs > 1 ? TaskKind::classification : TaskKind::regression;
    for (std::int64_t i = 0; i < rows; ++i)
    {
        data.inputs.push_back(static_cast<float>(i));
        data.inputs.push_back(static_cast<float>(-i));
        for (int o = 0; o < outputs; ++o)
            data.targets.push_back(outputs > 1 ? (i % outputs == o ? 1.f : 0.f) : static_cast<float>(i) / static_cast<float>(rows));
    }
    return data;
}

/// Numbers of the rows on one side, read off the first input; checks that inputs stayed together.
std::vector<int> row_numbers(std::vector<float> const& inputs)
{
    std::vector<int> numbers;
    for (std::size_t i = 0; i < inputs.size(); i += 2)
    {
        EXPECT_EQ(inputs[i], -inputs[i + 1]);
        numbers.push_back(static_cast<int>(inputs[i]));
    }
    return numbers;
}

TEST(Split, TheTestSideIsTheCeilingOfItsShare)
{
    struct Case
    {
        std::int64_t rows;
        double share;
        std::int64_t test;
    };
    for (auto const& [rows, share, test] : {Case{10, 0.2, 2}, {11, 0.2, 3}, {2, 0.5, 1}, {3, 0.1, 1}, {1000, 0.25, 250}})
    {
        auto const split = split_dataset(numbered(rows, 3), share, 0, 1);
        EXPECT_EQ(split.test_rows, test) << rows;
        EXPECT_EQ(split.train_rows, rows - test);
        EXPECT_EQ(split.test_inputs.size(), static_cast<std::size_t>(2 * test));
        EXPECT_EQ(split.train_inputs.size(), static_cast<std::size_t>(2 * (rows - test)));
        EXPECT_EQ(split.test_targets.size(), static_cast<std::size_t>(3 * test));
        EXPECT_EQ(split.train_targets.size(), static_cast<std::size_t>(3 * (rows - test)));
    }
}

// In double arithmetic 0.2 n is never a hair above a whole number it should be.
TEST(Split, AFifthOfAMultipleOfFiveIsExact)
{
    for (std::int64_t n = 5; n < 2'000'000; n += 5)
        ASSERT_EQ(static_cast<std::int64_t>(std::ceil(0.2 * static_cast<double>(n))), n / 5) << n;
}

TEST(Split, EveryRowIsOnOneSideOnce)
{
    auto const split = split_dataset(numbered(503, 3), 0.2, 0, 7);
    auto all = row_numbers(split.train_inputs);
    auto const test = row_numbers(split.test_inputs);
    all.insert(all.end(), test.begin(), test.end());
    EXPECT_FALSE(std::is_sorted(all.begin(), all.end()));
    std::sort(all.begin(), all.end());
    std::vector<int> expected(503);
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(all, expected);
}

TEST(Split, RowsAndWhatIsTakenByThemAreTheSame)
{
    auto const data = numbered(101, 3);
    for (double const noise : {0.0, 0.25})
    {
        auto const rows = split_rows(data, 0.3, noise, 5);
        auto const split = split_dataset(data, 0.3, noise, 5);
        EXPECT_EQ(row_numbers(split.train_inputs), std::vector<int>(rows.train.begin(), rows.train.end()));
        EXPECT_EQ(row_numbers(split.test_inputs), std::vector<int>(rows.test.begin(), rows.test.end()));
        if (noise > 0)
            EXPECT_EQ(rows.train_targets, split.train_targets) << "of the training rows, in their order";
        else
            EXPECT_TRUE(rows.train_targets.empty()) << "they are the data set's own";
    }
}

TEST(Split, TargetsStayWithTheirRows)
{
    auto const split = split_dataset(numbered(100, 3), 0.3, 0, 3);
    auto const rows = row_numbers(split.train_inputs);
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t o = 0; o < 3; ++o)
            EXPECT_EQ(split.train_targets[3 * i + o], static_cast<std::size_t>(rows[i]) % 3 == o ? 1.f : 0.f);
}

TEST(Split, TheSeedDecidesAndNothingElse)
{
    auto const data = numbered(300, 3);
    auto const one = split_dataset(data, 0.2, 0.1, 5);
    auto const again = split_dataset(data, 0.2, 0.1, 5);
    auto const other = split_dataset(data, 0.2, 0.1, 6);
    EXPECT_EQ(one.train_inputs, again.train_inputs);
    EXPECT_EQ(one.train_targets, again.train_targets);
    EXPECT_EQ(one.test_inputs, again.test_inputs);
    EXPECT_NE(one.test_inputs, other.test_inputs);
    // Noise changes labels, never who is in the test.
    EXPECT_EQ(one.test_inputs, split_dataset(data, 0.2, 0, 5).test_inputs);
}

// Frozen: a change here changes every published result of the same seed.
TEST(Split, TheChoiceIsTheSameInEveryVersion)
{
    EXPECT_THAT(row_numbers(split_dataset(numbered(20, 3), 0.2, 0, 1).test_inputs), testing::ElementsAre(17, 3, 0, 8));
    EXPECT_THAT(epoch_order(8, 1, 1), testing::ElementsAre(1, 3, 4, 5, 2, 6, 0, 7));
}

TEST(Split, AnEmptySideIsRefused)
{
    EXPECT_THAT(error_of([] { split_dataset(numbered(1, 3), 0.2, 0, 1); }), HasSubstr("nothing is left to train on"));
    EXPECT_THAT(error_of([] { split_dataset(numbered(3, 3), 0.9, 0, 1); }), HasSubstr("nothing is left to train on"));
    for (double const share : {0., 1., -0.1, 1.5, std::nan("")})
        EXPECT_THAT(error_of([&] { split_dataset(numbered(10, 3), share, 0, 1); }), HasSubstr("test fraction"));
    for (double const share : {-0.1, 1.1, std::nan("")})
        EXPECT_THAT(error_of([&] { split_dataset(numbered(10, 3), 0.2, share, 1); }), HasSubstr("label noise"));
}

TEST(LabelNoise, ExactlyItsShareOfTrainingRowsGetsAnotherClassUniformly)
{
    int const rows = 10'000, outputs = 5;
    auto const data = numbered(rows, outputs);
    auto const clean = split_dataset(data, 0.2, 0, 11);
    auto const noisy = split_dataset(data, 0.2, 0.15, 11);
    EXPECT_EQ(noisy.test_targets, clean.test_targets);
    EXPECT_EQ(noisy.train_inputs, clean.train_inputs);
    int changed = 0;
    std::vector<int> shifts(outputs);
    for (std::size_t row = 0; row < 8000; ++row)
    {
        auto const class_in = [&](std::vector<float> const& targets)
        {
            auto const begin = targets.begin() + static_cast<std::ptrdiff_t>(row * outputs);
            EXPECT_EQ(std::accumulate(begin, begin + outputs, 0.f), 1.f);
            return static_cast<int>(std::max_element(begin, begin + outputs) - begin);
        };
        int const before = class_in(clean.train_targets), after = class_in(noisy.train_targets);
        changed += before != after;
        ++shifts[static_cast<std::size_t>((after - before + outputs) % outputs)];
    }
    EXPECT_EQ(changed, 1200);
    // 300 expected for each of the four other classes; sigma = sqrt(1200 * 1/4 * 3/4) = 15.
    for (std::size_t shift = 1; shift < static_cast<std::size_t>(outputs); ++shift)
        EXPECT_NEAR(shifts[shift], 300, 75);
}

TEST(LabelNoise, BinaryTargetsAreFlippedAlsoWhereTheStudyCallsThemRegression)
{
    for (auto const task : {TaskKind::binary, TaskKind::regression})
    {
        auto data = numbered(1000, 1);
        data.task = task;
        for (std::size_t i = 0; i < 1000; ++i)
            data.targets[i] = i % 3 == 0 ? 1.f : 0.f;
        auto const clean = split_dataset(data, 0.2, 0, 2);
        auto const noisy = split_dataset(data, 0.2, 0.1, 2);
        int flipped = 0;
        for (std::size_t i = 0; i < 800; ++i)
        {
            EXPECT_TRUE(noisy.train_targets[i] == 0.f || noisy.train_targets[i] == 1.f);
            flipped += noisy.train_targets[i] != clean.train_targets[i];
        }
        EXPECT_EQ(flipped, 80);
    }
}

TEST(LabelNoise, ContinuousTargetsBecomeThoseOfOtherRows)
{
    auto const data = numbered(1000, 1);
    auto const clean = split_dataset(data, 0.2, 0, 4);
    auto const noisy = split_dataset(data, 0.2, 0.2, 4);
    int changed = 0;
    for (std::size_t i = 0; i < 800; ++i)
    {
        changed += noisy.train_targets[i] != clean.train_targets[i];
        EXPECT_TRUE(std::find(clean.train_targets.begin(), clean.train_targets.end(), noisy.train_targets[i]) != clean.train_targets.end());
    }
    EXPECT_EQ(changed, 160);  // all targets of this table differ, so another row's is always another value
}

TEST(LabelNoise, TheWholeShareMeansEveryRow)
{
    auto const data = numbered(50, 3);
    auto const clean = split_dataset(data, 0.2, 0, 9);
    auto const noisy = split_dataset(data, 0.2, 1, 9);
    for (std::size_t row = 0; row < 40; ++row)
        EXPECT_FALSE(std::equal(clean.train_targets.begin() + static_cast<std::ptrdiff_t>(3 * row),
                                clean.train_targets.begin() + static_cast<std::ptrdiff_t>(3 * row + 3),
                                noisy.train_targets.begin() + static_cast<std::ptrdiff_t>(3 * row)));
}

TEST(EpochOrder, IsAPermutationThatFollowsFromSeedAndEpoch)
{
    auto order = epoch_order(1000, 3, 1);
    EXPECT_EQ(order, epoch_order(1000, 3, 1));
    EXPECT_NE(order, epoch_order(1000, 3, 2));
    EXPECT_NE(order, epoch_order(1000, 4, 1));
    std::sort(order.begin(), order.end());
    for (std::uint32_t i = 0; i < 1000; ++i)
        ASSERT_EQ(order[i], i);
    EXPECT_TRUE(epoch_order(0, 3, 1).empty());
}
}  // namespace
